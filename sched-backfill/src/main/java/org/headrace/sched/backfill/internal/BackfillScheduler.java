package org.headrace.sched.backfill.internal;

import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.osgi.service.component.annotations.Component;

/**
 * Starts jobs in order, and later ones before their turn where that delays no job that resources
 * are set aside for. By default they are set aside for the first job of each partition that has to
 * wait (EASY backfill); {@code bf_max_reservations=N} or {@code bf_conservative} does it for more.
 */
@Component(service = Scheduler.class, property = "headrace.plugin=sched/backfill")
public final class BackfillScheduler implements Scheduler {
  @Override
  public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    return new PlanningPass(view, queue, context).run();
  }
}
