package org.headrace.api.model;

/** With whom a job is willing to share its nodes. */
public enum Sharing {
  /** Other jobs may use the rest of each node: the usual case. */
  CORES,
  /** No other job on the job's nodes, and all their CPUs and devices are the job's. */
  EXCLUSIVE,
  /** Only jobs of the same user on the job's nodes. */
  USER,
  /** Even the job's cores may be shared, where the partition allows it. */
  OVERSUBSCRIBE,
  /** No other job in the blocks, or on the leaf switches, of the job's nodes. */
  TOPOLOGY
}
