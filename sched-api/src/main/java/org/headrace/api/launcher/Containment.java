package org.headrace.api.launcher;

/**
 * What a step may use on this node.
 *
 * @param memoryMib limit for all its processes together, in MiB, or {@link #NO_LIMIT}
 * @param cpus its CPUs, one bit each, lowest first; empty for all
 * @param cgroupPath path below the cgroup root to use for the step, or empty for the launcher's own
 *     choice
 */
public record Containment(long memoryMib, long[] cpus, String cgroupPath) {

  public static final long NO_LIMIT = 0;

  /** No limits at all. */
  public static Containment none() {
    return new Containment(NO_LIMIT, new long[0], "");
  }
}
