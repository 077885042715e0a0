package org.headrace.api.scheduler;

import org.headrace.api.model.PendingJob;

/**
 * The pending jobs that nothing but resources and priority holds back, in the order in which they
 * are to be considered: partition tier, priority, submission, id. Immutable.
 */
public interface PendingJobs {
  int size();

  /** The {@code row}-th job, from 0. */
  PendingJob get(int row);
}
