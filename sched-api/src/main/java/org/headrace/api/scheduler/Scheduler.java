package org.headrace.api.scheduler;

import org.headrace.api.model.ClusterView;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides which pending jobs start now.
 *
 * <p>An implementation MUST be a function of its arguments: no clock, threads, input, output or
 * static state. It is called by one thread at a time. It MUST NOT keep its arguments after it has
 * returned, except under {@link ClusterView#structureVersion}. What it throws counts as a fault of
 * the plugin and costs this plan only.
 */
@ConsumerType
public interface Scheduler {
  /**
   * Plans over the queue, in its order.
   *
   * @return decisions; every job that was considered has at least one
   */
  Plan plan(ClusterView view, PendingJobs queue, PlanningContext context);

  /**
   * Starts jobs on what has come free, before the next plan is made. Called where a whole plan
   * takes long: an answer is to cost what has happened, and not what waits. It says nothing about
   * jobs that go on waiting, and delays none of {@link Freed#reserved} beyond the start that it was
   * promised.
   *
   * @return starts only; null for no opinion, so that a whole plan is made instead
   */
  default Plan answer(ClusterView view, PendingJobs queue, Freed freed, PlanningContext context) {
    return null;
  }
}
