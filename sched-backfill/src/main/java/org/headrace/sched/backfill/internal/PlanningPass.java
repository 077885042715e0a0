package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
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

/** One pass over the queue. */
final class PlanningPass {
  private static final int LOOK_FOR_CANCEL_EVERY = 32;

  private final ClusterView view;
  private final PendingJobs queue;
  private final PlanningContext context;
  private final BackfillOptions options;
  private final ResourceLedger now;
  private final LimitLedger limits;
  private final ResourceTimeline timeline;
  private final Promises promises;
  private final ReservedNodes reserved;
  private final LookAhead lookAhead;
  private final List<Decision> decisions;
  private final Doors doors;

  /** Null where nobody is preempted. */
  private final Preemptor preemptor;

  private final Set<Long> started = new HashSet<>();
  private final BackfillDepth.Counts depth;
  private final Set<Long> withPromise = new HashSet<>();
  private int tested;

  /** What is free once all jobs have ended; null until that matters. */
  private ResourceLedger idle;

  /** Null where no jobs start together. */
  private final GroupPass groups;

  PlanningPass(
      ClusterView view, PendingJobs queue, PlanningContext context, BackfillOptions options) {
    this.view = view;
    this.queue = queue;
    this.context = context;
    this.options = options;
    now = view.ledger();
    limits = context.limits();
    timeline = ResourceTimeline.of(view, context.now());
    reserved = new ReservedNodes(view.reservations());
    doors = new Doors(view);
    promises = new Promises(context, now, reserved);
    lookAhead =
        new LookAhead(timeline, promises, reserved, now, context.now(), options.busyNodes());
    preemptor =
        context.preemptables() == Preemptables.NONE
            ? null
            : new Preemptor(view, queue, context, now, timeline, promises, reserved);
    depth = options.depth().counts();
    decisions = new ArrayList<>(queue.size());
    groups =
        queue.grouped()
            ? new GroupPass(view, queue, context, options, now, timeline, promises, reserved, doors)
            : null;
  }

  Plan run() {
    int size = queue.size();
    int row = 0;
    Integer[] rest = null;
    for (int i = 0; i < size; i++) {
      if (ends(i)) {
        break;
      }
      if (rest == null && options.shortestFirst() && !promises.isEmpty()) {
        rest = shortestFirst(i);
      }
      consider(rest == null ? i : rest[i]);
      row = i + 1;
    }
    return new Plan(view.version(), promises.settled(decisions), row);
  }

  /** True when the pass is over before it has looked at a job. */
  private boolean ends(int job) {
    return job % LOOK_FOR_CANCEL_EVERY == 0 && context.cancelled()
        || !promises.isEmpty() && (tested++ >= options.maxJobTest() || depth.exhausted());
  }

  /** Rows from {@code from} on, by time limit; ties keep their order. */
  private Integer[] shortestFirst(int from) {
    Integer[] rows = new Integer[queue.size()];
    Arrays.setAll(rows, i -> i);
    Arrays.sort(
        rows,
        from,
        rows.length,
        Comparator.comparingLong((Integer row) -> queue.jobClass(row).timeLimit()));
    return rows;
  }

  private void consider(int row) {
    long id = queue.jobId(row);
    if (!started.isEmpty() && started.contains(id)) {
      return;
    }
    if (groups != null && queue.component(row).grouped()) {
      considerGroup(row);
      return;
    }
    Door door = doors.of(queue.partition(row));
    if (queue.further(row)) {
      startFurther(row, door);
      return;
    }
    Door.Closed kept = keptBack(row, door);
    if (kept != null) {
      decisions.add(door.wait(id, queue.jobClass(row), kept));
      return;
    }
    Door.Closed closed = door.closed(queue.classId(row));
    if (closed == null) {
      closed = door.closed(queue.jobClass(row), queue.user(row));
    }
    if (closed != null
        && preemptor == null
        && (closed.settled() || door.reservations >= options.reservations())) {
      decisions.add(door.wait(id, queue.jobClass(row), closed));
      return;
    }
    PendingJob job = queue.get(row);
    JobDemand demand = demand(job, door);
    int task = 0;
    while (closed == null && task < job.startable()) {
      closed = start(row, job, demand, door);
      if (closed == null) {
        task++;
      } else {
        door.close(job.jobClass(), job.user(), closed);
      }
    }
    if (closed != null && preemptor != null && mayPreemptFor(closed)) {
      closed = preempt(row, job, demand, job.startable() - task, closed);
    }
    if (closed != null) {
      waitFor(row, job, demand, door, closed);
    }
  }

