package org.headrace.api.account;

/**
 * Limits that have a number for each trackable resource. Only ever appended to: the position is
 * part of the log's format.
 */
public enum ResourceLimit {
  /** What all running jobs hold. */
  GROUP,
  /** Resource minutes, past and present. */
  GROUP_MINUTES,
  /** Resource minutes that running jobs may still use. */
  GROUP_RUN_MINUTES,
  /** What one job holds. */
  MAX_PER_JOB,
  /** What one job holds on a node, on the average. */
  MAX_PER_NODE,
  /** Resource minutes of one job. */
  MAX_MINUTES_PER_JOB,
  /** What one user's running jobs hold. */
  MAX_PER_USER,
  /** What one account's running jobs hold. */
  MAX_PER_ACCOUNT,
  /** Resource minutes that one user's running jobs may still use. */
  MAX_RUN_MINUTES_PER_USER,
  /** Resource minutes that one account's running jobs may still use. */
  MAX_RUN_MINUTES_PER_ACCOUNT,
  /** What one job has to ask for at least. */
  MIN_PER_JOB;

  /** True for what an account passes on to those below it that don't say otherwise. */
  public boolean inherited() {
    return this == MAX_PER_JOB || this == MAX_PER_NODE || this == MAX_MINUTES_PER_JOB;
  }
}
