package org.headrace.sched.builtin.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.GroupPlacement;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Preemptables;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/** One pass over the queue, in its order. */
final class InOrderPass {
  private static final int LOOK_FOR_CANCEL_EVERY = 32;

  private final ClusterView view;
  private final PendingJobs queue;
  private final PlanningContext context;
  private final LimitLedger limits;
  private final ResourceLedger free;
  private final GroupPlacement groups;
  private final List<Decision> decisions = new ArrayList<>();

  /** By partition: what those behind its waiting job are told. */
  private final Map<String, List<Blocker>> waitingFor = new HashMap<>();

  private final Set<Long> started = new HashSet<>();
  private final Set<Long> seenGroups = new HashSet<>();

  /** Null where nobody is preempted. */
  private final RoomMaker rooms;

  InOrderPass(ClusterView view, PendingJobs queue, PlanningContext context) {
    this.view = view;
    this.queue = queue;
    this.context = context;
    limits = context.limits();
    free = view.ledger();
    groups = new GroupPlacement(view, queue, context);
    rooms = context.preemptables() == Preemptables.NONE ? null : new RoomMaker(view, context, free);
  }

  Plan run() {
    int row = 0;
    for (; row < queue.size(); row++) {
      if (row % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
        break;
      }
      if (!started.contains(queue.jobId(row))) {
        consider(row);
      }
    }
    return new Plan(view.version(), decisions, row);
  }

  private void consider(int row) {
    JobComponent component = queue.component(row);
    if (component.grouped()) {
      if (seenGroups.add(component.group())) {
        together(component.group());
      }
      return;
    }
    PendingJob job = queue.get(row);
    PartitionView whole = view.partition(job.partition());
    PartitionView partition = whole == null ? null : whole.forJobs(job.jobClass());
    List<Blocker> ahead = waitingFor.get(job.partition());
    Blocker limit = limits.obstacle(queue, row);
    Decision refused = limit != null ? limited(job, limit) : null;
    refused = refused == null && ahead != null ? wait(job, Reason.PRIORITY, ahead) : refused;
    refused = refused == null ? refusal(job, partition) : refused;
    boolean further = queue.further(row);
    if (refused == null) {
      int before = decisions.size();
      refused = start(row, job, demand(job, partition), further);
      if (refused == null || further && decisions.size() > before) {
        started.add(job.id());
      }
    }
    if (refused != null && !further) {
      decisions.add(refused);
      boolean waits = !(refused instanceof Decision.Wait wait) || wait.reason() == Reason.RESOURCES;
      if (waits) {
        waitingFor.put(job.partition(), isAhead(job.id()));
      }
    }
  }

  /** All components of a job start, or they wait and hold up their partitions. */
  private void together(long group) {
    List<Integer> rows = groups.rows(group).stream().flatMap(List::stream).toList();
    GroupPlacement.Outcome outcome = groups.place(group, free.copy(), context.now());
    Blocker obstacle = outcome.complete() ? null : outcome.blockers().get(0);
    for (int row : rows) {
      List<Blocker> ahead = waitingFor.get(queue.partition(row));
      Blocker limit = limits.obstacle(queue, row);
      obstacle = ahead != null ? ahead.get(0) : limit != null ? limit : obstacle;
    }
    Blocker together = groups.limit(outcome.placed());
    obstacle = together != null ? together : obstacle;
    for (GroupPlacement.Placed one : outcome.placed()) {
      boolean alone = rooms == null || rooms.leavesAlone(one.allocation());
      obstacle = alone ? obstacle : keptForAnother();
    }
    if (obstacle == null) {
      for (GroupPlacement.Placed one : outcome.placed()) {
        start(one.row(), one.job(), one.allocation(), GroupPlacement.user(one.demand()));
      }
      return;
    }
    for (int row : rows) {
      if (obstacle.reason() == Reason.RESOURCES) {
        waitingFor.putIfAbsent(queue.partition(row), isAhead(group));
      }
      decisions.add(wait(queue.get(row), obstacle.reason(), List.of(obstacle)));
    }
  }

  private static Blocker keptForAnother() {
    return new Blocker(Reason.RESOURCES, 0, "kept for a job that is ahead", Blocker.UNKNOWN);
  }

  /** Made once for all that wait behind the job: a queue can be deep. */
  private static List<Blocker> isAhead(long id) {
    return List.of(new Blocker(Reason.PRIORITY, 0, "job " + id + " is ahead", Blocker.UNKNOWN));
  }

