package org.headrace.api.launcher;

import java.util.List;

/**
 * What a step may use on this node.
 *
 * @param memoryMib limit for all its processes together, in MiB, or {@link #NO_LIMIT}
 * @param cpus its CPUs, one bit each, lowest first; empty for all
 * @param cgroupPath path below the cgroup root to use for the step, or empty for the launcher's own
 *     choice
 * @param deniedDevices device files of the node that were not given to the step, to be held away
 *     from it; at most {@link #MAX_DENIED_DEVICES}
 */
public record Containment(
    long memoryMib, long[] cpus, String cgroupPath, List<String> deniedDevices) {

  public static final int MAX_DENIED_DEVICES = 512;
  public static final long NO_LIMIT = 0;

  public Containment {
    deniedDevices = List.copyOf(deniedDevices);
  }

  /** No limits at all. */
  public static Containment none() {
    return new Containment(NO_LIMIT, new long[0], "", List.of());
  }
}
