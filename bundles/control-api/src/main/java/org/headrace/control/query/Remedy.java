package org.headrace.control.query;

/**
 * A change of a pending job with which it could have started when its last plan was made.
 *
 * @param kind what is changed
 * @param name name of the partition or of the kind of generic resource; else empty
 * @param amount the new amount: milliseconds of a time limit, MiB of memory, else a number; zero
 *     for a partition
 * @param kept how much of the original is left, from 0 to 1: the closer to 1 the smaller the change
 */
public record Remedy(Kind kind, String name, long amount, double kept) {
  /** What is changed about a job. */
  public enum Kind {
    PARTITION,
    TIME_LIMIT,
    NODES,
    TASKS,
    CPUS_PER_TASK,
    MEMORY,
    GRES
  }
}
