package org.headrace.sched.backfill.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.RoomLedger;
import org.headrace.api.preemption.Victim;
import org.headrace.api.preemption.VictimSearch;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/**
 * Makes room for jobs that may preempt others, during a pass.
 *
 * <p>A job first waits for what leaves already, and has others preempted only if that isn't enough.
 * What it waits for is promised to it, so that nobody else takes it.
 */
final class Preemptor {
  /** Most jobs of a pass that victims are found for; the rest is for the next. */
  private static final int MOST_PREEMPTING = 200;

  private final PlanningContext context;
  private final PendingJobs queue;
  private final ResourceLedger now;
  private final ResourceTimeline timeline;
  private final Promises promises;
  private final ReservedNodes reserved;
  private final RoomLedger room;
  private final Set<Asking> vain = new HashSet<>();
  private int preempting;
  private boolean limited;

  /** What has to be the same for two jobs to have the same chances. */
  private record Asking(int classId, String partition, String qos, int user) {}

  /**
   * Room for a job.
   *
   * @param allocation what it gets
   * @param victims who has to make room for that
   * @param atOnce true when it can start as soon as they are told
   * @param start when it can start, else
   */
  record Room(Allocation allocation, List<Candidate> victims, boolean atOnce, long start) {
    /** Those that are stopped. */
    List<Long> suspends() {
      return victims.stream().map(one -> one.job().id()).toList();
    }

    /** Those that end or go back to the queue; others are stopped once these have gone. */
    List<Victim> ending() {
      return victims.stream()
          .filter(one -> one.mode() != PreemptMode.SUSPEND)
          .map(one -> new Victim(one.job().id(), one.mode()))
          .toList();
    }
  }

  Preemptor(
      ClusterView view,
      PendingJobs queue,
      PlanningContext context,
      ResourceLedger now,
      ResourceTimeline timeline,
      Promises promises,
      ReservedNodes reserved) {
    this.queue = queue;
    this.context = context;
    this.now = now;
    this.timeline = timeline;
    this.promises = promises;
    this.reserved = reserved;
    room = new RoomLedger(view.running(), now);
    for (RunningJob job : view.running()) {
      Allocation claim = room.claim(job);
      if (claim != null) {
        timeline.add(Math.max(job.endsBy(), context.now() + 1), claim);
      }
    }
  }

  /** Notes that a job has started. */
  void started(Allocation allocation, int user) {
    room.comes(allocation, user);
  }

  /**
   * Room for a job that doesn't fit as things are, or null. What it gets is promised to it unless
   * it can start at once; then the caller starts it. In any case {@link #reclaim} comes next.
   */
  Room find(int row, PendingJob job, JobDemand demand, long duration) {
    Asking asking =
        new Asking(job.jobClass().id(), job.partition(), job.qos(), Promises.userOf(demand));
    if (preempting >= MOST_PREEMPTING || vain.contains(asking)) {
      return null;
    }
    limited = false;
    List<Candidate> candidates = context.preemptables().of(queue, row);
    Room found = candidates.isEmpty() ? null : find(row, demand, duration, candidates);
    if (found != null) {
      settle(found, job, demand, duration);
    } else {
      reclaim();
      if (!limited) {
        vain.add(asking);
      }
    }
    return found;
  }

  private Room find(int row, JobDemand demand, long duration, List<Candidate> candidates) {
    List<Candidate> able = room.able(candidates);
    long end = context.now() + duration;
    Allocation place = room.lifted() ? place(row, demand, now, end) : null;
    if (place != null) {
      return new Room(place, List.of(), true, context.now());
    }
    place = room.someLeave() ? place(row, demand, room.later(), end) : null;
    if (place != null) {
      return new Room(place, List.of(), false, room.gone(place, context.now()));
    }
    VictimSearch.Found found =
        new VictimSearch(room.later(), ledger -> place(row, demand, ledger, end))
            .find(able, context.preemptables().reorders());
    if (found == null) {
      return null;
    }
    long start = room.gone(found.allocation(), context.now());
    return new Room(found.allocation(), found.victims(), room.atOnce(found), start);
  }

  private Allocation place(int row, JobDemand demand, ResourceLedger ledger, long end) {
    Selection selection =
        context
            .selector()
            .select(
                demand,
                reserved.left(ledger, demand, context.now(), end),
                reserved.open(demand, context.now(), end),
                context.selection());
    if (!(selection instanceof Selection.Placed placed)) {
      return null;
    }
    Allocation allocation = placed.allocation();
    if (!promises.isEmpty()) {
      Promises.Fit fit = promises.fit(demand, allocation, ledger, context.now(), end, false);
      if (fit == null) {
        return null;
      }
      allocation = fit.allocation();
    }
    boolean allowed = context.limits().obstacle(queue, row, allocation) == null;
    limited |= !allowed;
    return allowed ? allocation : null;
  }

  private void settle(Room found, PendingJob job, JobDemand demand, long duration) {
    preempting += found.victims().isEmpty() ? 0 : 1;
    room.leave(found.victims(), found.atOnce());
    for (Candidate one : found.victims()) {
      Allocation held = one.job().allocation();
      promises.gone(one);
      if (one.mode() != PreemptMode.SUSPEND) {
        timeline.endsAt(held, context.now());
      } else if (found.atOnce()) {
        timeline.replace(held, held.withoutCores());
      }
    }
    if (!found.atOnce()) {
      Allocation place = found.allocation();
      long start = found.start();
      promises.add(
          new Reservation(job.id(), demand, start, start + duration, room.later().copy(), place));
      room.comes(place, Promises.userOf(demand));
    }
  }

  /** Has stopped jobs keep what the job that room was found for has left of their cores. */
  void reclaim() {
    room.reclaim();
  }
}
