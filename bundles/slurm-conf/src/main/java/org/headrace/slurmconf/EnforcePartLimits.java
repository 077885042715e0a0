package org.headrace.slurmconf;

/** When a job that exceeds its partitions' limits is refused instead of queued. */
public enum EnforcePartLimits {
  /** Never. */
  NO,
  /** When it fits none of its partitions. */
  ANY,
  /** When it exceeds one of its partitions. */
  ALL
}
