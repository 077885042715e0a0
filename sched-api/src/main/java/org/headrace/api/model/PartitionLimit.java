package org.headrace.api.model;

/** Limits of a partition that a quality of service may lift for its jobs. */
public enum PartitionLimit {
  /** Fewest nodes of a job. */
  MIN_NODES,
  /** Most nodes of a job. */
  MAX_NODES,
  /** Longest time limit of a job. */
  TIME
}