  /** Why a job isn't tried, whatever it asks for; or null. */
  private Door.Closed keptBack(int row, Door door) {
    if (door.stopped() != null) {
      return door.stopped();
    }
    Blocker limit = limits.obstacle(queue, row);
    if (limit != null) {
      return limited(limit, door);
    }
    String setting = promises.isEmpty() ? null : depth.limit(queue, row);
    return setting == null ? null : Door.Closed.beyond(setting);
  }

  private Door.Closed limited(Blocker limit, Door door) {
    if (options.stopAtLimit() && limit.reason().ofAssociation()) {
      door.stop(limit);
    }
    return Door.Closed.limited(limit);
  }

  /** All components of the job, when the first of them is come to. */
  private void considerGroup(int row) {
    if (!groups.first(row)) {
      return;
    }
    long group = queue.component(row).group();
    List<GroupPlacement.Placed> starting = groups.starting(group);
    for (GroupPlacement.Placed one : starting) {
      start(one.row(), one.job(), one.demand(), one.allocation(), List.of());
    }
    if (starting.isEmpty()) {
      decisions.addAll(groups.waiting(group));
    }
  }

  /** Starts what can be started; for what is left of the job, the row of its own comes later. */
  private void startFurther(int row, Door door) {
    if (limits.obstacle(queue, row) != null
        || door.closed(queue.jobClass(row), queue.user(row)) != null) {
      return;
    }
    PendingJob job = queue.get(row);
    JobDemand demand = demand(job, door);
    Door.Closed closed = null;
    for (int task = 0; closed == null && task < job.startable(); task++) {
      closed = start(row, job, demand, door);
    }
    if (closed != null) {
      door.close(job.jobClass(), job.user(), closed);
    }
  }

  private JobDemand demand(PendingJob job, Door door) {
    return new JobDemand(
        job.jobClass().request(),
        door.partition().forJobs(job.jobClass()),
        job.user(),
        Math.max(0, context.now() - job.eligible()),
        job.jobClass().reservation());
  }

  /** Starts one task, or says why that can't be. */
  private Door.Closed start(int row, PendingJob job, JobDemand demand, Door door) {
    Blocker limit = limits.obstacle(queue, row);
    if (limit != null) {
      return limited(limit, door);
    }
    long end = context.now() + duration(job.jobClass());
    NodeMask open = reserved.open(demand, context.now(), end);
    ResourceLedger left = reserved.left(now, demand, context.now(), end);
    Selection selection = context.selector().select(demand, left, open, context.selection());
    if (selection instanceof Selection.NotPlaced not) {
      Blocker kept = kept(demand, end, not.blockers().get(0));
      if (kept != null) {
        List<Blocker> blockers = new ArrayList<>(List.of(kept));
        blockers.addAll(not.blockers());
        return Door.Closed.of(kept.reason(), false, blockers);
      }
      Reason reason = not.blockers().get(0).reason();
      return Door.Closed.of(reason, !comesFree(reason), not.blockers());
    }
    Allocation allocation = ((Selection.Placed) selection).allocation();
    limit = limits.obstacle(queue, row, allocation);
    if (limit != null) {
      return limited(limit, door);
    }
    if (!promises.isEmpty()) {
      Promises.Fit fit = promises.fit(demand, allocation, now, context.now(), end, true);
      if (fit == null) {
        return Door.Closed.of(Reason.PRIORITY, false, List.of(delays(promises.all().get(0))));
      }
      limit = limits.obstacle(queue, row, fit.allocation());
      if (limit != null) {
        return limited(limit, door);
      }
      promises.settle(fit);
      allocation = fit.allocation();
    }
    start(row, job, demand, allocation, List.of());
    return null;
  }

  private void start(
      int row, PendingJob job, JobDemand demand, Allocation allocation, List<Long> suspends) {
    long end = context.now() + duration(job.jobClass());
    limits.started(queue, row, allocation);
    int user = Promises.userOf(demand);
    now.allocate(allocation, user);
    timeline.add(end, allocation);
    promises.forget(job.id());
    promises.taken(allocation, user, context.now(), end);
    if (preemptor != null) {
      preemptor.started(allocation, user);
    }
    started.add(job.id());
    if (!promises.isEmpty()) {
      depth.started();
    }
    decisions.add(new Decision.Start(job.id(), job.partition(), allocation, suspends));
  }

