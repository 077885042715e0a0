package org.headrace.api.model;

/**
 * How much of each of its nodes a job leaves to the system, instead of what the configuration does.
 *
 * @param count how many cores, or threads
 * @param threads true when threads are counted
 */
public record SystemCores(int count, boolean threads) {
  /** True where a setting of the configuration lets jobs say how many. */
  public static boolean allowed(String setting) {
    return setting != null && setting.matches("(?i)yes|true|up|y|t|1");
  }

  /** How many cores of a node that are, at most all. */
  int cores(NodeHardware hardware) {
    int perCore = threads ? hardware.threadsPerCore() : 1;
    return Math.min(hardware.cores(), (count + perCore - 1) / perCore);
  }
}