  private static Decision limited(PendingJob job, Blocker limit) {
    return wait(job, limit.reason(), List.of(limit));
  }

  private static Decision refusal(PendingJob job, PartitionView partition) {
    if (partition == null) {
      return wait(job, Reason.PARTITION_DOWN, "there is no partition " + job.partition());
    }
    if (!partition.startsJobs()) {
      return wait(
          job,
          partition.state() == PartitionView.State.INACTIVE
              ? Reason.PARTITION_INACTIVE
              : Reason.PARTITION_DOWN,
          "partition " + partition.name() + " is " + partition.state());
    }
    long limit = job.jobClass().timeLimit();
    if (limit != JobClass.UNLIMITED && limit > partition.maxTime()) {
      return wait(
          job,
          Reason.PARTITION_TIME_LIMIT,
          "time limit is %d min; partition %s allows %d min"
              .formatted(limit / 60_000, partition.name(), partition.maxTime() / 60_000));
    }
    return null;
  }

  private static Decision wait(PendingJob job, Reason reason, String detail) {
    return wait(job, reason, List.of(new Blocker(reason, 0, detail, Blocker.UNKNOWN)));
  }

  private static Decision wait(PendingJob job, Reason reason, List<Blocker> blockers) {
    return new Decision.Wait(job.id(), reason, Blocker.UNKNOWN, blockers, job.partition());
  }

  private JobDemand demand(PendingJob job, PartitionView partition) {
    return new JobDemand(
        job.jobClass().request(),
        partition,
        job.user(),
        Math.max(0, context.now() - job.eligible()),
        job.jobClass().reservation());
  }

  /**
   * Starts all tasks that may.
   *
   * @return what the next one waits for, or null if none has to
   */
  private Decision start(int row, PendingJob job, JobDemand demand, boolean further) {
    int user = GroupPlacement.user(demand);
    long timeLimit = job.jobClass().timeLimit();
    for (int task = 0; task < job.startable(); task++) {
      Blocker limit = limits.obstacle(queue, row);
      if (limit != null) {
        return limited(job, limit);
      }
      Selection selection = select(demand, free, timeLimit);
      Allocation allocation =
          selection instanceof Selection.Placed placed ? placed.allocation() : null;
      limit = allocation == null ? null : limits.obstacle(queue, row, allocation);
      if (limit != null) {
        return limited(job, limit);
      }
      boolean fits = allocation != null && (rooms == null || rooms.leavesAlone(allocation));
      if (!fits) {
        List<Blocker> blockers =
            selection instanceof Selection.NotPlaced not
                ? not.blockers()
                : List.of(keptForAnother());
        Decision waits = wait(job, blockers.get(0).reason(), blockers);
        Decision room = further ? null : room(row, demand, user, timeLimit, blockers);
        if (!(room instanceof Decision.Start start)) {
          return room == null ? waits : room;
        }
        limits.started(queue, row, start.allocation());
        decisions.add(room);
        continue;
      }
      start(row, job, allocation, user);
    }
    return null;
  }

  private void start(int row, PendingJob job, Allocation allocation, int user) {
    limits.started(queue, row, allocation);
    free.allocate(allocation, user);
    if (rooms != null) {
      rooms.started(allocation, user);
    }
    decisions.add(new Decision.Start(job.id(), job.partition(), allocation));
  }

  /** Others make room for the job, or null if none can. */
  private Decision room(
      int row, JobDemand demand, int user, long timeLimit, List<Blocker> blockers) {
    Reason reason = blockers.get(0).reason();
    boolean passes =
        reason == Reason.RESOURCES
            || reason == Reason.LICENSES && context.preemptables().forLicenses();
    if (rooms == null || !passes) {
      return null;
    }
    return rooms.find(
        queue,
        row,
        user,
        ledger ->
            select(demand, ledger, timeLimit) instanceof Selection.Placed placed
                    && limits.obstacle(queue, row, placed.allocation()) == null
                ? placed.allocation()
                : null,
        blockers);
  }

  private Selection select(JobDemand demand, ResourceLedger ledger, long timeLimit) {
    long now = context.now();
    long end = timeLimit >= Long.MAX_VALUE - now ? timeLimit : now + timeLimit;
    String own = demand.reservation();
    NodeMask open =
        ReservationView.open(view.reservations(), demand.partition().nodes(), own, now, end);
    ResourceLedger left = ReservationView.ledger(view.reservations(), ledger, own, now, end);
    return context.selector().select(demand, left, open, context.selection());
  }
}
