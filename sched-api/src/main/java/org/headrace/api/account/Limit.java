package org.headrace.api.account;

/**
 * Limits that are one number. Only ever appended to: the position is part of the log's format.
 *
 * <p>{@code GROUP_} limits hold for everything below an account, or under a quality of service,
 * together. {@code MAX_} limits hold for one association, or for each user of a quality of service.
 */
public enum Limit {
  /** Jobs that run at a time. */
  GROUP_JOBS,
  /** Jobs that wait or run at a time. */
  GROUP_SUBMITTED,
  /** Wall clock time of jobs, past and present, in minutes. */
  GROUP_WALL,
  /** Jobs that run at a time. */
  MAX_JOBS,
  /** Jobs that wait or run at a time. */
  MAX_SUBMITTED,
  /** Time limit of a job, in minutes. */
  MAX_WALL,
  /** Priority below which a job gets no resources set aside. */
  MIN_PRIORITY,
  /** Jobs of one account that run at a time under a quality of service. */
  MAX_JOBS_PER_ACCOUNT,
  /** Jobs of one account that wait or run at a time under a quality of service. */
  MAX_SUBMITTED_PER_ACCOUNT,
  /** Waiting jobs that gain priority by age. */
  GROUP_ACCRUING,
  /** Waiting jobs that gain priority by age. */
  MAX_ACCRUING,
  /** Waiting jobs of one account that gain priority by age. */
  MAX_ACCRUING_PER_ACCOUNT;

  /** True for what an account passes on to those below it that don't say otherwise. */
  public boolean inherited() {
    return this == MAX_JOBS || this == MAX_SUBMITTED || this == MAX_WALL || this == MAX_ACCRUING;
  }
}
