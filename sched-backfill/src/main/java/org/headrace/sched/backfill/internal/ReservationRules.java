package org.headrace.sched.backfill.internal;

import org.headrace.api.model.PendingJob;

/**
 * For which jobs that have to wait resources are set aside, as far as that isn't a matter of how
 * many.
 *
 * @param leastAge how long a job must have been eligible, in milliseconds
 * @param leastPriority priority that a job must have
 * @param onePerJob true for a job of several partitions to have them in one of these only
 */
record ReservationRules(long leastAge, long leastPriority, boolean onePerJob) {
  /** For any. */
  static final ReservationRules ANY = new ReservationRules(0, 0, false);

  boolean allow(PendingJob job, long now) {
    return (leastAge == 0 || now - job.eligible() >= leastAge)
        && (leastPriority == 0 || job.priority() >= leastPriority);
  }
}
