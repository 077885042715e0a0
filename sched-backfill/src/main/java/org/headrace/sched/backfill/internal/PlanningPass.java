package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/** One pass over the queue. */
final class PlanningPass {
  private static final int LOOK_FOR_CANCEL_EVERY = 32;

  private final ClusterView view;
  private final PendingJobs queue;
  private final PlanningContext context;
  private final BackfillOptions options;
  private final ResourceLedger now;
  private final ResourceTimeline timeline;
  private final Promises promises;
  private final LookAhead lookAhead;
  private final List<Decision> decisions;
  private final Map<String, Door> doors = new HashMap<>();
  private final Set<Long> started = new HashSet<>();
  private int tested;

  /** A partition during the pass, with what is known of the classes that want in. */
  private static final class Door {
    final PartitionView partition;
    int reservations;

    /** By class: why no job of the class can start now; null while that isn't known. */
    Closed[] closed = new Closed[64];

    final Map<Long, Closed> closedForUser = new HashMap<>();

    Door(PartitionView partition) {
      this.partition = partition;
    }
  }

  /**
   * Why a class can't start now. Resources only get scarcer during a pass, so it stays true.
   *
   * @param reason decisive reason
   * @param hopeless true when waiting for running jobs won't help
   * @param blockers details
   */
  private record Closed(Reason reason, boolean hopeless, List<Blocker> blockers) {}

  PlanningPass(
      ClusterView view, PendingJobs queue, PlanningContext context, BackfillOptions options) {
    this.view = view;
    this.queue = queue;
    this.context = context;
    this.options = options;
    now = view.ledger();
    timeline = ResourceTimeline.of(view);
    promises = new Promises(context);
    lookAhead = new LookAhead(timeline, promises, now, context.now());
    decisions = new ArrayList<>(queue.size());
  }

  Plan run() {
    int size = queue.size();
    int row = 0;
    Integer[] rest = null;
    for (int i = 0; i < size; i++) {
      if (i % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()) {
        break;
      }
      if (!promises.isEmpty() && tested++ >= options.maxJobTest()) {
        break;
      }
      if (rest == null && options.shortestFirst() && !promises.isEmpty()) {
        rest = shortestFirst(i);
      }
      consider(queue.get(rest == null ? i : rest[i]));
      row = i + 1;
    }
    return new Plan(view.version(), decisions, row);
  }

  /** Rows from {@code from} on, by time limit; ties keep their order. */
  private Integer[] shortestFirst(int from) {
    Integer[] rows = new Integer[queue.size()];
    Arrays.setAll(rows, i -> i);
    Arrays.sort(
        rows,
        from,
        rows.length,
        Comparator.comparingLong((Integer row) -> queue.get(row).jobClass().timeLimit()));
    return rows;
  }

  private void consider(PendingJob job) {
    if (started.contains(job.id())) {
      return;
    }
    Door door = doors.get(job.partition());
    if (door == null) {
      PartitionView partition = view.partition(job.partition());
      if (partition == null) {
        hold(job, Reason.PARTITION_DOWN, "there is no partition " + job.partition());
        return;
      }
      door = new Door(partition);
      doors.put(job.partition(), door);
    }
    if (!admitted(job, door.partition)) {
      return;
    }
    JobDemand demand =
        new JobDemand(
            job.jobClass().request(),
            door.partition,
            job.user(),
            Math.max(0, context.now() - job.eligible()));
    Closed closed = closed(door, job);
    for (int task = 0; closed == null && task < job.startable(); task++) {
      closed = start(job, demand, door);
    }
    if (closed != null) {
      close(door, job, closed);
      waitFor(job, demand, door, closed);
    }
  }

  private boolean admitted(PendingJob job, PartitionView partition) {
    if (!partition.startsJobs()) {
      Reason reason =
          partition.state() == PartitionView.State.INACTIVE
              ? Reason.PARTITION_INACTIVE
              : Reason.PARTITION_DOWN;
      hold(job, reason, "partition " + partition.name() + " is " + partition.state());
      return false;
    }
    long limit = job.jobClass().timeLimit();
    if (limit != JobClass.UNLIMITED && limit > partition.maxTime()) {
      hold(
          job,
          Reason.PARTITION_TIME_LIMIT,
          "time limit is "
              + limit / 60_000
              + " min; partition "
              + partition.name()
              + " allows "
              + partition.maxTime() / 60_000
              + " min");
      return false;
    }
    return true;
  }

