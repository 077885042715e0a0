package org.headrace.itests.plugins;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;

/** A scheduler that has everybody wait, until it starts to misbehave. */
abstract class FaultyScheduler implements Scheduler {
  @Override
  public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    List<Decision> decisions = new ArrayList<>();
    for (int row = 0; row < queue.size(); row++) {
      PendingJob job = queue.get(row);
      decisions.add(
          Fault.on()
              ? misbehave(job)
              : new Decision.Wait(job.id(), Reason.PRIORITY, Blocker.UNKNOWN, List.of()));
    }
    return new Plan(view.version(), decisions, queue.size());
  }

  abstract Decision misbehave(PendingJob job);

  static Decision start(PendingJob job, Allocation allocation) {
    return new Decision.Start(job.id(), job.partition(), allocation);
  }

  /** Throws. */
  public static final class Throws extends FaultyScheduler {
    @Override
    Decision misbehave(PendingJob job) {
      throw new IllegalStateException("the scheduler has a bad day");
    }
  }

  /** Starts jobs on a node that doesn't exist. */
  public static final class NoSuchNode extends FaultyScheduler {
    @Override
    Decision misbehave(PendingJob job) {
      return start(job, Fault.core(4711, 0));
    }
  }

  /** Gives one core to several jobs. */
  public static final class OneCoreForAll extends FaultyScheduler {
    @Override
    Decision misbehave(PendingJob job) {
      return start(job, Fault.core(0, 0));
    }
  }

  /** Doesn't come back, whoever interrupts it. */
  public static final class Hangs extends FaultyScheduler {
    @Override
    Decision misbehave(PendingJob job) {
      while (Fault.on()) {
        Thread.onSpinWait();
      }
      throw new IllegalStateException("back at last");
    }
  }
}
