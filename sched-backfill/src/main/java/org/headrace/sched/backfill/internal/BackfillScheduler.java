package org.headrace.sched.backfill.internal;

import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Preemptables;
import org.headrace.api.scheduler.Scheduler;
import org.osgi.service.component.annotations.Component;

/**
 * Starts jobs in order, and later ones before their turn where that delays no job that resources
 * are set aside for. By default they are set aside for the first job of each partition that has to
 * wait (EASY backfill); {@code bf_max_reservations=N} does it for N, {@code bf_conservative} for
 * all. With the latter, where jobs ask for nothing but CPUs, a start that was promised is kept over
 * the passes.
 */
@Component(service = Scheduler.class, property = "headrace.plugin=sched/backfill")
public final class BackfillScheduler implements Scheduler {
  @Override
  public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    BackfillOptions options = BackfillOptions.of(context.options());
    boolean unlimited = context.limits() == LimitLedger.NONE;
    boolean undisturbed = unlimited && context.preemptables() == Preemptables.NONE;
    return options.conservative()
            && options.alike()
            && undisturbed
            && ConservativePass.serves(view, queue)
        ? new ConservativePass(view, queue, context, options).run()
        : new PlanningPass(view, queue, context, options).run();
  }

  @Override
  public Plan answer(ClusterView view, PendingJobs queue, Freed freed, PlanningContext context) {
    BackfillOptions options = BackfillOptions.of(context.options());
    return !queue.grouped()
            && context.preemptables() == Preemptables.NONE
            && AnswerPass.serves(view, options, freed)
        ? new AnswerPass(view, queue, freed, context, options).run()
        : null;
  }
}
