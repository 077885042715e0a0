package org.headrace.slurmconf;

/** Whether jobs of a partition may share resources. */
public enum OverSubscribe {
  /** Each resource to one job at a time. */
  NO,
  /** Whole nodes to one job at a time. */
  EXCLUSIVE,
  /** Shared where the job allows it. */
  YES,
  /** Shared whether the job wants or not. */
  FORCE
}
