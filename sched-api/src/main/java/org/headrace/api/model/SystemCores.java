package org.headrace.api.model;

/**
 * How much of each of its nodes a job leaves to the system, instead of what the configuration does.
 *
 * @param count how many cores, or threads
 * @param threads true when threads are counted
 */
public record SystemCores(int count, boolean threads) {
  /** How many cores of a node that are, at most all. */
  int cores(NodeHardware hardware) {
    int perCore = threads ? hardware.threadsPerCore() : 1;
    return Math.min(hardware.cores(), (count + perCore - 1) / perCore);
  }
}