  private void hold(PendingJob job, Reason reason, String detail) {
    decisions.add(
        new Decision.Wait(
            job.id(),
            reason,
            Blocker.UNKNOWN,
            List.of(new Blocker(reason, 0, detail, Blocker.UNKNOWN))));
  }

  private static boolean perUser(PendingJob job, Door door) {
    return job.jobClass().request().sharing() == Sharing.USER
        || door.partition.sharing() == Sharing.USER;
  }

  private static Closed closed(Door door, PendingJob job) {
    int id = job.jobClass().id();
    if (perUser(job, door)) {
      return door.closedForUser.get(((long) id << 32) ^ job.user());
    }
    return id < door.closed.length ? door.closed[id] : null;
  }

  private static void close(Door door, PendingJob job, Closed closed) {
    int id = job.jobClass().id();
    if (perUser(job, door)) {
      door.closedForUser.put(((long) id << 32) ^ job.user(), closed);
      return;
    }
    if (id >= door.closed.length) {
      door.closed = Arrays.copyOf(door.closed, Math.max(id + 1, 2 * door.closed.length));
    }
    door.closed[id] = closed;
  }

  /** Starts one task, or says why that can't be. */
  private Closed start(PendingJob job, JobDemand demand, Door door) {
    Selection selection =
        context.selector().select(demand, now, door.partition.nodes(), context.selection());
    if (selection instanceof Selection.NotPlaced not) {
      Reason reason = not.blockers().get(0).reason();
      return new Closed(reason, reason != Reason.RESOURCES, not.blockers());
    }
    long end = context.now() + duration(job.jobClass());
    Allocation allocation = ((Selection.Placed) selection).allocation();
    if (!promises.isEmpty()) {
      allocation = promises.compatible(demand, allocation, now, context.now(), end, true);
      if (allocation == null) {
        return new Closed(
            Reason.PRIORITY,
            false,
            List.of(
                new Blocker(
                    Reason.PRIORITY,
                    0,
                    "would delay job " + promises.all().get(0).jobId,
                    promises.all().get(0).start)));
      }
    }
    int user = Promises.userOf(demand);
    now.allocate(allocation, user);
    timeline.add(end, allocation);
    promises.forget(job.id());
    promises.taken(allocation, user, context.now(), end);
    started.add(job.id());
    decisions.add(new Decision.Start(job.id(), job.partition(), allocation));
    return null;
  }

  private static long duration(JobClass jobClass) {
    return Math.min(ResourceTimeline.YEAR, jobClass.timeLimit());
  }

  private void waitFor(PendingJob job, JobDemand demand, Door door, Closed closed) {
    boolean behind = door.reservations > 0;
    if (!closed.hopeless() && door.reservations < options.reservations()) {
      Reservation reservation =
          lookAhead.find(
              job.id(), demand, duration(job.jobClass()), horizon(), options.reservations() == 1);
      if (reservation != null) {
        promises.add(reservation);
        door.reservations++;
        decisions.add(
            reserve(job, reservation, behind ? Reason.PRIORITY : Reason.RESOURCES, closed));
        return;
      }
    }
    Reason reason = closed.hopeless() || !behind ? closed.reason() : Reason.PRIORITY;
    decisions.add(new Decision.Wait(job.id(), reason, Blocker.UNKNOWN, closed.blockers()));
  }

  private long horizon() {
    return context.now() + options.window();
  }

  private Decision reserve(PendingJob job, Reservation reservation, Reason reason, Closed closed) {
    List<Integer> nodes =
        reservation.allocation().nodes().stream().map(NodeAllocation::node).toList();
    long wait = Math.max(0, reservation.start - context.now());
    long steps = (wait + options.resolution() - 1) / options.resolution();
    return new Decision.Reserve(
        job.id(),
        job.partition(),
        context.now() + steps * options.resolution(),
        nodes,
        reason,
        closed.blockers());
  }
}
