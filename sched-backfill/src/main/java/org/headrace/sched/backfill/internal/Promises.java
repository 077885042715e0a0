package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.Sharing;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/** The reservations of one plan, and the rule that nothing may break them. */
final class Promises {
  private final List<Reservation> all = new ArrayList<>();
  private final PlanningContext context;
  private final ReservedNodes reserved;
  private final ResourceLedger now;

  /** True when one was moved after it had been made. */
  private boolean moved;

  /** What is free now and not promised, by the set of promises that matter. */
  private final Map<Long, ResourceLedger> rests = new HashMap<>();

  /**
   * @param now what is free now; changes as jobs are started
   */
  Promises(PlanningContext context, ResourceLedger now, ReservedNodes reserved) {
    this.context = context;
    this.reserved = reserved;
    this.now = now;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  List<Reservation> all() {
    return all;
  }

  /** Takes back what was promised to a job that started elsewhere. */
  void forget(long jobId) {
    if (all.removeIf(one -> one.jobId == jobId)) {
      rests.clear();
    }
  }

  /**
   * Resources that a job may hold without breaking a promise.
   *
   * @param allocation what it gets
   * @param moved a reservation that has to give way for it, or null
   * @param movedTo where that goes
   */
  record Fit(Allocation allocation, Reservation moved, Allocation movedTo) {}

  /**
   * Finds resources that {@code demand} may hold from {@code start} to {@code end} without breaking
   * a promise. Changes nothing.
   *
   * @param free what is free at {@code start}
   * @param flexible true to give reserved jobs other resources where that helps
   * @return what was found, or null
   */
  Fit fit(JobDemand demand, ResourceLedger free, long start, long end, boolean flexible) {
    Allocation proposed = select(demand, free, start, end);
    return proposed == null ? null : fit(demand, proposed, free, start, end, flexible);
  }

  /**
   * As above.
   *
   * @param proposed what the selector would give, regardless of promises
   */
  Fit fit(
      JobDemand demand,
      Allocation proposed,
      ResourceLedger free,
      long start,
      long end,
      boolean flexible) {
    List<Reservation> broken = broken(proposed, userOf(demand), start, end);
    if (broken.isEmpty()) {
      return new Fit(proposed, null, null);
    }
    Allocation elsewhere = avoiding(demand, free, start, end);
    if (elsewhere != null && broken(elsewhere, userOf(demand), start, end).isEmpty()) {
      return new Fit(elsewhere, null, null);
    }
    if (!flexible || broken.size() > 1) {
      return null;
    }
    Allocation movedTo = moved(broken.get(0), proposed, demand);
    return movedTo == null ? null : new Fit(proposed, broken.get(0), movedTo);
  }

  /** The same on these nodes alone, if that breaks no promise at all; else null. */
  Fit fitOn(NodeMask nodes, JobDemand demand, ResourceLedger free, long start, long end) {
    Allocation there = select(demand, nodes, free, start, end);
    return there != null && broken(there, userOf(demand), start, end).isEmpty()
        ? new Fit(there, null, null)
        : null;
  }

  /** Has a reservation give way where that was found to be needed. */
  void settle(Fit fit) {
    if (fit.moved() != null) {
      rests.clear();
      fit.moved().moveTo(fit.movedTo());
      moved = true;
    }
  }

  /** What was decided, with the nodes that promises have come to have since. */
  List<Decision> settled(List<Decision> decisions) {
    return moved ? decisions.stream().map(this::settled).toList() : decisions;
  }

  private Decision settled(Decision decision) {
    if (decision instanceof Decision.Reserve reserve) {
      for (Reservation one : all) {
        if (one.jobId == reserve.jobId()
            && one.demand.partition().name().equals(reserve.partition())) {
          return reserve.withNodes(one.allocation().setAside());
        }
      }
    }
    return decision;
  }

  /** Reservations that can't be kept with the same resources beside {@code newcomer}. */
  private List<Reservation> broken(Allocation newcomer, int user, long start, long end) {
    List<Reservation> broken = List.of();
    for (Reservation one : all) {
      if (concerns(one, start, end) && !one.standsBeside(newcomer, user)) {
        broken = broken.isEmpty() ? new ArrayList<>() : broken;
        broken.add(one);
      }
    }
    return broken;
  }

  /** True when a job from {@code start} to {@code end} still runs when the reserved one starts. */
  private static boolean concerns(Reservation one, long start, long end) {
    return start <= one.start && one.start < end;
  }

  private Allocation avoiding(JobDemand demand, ResourceLedger free, long start, long end) {
    long concerned = 0;
    for (int i = 0; i < all.size(); i++) {
      concerned |= concerns(all.get(i), start, end) ? 1L << i : 0;
    }
    if (free != now || all.size() >= Long.SIZE) {
      return select(demand, withoutPromised(free, start, end), start, end);
    }
    ResourceLedger rest = rests.get(concerned);
    if (rest == null) {
      rest = withoutPromised(free, start, end);
      rests.put(concerned, rest);
    }
    return select(demand, rest, start, end);
  }

  private ResourceLedger withoutPromised(ResourceLedger free, long start, long end) {
    ResourceLedger rest = free.copy();
    for (Reservation one : all) {
      if (concerns(one, start, end)) {
        rest.allocate(one.allocation(), userOf(one.demand));
      }
    }
    return rest;
  }

  /** A copy of {@code free} without what is promised at some moment of that time. */
  ResourceLedger beside(ResourceLedger free, long start, long end) {
    ResourceLedger rest = free.copy();
    for (Reservation one : all) {
      if (one.start < end && start < one.end) {
        rest.allocate(one.allocation(), userOf(one.demand));
      }
    }
    return rest;
  }

  /** Other resources for the reserved job, if there are some beside {@code newcomer}, or null. */
  private Allocation moved(Reservation reservation, Allocation newcomer, JobDemand demand) {
    for (Reservation other : all) {
      if (other != reservation && !other.apartFrom(reservation)) {
        return null;
      }
    }
    if (reservation.atStart.problem(newcomer) != null) {
      return null;
    }
    reservation.atStart.allocate(newcomer, userOf(demand));
    Allocation moved =
        select(reservation.demand, reservation.atStart, reservation.start, reservation.end);
    reservation.atStart.release(newcomer);
    return moved;
  }

  /** Notes that a job holds {@code allocation} from now, {@code start}, to {@code end}. */
  void taken(Allocation allocation, int user, long start, long end) {
    if (user == ResourceLedger.NO_USER) {
      rests.values().forEach(rest -> rest.allocate(allocation, user));
    } else {
      // Whom a node is bound to depends on the order: promises come last.
      rests.clear();
    }
    for (Reservation one : all) {
      if (concerns(one, start, end)) {
        one.atStart.allocate(allocation, user);
      }
    }
  }

  /** Notes that a job makes room that was thought to run on. */
  void gone(Candidate candidate) {
    for (Reservation one : all) {
      if (candidate.job().endsBy() > one.start) {
        candidate.leave(one.atStart);
      }
    }
  }

  void add(Reservation reservation) {
    rests.clear();
    for (Reservation one : all) {
      if (concerns(one, reservation.start, reservation.end)) {
        one.atStart.allocate(reservation.allocation(), userOf(reservation.demand));
      }
    }
    all.add(reservation);
  }

  /** Takes in {@code ledger} what reserved jobs hold at {@code time}. */
  void takeHeldAt(long time, ResourceLedger ledger) {
    for (Reservation one : all) {
      if (one.start <= time && time < one.end) {
        ledger.allocate(one.allocation(), userOf(one.demand));
      }
    }
  }

  /**
   * Moments, ascending, at which another promise begins or ceases to matter to a job of that
   * duration that starts then.
   */
  long[] bounds(long duration) {
    long[] bounds = new long[4 * all.size()];
    int count = 0;
    for (Reservation one : all) {
      bounds[count++] = one.start - duration + 1;
      bounds[count++] = one.start;
      bounds[count++] = one.start + 1;
      bounds[count++] = one.end;
    }
    Arrays.sort(bounds);
    return bounds;
  }

  /** True when a promise could be in the way of a job with this demand. */
  boolean touch(JobDemand demand) {
    for (Reservation one : all) {
      if (one.concerns(demand)) {
        return true;
      }
    }
    return false;
  }

  private Allocation select(JobDemand demand, ResourceLedger free, long start, long end) {
    return select(demand, demand.partition().nodes(), free, start, end);
  }

  private Allocation select(
      JobDemand demand, NodeMask nodes, ResourceLedger free, long start, long end) {
    Selection selection =
        context
            .selector()
            .select(
                demand,
                reserved.left(free, demand, start, end),
                reserved.open(demand, start, end).intersection(nodes),
                context.selection());
    return selection instanceof Selection.Placed placed ? placed.allocation() : null;
  }

  /** The user that a job's nodes get bound to. */
  static int userOf(JobDemand demand) {
    return switch (demand.request().sharing()) {
      case USER -> demand.user();
      default ->
          demand.partition().sharing() == Sharing.USER ? demand.user() : ResourceLedger.NO_USER;
    };
  }
}
