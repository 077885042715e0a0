package org.headrace.api.job;

/**
 * Where a job is in its life. Only ever appended to: the position is part of the log's format.
 *
 * <p>A job is accepted as {@link #PENDING}, becomes {@link #RUNNING}, and ends in one of the states
 * for which {@link #ended} holds. A job that is put back in the queue becomes {@link #PENDING}
 * again with a higher count of restarts.
 */
public enum JobState {
  PENDING,
  RUNNING,
  SUSPENDED,
  COMPLETED,
  CANCELLED,
  FAILED,
  TIMEOUT,
  NODE_FAIL,
  PREEMPTED,
  BOOT_FAIL,
  DEADLINE,
  OUT_OF_MEMORY;

  /** True for a state that a job doesn't leave, except by being put back in the queue. */
  public boolean ended() {
    return ordinal() >= COMPLETED.ordinal();
  }
}
