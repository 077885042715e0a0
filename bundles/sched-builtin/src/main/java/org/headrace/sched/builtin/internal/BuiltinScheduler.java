package org.headrace.sched.builtin.internal;

import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.osgi.service.component.annotations.Component;

/**
 * Starts jobs strictly in order: once a job of a partition has to wait for resources, those behind
 * it in that partition wait as well. A job that can't run as things stand, because it asks for what
 * isn't there, holds nobody up.
 */
@Component(service = Scheduler.class, property = "headrace.plugin=sched/builtin")
public final class BuiltinScheduler implements Scheduler {
  @Override
  public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    return new InOrderPass(view, queue, context).run();
  }
}
