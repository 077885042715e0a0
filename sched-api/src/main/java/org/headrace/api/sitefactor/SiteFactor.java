package org.headrace.api.sitefactor;

import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.PendingJobs;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Gives jobs a number that is added to their priority, by rules of the site, beside a priority
 * plugin that does the rest. A function of its arguments.
 *
 * <p>Asked for a job when it is first ranked, and for all of them once a minute.
 */
@ConsumerType
public interface SiteFactor {
  /** The largest factor, and the least with a minus sign. */
  int MOST = 2_147_483_645;

  /**
   * Computes the factor of each row of the queue.
   *
   * @param queue pending jobs, in no particular order
   * @param view the cluster
   * @param parameters {@code PrioritySiteFactorParameters} as it is configured; mostly empty
   * @param now the present, in epoch milliseconds
   * @param factors has what administrators gave the jobs, {@code PendingJob.siteFactor()}, which
   *     stays where it isn't changed; receives −{@link #MOST} to {@link #MOST} for each row
   */
  void compute(PendingJobs queue, ClusterView view, String parameters, long now, int[] factors);
}
