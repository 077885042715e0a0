package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
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
 *
 * <p>A job that was stopped for others keeps a <em>claim</em> to its cores: those that are free are
 * kept free until it goes on, except for jobs that may preempt it.
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

  /** What is free once all that leave have gone, and those they leave for have come. */
  private final ResourceLedger later;

  private final List<RunningJob> leaving = new ArrayList<>();

  /** Stopped jobs, with what they go on with. */
  private final Map<Long, Allocation> stopped = new LinkedHashMap<>();

  /** What is kept free for them. */
  private final Map<Long, Allocation> claims = new HashMap<>();

  /** Stopped jobs whose claims don't hold while room is made. */
  private final List<Long> lifted = new ArrayList<>();

  private final Set<Long> victims = new HashSet<>();
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
    later = now.copy();
    for (RunningJob job : view.running()) {
      if (job.leaving()) {
        leaving.add(job);
        later.release(job.allocation());
      } else if (job.goesOnWith() != null) {
        stopped.put(job.id(), job.goesOnWith());
      }
    }
    for (RunningJob job : view.running()) {
      if (stopped.containsKey(job.id())) {
        claim(job.id());
        timeline.add(Math.max(job.endsBy(), context.now() + 1), claims.get(job.id()));
      }
    }
  }

  /** Keeps free what is free of what a stopped job goes on with. */
  private void claim(long id) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (NodeAllocation part : stopped.get(id).nodes()) {
      if (now.node(part.node()) != null) {
        CoreSet cores = part.cores().intersection(now.freeCores(part.node()));
        int cpus = cores.size() * now.node(part.node()).hardware().threadsPerCore();
        parts.add(new NodeAllocation(part.node(), cores, cpus, 0, List.of(), 0));
      }
    }
    Allocation claim = new Allocation(parts, false);
    claims.put(id, claim);
    now.allocate(claim, ResourceLedger.NO_USER);
    later.allocate(claim, ResourceLedger.NO_USER);
  }

  private void unclaim(long id) {
    Allocation claim = claims.remove(id);
    if (claim != null) {
      now.release(claim);
      later.release(claim);
    }
  }

  /** Notes that a job has started. */
  void started(Allocation allocation, int user) {
    later.allocate(allocation, user);
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
    Room room = candidates.isEmpty() ? null : find(row, demand, duration, candidates);
    if (room != null) {
      settle(room, job, demand, duration);
    } else {
      reclaim();
      if (!limited) {
        vain.add(asking);
      }
    }
    return room;
  }

  private Room find(int row, JobDemand demand, long duration, List<Candidate> candidates) {
    List<Candidate> able = new ArrayList<>();
    for (Candidate one : candidates) {
      long id = one.job().id();
      if (stopped.containsKey(id)) {
        unclaim(id);
        lifted.add(id);
      } else if (!one.job().leaving() && !victims.contains(id)) {
        able.add(one);
      }
    }
    long end = context.now() + duration;
    Allocation place = lifted.isEmpty() ? null : place(row, demand, now, end);
    if (place != null) {
      return new Room(place, List.of(), true, context.now());
    }
    place = leaving.isEmpty() && victims.isEmpty() ? null : place(row, demand, later, end);
    if (place != null) {
      return new Room(place, List.of(), false, gone(place));
    }
    VictimSearch.Found found =
        new VictimSearch(later, ledger -> place(row, demand, ledger, end))
            .find(able, context.preemptables().reorders());
    if (found == null) {
      return null;
    }
    ResourceLedger stops = now.copy();
    boolean atOnce = true;
    for (Candidate one : found.victims()) {
      atOnce &= one.mode() == PreemptMode.SUSPEND;
      one.leave(stops);
    }
    atOnce &= stops.problem(found.allocation()) == null;
    return new Room(found.allocation(), found.victims(), atOnce, gone(found.allocation()));
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

  /** When those have gone that leave nodes of the allocation. */
  private long gone(Allocation allocation) {
    Set<Integer> nodes = new HashSet<>();
    allocation.nodes().forEach(part -> nodes.add(part.node()));
    long last = context.now();
    for (RunningJob job : leaving) {
      if (job.endsBy() > last
          && job.allocation().nodes().stream().anyMatch(part -> nodes.contains(part.node()))) {
        last = job.endsBy();
      }
    }
    return last;
  }

  private void settle(Room room, PendingJob job, JobDemand demand, long duration) {
    preempting += room.victims().isEmpty() ? 0 : 1;
    for (Candidate one : room.victims()) {
      Allocation held = one.job().allocation();
      victims.add(one.job().id());
      one.leave(later);
      promises.gone(one);
      if (one.mode() != PreemptMode.SUSPEND) {
        timeline.endsAt(held, context.now());
      } else if (room.atOnce()) {
        one.leave(now);
        timeline.replace(held, held.withoutCores());
        stopped.put(one.job().id(), held);
        lifted.add(one.job().id());
      }
    }
    if (!room.atOnce()) {
      Allocation place = room.allocation();
      long start = room.start();
      promises.add(new Reservation(job.id(), demand, start, start + duration, later.copy(), place));
      later.allocate(place, Promises.userOf(demand));
    }
  }

  /** Has stopped jobs keep what the job that room was found for has left of their cores. */
  void reclaim() {
    lifted.forEach(this::claim);
    lifted.clear();
  }
}
