package com.example.shortestfirst;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.osgi.service.component.annotations.Component;

/**
 * Starts the jobs of each partition by time limit, shortest first; jobs that have waited too long
 * come before all others, oldest first. There is no backfill: behind a job that waits for resources
 * the rest of its partition waits.
 *
 * <p>A function of its arguments, without fields: all state of a plan is in {@link Planning}.
 */
@Component(service = Scheduler.class, property = "headrace.plugin=sched/shortest-first")
public final class ShortestFirstScheduler implements Scheduler {
  /** Name of the setting: minutes after which a waiting job goes to the front. */
  static final String MAX_WAIT = "shortest_first_max_wait";

  private static final long DEFAULT_MAX_WAIT_MINUTES = 1_440;
  private static final int LOOK_FOR_CANCEL_EVERY = 32;

  @Override
  public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    List<PendingJob> jobs = inOrder(queue, context);
    Planning planning = new Planning(view, context);
    int considered = 0;
    for (PendingJob job : jobs) {
      if (considered % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
        break;
      }
      planning.decide(job);
      considered++;
    }
    return new Plan(view.version(), planning.decisions, considered);
  }

  private static List<PendingJob> inOrder(PendingJobs queue, PlanningContext context) {
    List<PendingJob> jobs = new ArrayList<>(queue.size());
    for (int row = 0; row < queue.size(); row++) {
      jobs.add(queue.get(row));
    }
    long overdue = context.now() - maxWaitMillis(context.options());
    // The sort is stable: within equals, the controller's order stays.
    jobs.sort(
        Comparator.comparingLong(
                (PendingJob job) -> job.eligible() <= overdue ? job.eligible() : Long.MAX_VALUE)
            .thenComparingLong(job -> job.jobClass().timeLimit())
            .thenComparingLong(PendingJob::id));
    return jobs;
  }

  private static long maxWaitMillis(Map<String, String> options) {
    try {
      return Long.parseLong(options.getOrDefault(MAX_WAIT, "" + DEFAULT_MAX_WAIT_MINUTES)) * 60_000;
    } catch (NumberFormatException e) {
      return DEFAULT_MAX_WAIT_MINUTES * 60_000;
    }
  }

  /** What is known while one plan is made. */
  private static final class Planning {
    final List<Decision> decisions = new ArrayList<>();
    private final ClusterView view;
    private final PlanningContext context;
    private final ResourceLedger free;
    private final Map<String, Long> waitingFor = new HashMap<>();
    private final Set<Long> started = new HashSet<>();

    Planning(ClusterView view, PlanningContext context) {
      this.view = view;
      this.context = context;
      free = view.ledger();
    }

    void decide(PendingJob job) {
      if (started.contains(job.id())) {
        return;
      }
      PartitionView partition = view.partition(job.partition());
      Long ahead = waitingFor.get(job.partition());
      if (partition == null || !partition.startsJobs()) {
        say(job, Reason.PARTITION_DOWN, "partition " + job.partition() + " starts no jobs");
      } else if (job.jobClass().timeLimit() > partition.maxTime()) {
        say(job, Reason.PARTITION_TIME_LIMIT, "longer than " + partition.name() + " allows");
      } else if (ahead != null) {
        say(job, Reason.PRIORITY, "job " + ahead + " is shorter, or has waited longer");
      } else {
        start(job, partition);
      }
    }

    private void start(PendingJob job, PartitionView partition) {
      JobDemand demand =
          new JobDemand(
              job.jobClass().request(),
              partition,
              job.user(),
              Math.max(0, context.now() - job.eligible()));
      boolean soleUser =
          demand.request().sharing() == Sharing.USER || partition.sharing() == Sharing.USER;
      for (int task = 0; task < job.startable(); task++) {
        Selection selection =
            context.selector().select(demand, free, partition.nodes(), context.selection());
        if (selection instanceof Selection.Placed placed) {
          free.allocate(placed.allocation(), soleUser ? job.user() : ResourceLedger.NO_USER);
          decisions.add(new Decision.Start(job.id(), job.partition(), placed.allocation()));
        } else if (selection instanceof Selection.NotPlaced not) {
          Reason reason = not.blockers().get(0).reason();
          decisions.add(
              new Decision.Wait(job.id(), reason, Blocker.UNKNOWN, not.blockers()));
          if (reason == Reason.RESOURCES) {
            waitingFor.put(job.partition(), job.id());
          }
          return;
        }
      }
      started.add(job.id());
    }

    private void say(PendingJob job, Reason reason, String detail) {
      decisions.add(
          new Decision.Wait(
              job.id(),
              reason,
              Blocker.UNKNOWN,
              List.of(new Blocker(reason, 0, detail, Blocker.UNKNOWN))));
    }
  }
}
