package org.headrace.sched.builtin.internal;

import java.util.List;
import java.util.function.Function;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.RoomLedger;
import org.headrace.api.preemption.Victim;
import org.headrace.api.preemption.VictimSearch;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.PlanningContext;

/**
 * Has jobs make room for one that may preempt them. A job first waits for those that leave already.
 * What it waits for is kept from all that come after it.
 */
final class RoomMaker {
  private final PlanningContext context;
  private final ResourceLedger free;
  private final RoomLedger room;

  /** True once somebody waits for room: then not all that is free may be given away. */
  private boolean kept;

  RoomMaker(ClusterView view, PlanningContext context, ResourceLedger free) {
    this.context = context;
    this.free = free;
    room = new RoomLedger(view.running(), free);
  }

  /** False for a place that is kept for a job that waits for others to leave. */
  boolean leavesAlone(Allocation allocation) {
    return !kept || room.later().problem(allocation) == null;
  }

  /** Notes that a job has started. */
  void started(Allocation allocation, int user) {
    room.comes(allocation, user);
  }

  /**
   * A decision for a job that doesn't fit as things are, or null if nobody can make room. One that
   * starts it has been noted in all ledgers.
   *
   * @param placement the job's place in a ledger, or null
   */
  Decision find(
      PendingJobs queue,
      int row,
      int user,
      Function<ResourceLedger, Allocation> placement,
      List<Blocker> blockers) {
    List<Candidate> able = room.able(context.preemptables().of(queue, row));
    Decision decision = find(queue.get(row), user, placement, blockers, able);
    room.reclaim();
    return decision;
  }

  private Decision find(
      PendingJob job,
      int user,
      Function<ResourceLedger, Allocation> placement,
      List<Blocker> blockers,
      List<Candidate> able) {
    Allocation place = room.lifted() ? placement.apply(free) : null;
    if (place != null && leavesAlone(place)) {
      return start(job, place, user, List.of());
    }
    place = room.someLeave() ? placement.apply(room.later()) : null;
    if (place != null) {
      return waits(job, place, user, List.of(), blockers);
    }
    VictimSearch.Found found =
        new VictimSearch(room.later(), placement).find(able, context.preemptables().reorders());
    if (found == null) {
      return null;
    }
    boolean atOnce = room.atOnce(found);
    room.leave(found.victims(), atOnce);
    List<Long> ids = found.victims().stream().map(one -> one.job().id()).toList();
    return atOnce
        ? start(job, found.allocation(), user, ids)
        : waits(job, found.allocation(), user, ending(found.victims()), blockers);
  }

  private static List<Victim> ending(List<Candidate> victims) {
    return victims.stream()
        .filter(one -> one.mode() != PreemptMode.SUSPEND)
        .map(one -> new Victim(one.job().id(), one.mode()))
        .toList();
  }

  private Decision start(PendingJob job, Allocation place, int user, List<Long> suspends) {
    free.allocate(place, user);
    room.comes(place, user);
    return new Decision.Start(job.id(), job.partition(), place, suspends);
  }

  private Decision waits(
      PendingJob job, Allocation place, int user, List<Victim> ending, List<Blocker> blockers) {
    kept = true;
    room.comes(place, user);
    Decision.Reserve reserve =
        new Decision.Reserve(
            job.id(),
            job.partition(),
            room.gone(place, context.now()),
            place.setAside(),
            Reason.RESOURCES,
            blockers);
    return ending.isEmpty() ? reserve : new Decision.Preempt(reserve, ending);
  }
}
