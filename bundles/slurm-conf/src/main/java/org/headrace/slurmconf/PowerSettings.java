package org.headrace.slurmconf;

import java.util.List;

/**
 * Nodes that are switched off when idle. Seconds.
 *
 * @param suspendProgram or empty
 * @param resumeProgram or empty
 * @param resumeFailProgram or empty
 * @param suspendTime idle until switched off; INFINITE: never
 * @param suspendTimeout until a node is off
 * @param resumeTimeout until a node is up
 * @param suspendRate nodes per minute; 0: all
 * @param resumeRate nodes per minute; 0: all
 * @param suspendExcNodes as written
 * @param suspendExcParts partitions
 * @param suspendExcStates states
 */
public record PowerSettings(
    String suspendProgram,
    String resumeProgram,
    String resumeFailProgram,
    long suspendTime,
    long suspendTimeout,
    long resumeTimeout,
    long suspendRate,
    long resumeRate,
    String suspendExcNodes,
    List<String> suspendExcParts,
    List<String> suspendExcStates) {
  /** Copies its arguments. */
  public PowerSettings {
    suspendExcParts = List.copyOf(suspendExcParts);
    suspendExcStates = List.copyOf(suspendExcStates);
  }
}
