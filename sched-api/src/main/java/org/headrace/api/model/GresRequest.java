package org.headrace.api.model;

/**
 * A wish for generic resources, such as two GPUs per node.
 *
 * @param name kind, for example {@code gpu}
 * @param type subtype that is asked for, or the empty string for any
 * @param count how many, at least 1
 * @param scope what {@code count} refers to
 */
public record GresRequest(String name, String type, long count, Scope scope) {
  /** What a count of resources is counted for. */
  public enum Scope {
    JOB,
    NODE,
    SOCKET,
    TASK
  }
}
