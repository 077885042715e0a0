package org.headrace.slurmconf;

/** Whether a partition takes and starts jobs. */
public enum PartitionState {
  /** Takes and starts. */
  UP,
  /** Takes, starts none. */
  DOWN,
  /** Takes none, starts those it has. */
  DRAIN,
  /** Neither. */
  INACTIVE
}