  /** False for what nobody's going would help with. */
  private boolean mayPreemptFor(Door.Closed closed) {
    return closed.reason() == Reason.LICENSES
        ? context.preemptables().forLicenses()
        : !closed.hopeless();
  }

  /** Has others make room for so many tasks; why the next of them waits without, or null. */
  private Door.Closed preempt(
      int row, PendingJob job, JobDemand demand, int tasks, Door.Closed closed) {
    for (int i = 0; i < tasks; i++) {
      Preemptor.Room room = preemptor.find(row, job, demand, duration(job.jobClass()));
      lookAhead.changed();
      if (room == null) {
        // One that has part of its tasks provided for has been decided on.
        return i == 0 || started.contains(job.id()) ? closed : null;
      }
      if (room.atOnce()) {
        start(row, job, demand, room.allocation(), room.suspends());
      } else {
        decisions.add(preempt(job, room, closed));
      }
      preemptor.reclaim();
      lookAhead.changed();
    }
    return null;
  }

  private Decision preempt(PendingJob job, Preemptor.Room room, Door.Closed closed) {
    Decision.Reserve reserve =
        new Decision.Reserve(
            job.id(),
            job.partition(),
            room.start(),
            room.allocation().setAside(),
            Reason.RESOURCES,
            closed.blockers());
    return room.ending().isEmpty() ? reserve : new Decision.Preempt(reserve, room.ending());
  }

  /** The reservation without which the job could start, now or ever, or null. */
  private Blocker kept(JobDemand demand, long end, Blocker otherwise) {
    Blocker kept = reserved.inTheWay(demand, context.now(), end);
    if (kept == null || otherwise.reason() == Reason.LICENSES) {
      return null;
    }
    NodeMask all = demand.partition().nodes();
    if (places(demand, now, all)) {
      return kept;
    }
    if (otherwise.reason() != Reason.RESOURCES) {
      return null;
    }
    if (idle == null) {
      idle = now.copy();
      timeline.release(idle, 0, timeline.size());
    }
    ResourceLedger left = reserved.left(idle, demand, context.now(), end);
    return !places(demand, left, reserved.open(demand, context.now(), end))
            && places(demand, idle, all)
        ? kept
        : null;
  }

  private boolean places(JobDemand demand, ResourceLedger free, NodeMask nodes) {
    return context.selector().select(demand, free, nodes, context.selection())
        instanceof Selection.Placed;
  }

  /** True for what a job may wait for with resources set aside. */
  private boolean comesFree(Reason reason) {
    return reason == Reason.RESOURCES || (reason == Reason.LICENSES && options.licenses());
  }

  private static Blocker delays(Reservation reserved) {
    return new Blocker(Reason.PRIORITY, 0, "would delay job " + reserved.jobId, reserved.start);
  }

  /** How long a job of the class may hold what it gets, in milliseconds. */
  static long duration(JobClass jobClass) {
    return Math.min(ResourceTimeline.YEAR, jobClass.timeLimit());
  }

  private void waitFor(int row, PendingJob job, JobDemand demand, Door door, Door.Closed closed) {
    if (!closed.settled()
        && door.reservations < options.reservations()
        && limits.reserves(queue, row)
        && options.rules().allow(job, context.now())
        && !(options.rules().onePerJob() && withPromise.contains(job.id()))) {
      Reservation reservation =
          lookAhead.find(
              job.id(), demand, duration(job.jobClass()), horizon(), options.reservations() == 1);
      if (reservation != null) {
        Reason own = closed.reason() == Reason.PRIORITY ? Reason.RESOURCES : closed.reason();
        Reason reason = door.behind(job.jobClass()) ? Reason.PRIORITY : own;
        promises.add(reservation);
        withPromise.add(job.id());
        door.reservations++;
        door.first(job.jobClass());
        decisions.add(reserve(job, reservation, reason, closed));
        return;
      }
      door.close(job.jobClass(), job.user(), closed.toTheHorizon());
    }
    decisions.add(door.wait(job.id(), job.jobClass(), closed));
  }

  private long horizon() {
    return context.now() + options.window();
  }

  private Decision reserve(
      PendingJob job, Reservation reservation, Reason reason, Door.Closed closed) {
    long wait = Math.max(0, reservation.start - context.now());
    long steps = (wait + options.resolution() - 1) / options.resolution();
    return new Decision.Reserve(
        job.id(),
        job.partition(),
        context.now() + steps * options.resolution(),
        reservation.allocation().setAside(),
        reason,
        closed.blockers());
  }
}
