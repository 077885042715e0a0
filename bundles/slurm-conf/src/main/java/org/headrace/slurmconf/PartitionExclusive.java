package org.headrace.slurmconf;

/** What a partition gives away only whole. */
public enum PartitionExclusive {
  /** Nothing. */
  NO,
  /** A node to one job. */
  NODE,
  /** A node to one user's jobs. */
  USER,
  /** A topology unit to one job. */
  TOPO
}
