package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.GroupPlacement;
import org.headrace.api.scheduler.GroupPlacement.Placed;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.PlanningContext;

/**
 * Heterogeneous jobs during a pass: all components start, or all are promised one moment, the first
 * at which there is room for all of them.
 *
 * <p>No promise is ever broken for them, and none is moved: they take what is free beside all
 * promises that begin before the longest of them would end.
 */
final class GroupPass {
  private final PendingJobs queue;
  private final PlanningContext context;
  private final BackfillOptions options;
  private final ResourceLedger now;
  private final ResourceTimeline timeline;
  private final Promises promises;
  private final ReservedNodes reserved;
  private final Doors doors;
  private final GroupPlacement placement;
  private final Set<Long> seen = new HashSet<>();

  GroupPass(
      ClusterView view,
      PendingJobs queue,
      PlanningContext context,
      BackfillOptions options,
      ResourceLedger now,
      ResourceTimeline timeline,
      Promises promises,
      ReservedNodes reserved,
      Doors doors) {
    this.queue = queue;
    this.context = context;
    this.options = options;
    this.now = now;
    this.timeline = timeline;
    this.promises = promises;
    this.reserved = reserved;
    this.doors = doors;
    placement = new GroupPlacement(view, queue, context);
  }

  /** False for a job that was decided on with another of its components. */
  boolean first(int row) {
    return seen.add(queue.component(row).group());
  }

  /** What starts now, or nothing. */
  List<Placed> starting(long group) {
    long longest = placement.longest(group);
    ResourceLedger free = promises.beside(now, context.now(), context.now() + longest);
    GroupPlacement.Outcome outcome = placement.place(group, free, context.now());
    boolean starts =
        outcome.complete() && limit(group) == null && placement.limit(outcome.placed()) == null;
    return starts ? outcome.placed() : List.of();
  }

  /** A limit that one of the components would break by itself, or null. */
  private Blocker limit(long group) {
    for (List<Integer> component : placement.rows(group)) {
      for (int row : component) {
        Blocker limit = context.limits().obstacle(queue, row);
        if (limit != null) {
          return limit;
        }
      }
    }
    return null;
  }

  /** Decisions for a job that can't start now. */
  List<Decision> waiting(long group) {
    Blocker limit = limit(group);
    if (limit != null) {
      return limited(group, limit);
    }
    int most = 0;
    boolean reserves = true;
    for (List<Integer> component : placement.rows(group)) {
      for (int row : component) {
        most = Math.max(most, doors.of(queue.partition(row)).reservations);
        reserves &= context.limits().reserves(queue, row);
      }
    }
    Reason reason = most > 0 ? Reason.PRIORITY : Reason.RESOURCES;
    if (reserves && most < options.reservations()) {
      List<Decision> promised = promise(group, reason);
      if (!promised.isEmpty()) {
        return promised;
      }
    }
    GroupPlacement.Outcome alone = placement.place(group, now.copy(), context.now());
    Blocker together = placement.limit(alone.placed());
    if (together != null) {
      return limited(group, together);
    }
    List<Blocker> blockers = alone.blockers();
    boolean own = !blockers.isEmpty() && most == 0;
    return all(group, own ? blockers.get(0).reason() : reason, blockers);
  }

  private List<Decision> limited(long group, Blocker limit) {
    return all(group, limit.reason(), List.of(limit));
  }

  private List<Decision> all(long group, Reason reason, List<Blocker> blockers) {
    List<Decision> decisions = new ArrayList<>();
    for (List<Integer> component : placement.rows(group)) {
      for (int row : component) {
        if (!queue.further(row)) {
          decisions.add(
              new Decision.Wait(
                  queue.jobId(row), reason, Blocker.UNKNOWN, blockers, queue.partition(row)));
        }
      }
    }
    return decisions;
  }

  private List<Decision> promise(long group, Reason reason) {
    long[] moments = moments();
    int low = 0;
    int high = moments.length;
    int step = 1;
    Found best = null;
    while (low < high) {
      int next = best != null ? (low + high) >>> 1 : Math.min(high - 1, low + step - 1);
      Found found = at(group, moments[next]);
      if (found == null) {
        low = next + 1;
        step *= 2;
      } else {
        best = found;
        high = next;
      }
    }
    if (best == null) {
      return List.of();
    }
    // Nothing is set aside for a job that its limit doesn't let run.
    Blocker limit = placement.limit(best.placed());
    return limit == null ? settle(best, reason) : limited(group, limit);
  }

  /** A moment at which there is room for all. */
  private record Found(long moment, ResourceLedger free, List<Placed> placed) {}

  private Found at(long group, long moment) {
    ResourceLedger free = now.copy();
    timeline.release(free, 0, timeline.endedBy(moment));
    free = promises.beside(free, moment, moment + placement.longest(group));
    ResourceLedger before = free.copy();
    GroupPlacement.Outcome outcome = placement.place(group, free, moment);
    return outcome.complete()
        ? new Found(Math.max(context.now(), moment), before, outcome.placed())
        : null;
  }

  /** When something ends or ceases to matter, ascending. */
  private long[] moments() {
    long horizon = context.now() + options.window();
    long[] jobs = new long[timeline.size()];
    Arrays.setAll(jobs, timeline::end);
    return LongStream.concat(
            LongStream.concat(LongStream.of(jobs), LongStream.of(reserved.ends())),
            promises.all().stream().mapToLong(one -> one.end))
        .filter(moment -> moment <= horizon)
        .sorted()
        .distinct()
        .toArray();
  }

  private List<Decision> settle(Found found, Reason reason) {
    List<Decision> decisions = new ArrayList<>();
    Set<Door> used = new HashSet<>();
    ResourceLedger free = found.free();
    long wait = Math.max(0, found.moment() - context.now());
    long steps = (wait + options.resolution() - 1) / options.resolution();
    for (Placed one : found.placed()) {
      long end = found.moment() + placement.duration(one.row());
      promises.add(
          new Reservation(
              one.job().id(), one.demand(), found.moment(), end, free.copy(), one.allocation()));
      free.allocate(one.allocation(), GroupPlacement.user(one.demand()));
      used.add(doors.of(one.job().partition()));
      decisions.add(
          new Decision.Reserve(
              one.job().id(),
              one.job().partition(),
              context.now() + steps * options.resolution(),
              one.allocation().setAside(),
              reason,
              List.of()));
    }
    used.forEach(door -> door.reservations++);
    return decisions;
  }
}
