package org.headrace.core;

import java.util.function.LongFunction;
import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.LimitLedger;

/**
 * What a planning cycle starts from: one moment of the cluster.
 *
 * @param view the cluster
 * @param queue the pending jobs that may start as far as resources and priority allow
 * @param limits makes, for the time of a plan in epoch milliseconds, a ledger of what those who pay
 *     may still use at that moment
 * @param exemptTime how long a job runs before it may end for others, in milliseconds
 */
public record SchedulerInput(
    ClusterView view, EligibleJobs queue, LongFunction<LimitLedger> limits, long exemptTime) {
  /** The same moment with another queue. */
  public SchedulerInput withQueue(EligibleJobs other) {
    return new SchedulerInput(view, other, limits, exemptTime);
  }
}
