package org.headrace.sched.builtin.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Victim;
import org.headrace.api.preemption.VictimSearch;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.PlanningContext;

/**
 * Has jobs make room for one that may preempt them. A job first waits for those that leave already.
 * What it waits for is kept from all that come after it.
 *
 * <p>A job that was stopped for others has a claim to its cores: what is free of them goes only to
 * jobs that may preempt it.
 */
final class RoomMaker {
  private final PlanningContext context;
  private final ResourceLedger free;

  /** What is free once all that leave have gone, and those they leave for have come. */
  private final ResourceLedger later;

  private final List<RunningJob> leaving = new ArrayList<>();
  private final Map<Long, Allocation> stopped = new LinkedHashMap<>();
  private final Map<Long, Allocation> claims = new HashMap<>();
  private final Set<Long> victims = new HashSet<>();

  /** True once somebody waits for room: then not all that is free may be given away. */
  private boolean kept;

  RoomMaker(ClusterView view, PlanningContext context, ResourceLedger free) {
    this.context = context;
    this.free = free;
    later = free.copy();
    for (RunningJob job : view.running()) {
      if (job.leaving()) {
        leaving.add(job);
        later.release(job.allocation());
      } else if (job.goesOnWith() != null) {
        stopped.put(job.id(), job.goesOnWith());
      }
    }
    stopped.keySet().forEach(this::claim);
  }

  private void claim(long id) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (NodeAllocation part : stopped.get(id).nodes()) {
      if (free.node(part.node()) != null) {
        CoreSet cores = part.cores().intersection(free.freeCores(part.node()));
        cores = cores.intersection(later.freeCores(part.node()));
        int cpus = cores.size() * free.node(part.node()).hardware().threadsPerCore();
        if (!cores.isEmpty()) {
          parts.add(new NodeAllocation(part.node(), cores, cpus, 0, List.of(), 0));
        }
      }
    }
    Allocation claim = new Allocation(parts, false);
    claims.put(id, claim);
    free.allocate(claim, ResourceLedger.NO_USER);
    later.allocate(claim, ResourceLedger.NO_USER);
  }

  private void unclaim(long id) {
    Allocation claim = claims.remove(id);
    if (claim != null) {
      free.release(claim);
      later.release(claim);
    }
  }

  /** False for a place that is kept for a job that waits for others to leave. */
  boolean leavesAlone(Allocation allocation) {
    return !kept || later.problem(allocation) == null;
  }

  /** Notes that a job has started. */
  void started(Allocation allocation, int user) {
    later.allocate(allocation, user);
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
    PendingJob job = queue.get(row);
    List<Long> lifted = new ArrayList<>();
    List<Candidate> able = new ArrayList<>();
    for (Candidate one : context.preemptables().of(queue, row)) {
      long id = one.job().id();
      if (claims.containsKey(id)) {
        unclaim(id);
        lifted.add(id);
      } else if (!one.job().leaving() && !stopped.containsKey(id) && !victims.contains(id)) {
        able.add(one);
      }
    }
    Decision decision = find(job, user, placement, blockers, able, !lifted.isEmpty());
    lifted.forEach(this::claim);
    return decision;
  }

  private Decision find(
      PendingJob job,
      int user,
      Function<ResourceLedger, Allocation> placement,
      List<Blocker> blockers,
      List<Candidate> able,
      boolean lifted) {
    Allocation place = lifted ? placement.apply(free) : null;
    if (place != null && leavesAlone(place)) {
      return start(job, place, user, List.of());
    }
    place = leaving.isEmpty() && victims.isEmpty() ? null : placement.apply(later);
    if (place != null) {
      return waits(job, place, user, List.of(), blockers);
    }
    VictimSearch.Found found =
        new VictimSearch(later, placement).find(able, context.preemptables().reorders());
    if (found == null) {
      return null;
    }
    ResourceLedger stops = free.copy();
    boolean atOnce = true;
    for (Candidate one : found.victims()) {
      atOnce &= one.mode() == PreemptMode.SUSPEND;
      one.leave(stops);
    }
    atOnce &= stops.problem(found.allocation()) == null;
    for (Candidate one : found.victims()) {
      victims.add(one.job().id());
      one.leave(later);
      if (atOnce) {
        one.leave(free);
        stopped.put(one.job().id(), one.job().allocation());
      }
    }
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
    later.allocate(place, user);
    return new Decision.Start(job.id(), job.partition(), place, suspends);
  }

  private Decision waits(
      PendingJob job, Allocation place, int user, List<Victim> ending, List<Blocker> blockers) {
    kept = true;
    later.allocate(place, user);
    Decision.Reserve reserve =
        new Decision.Reserve(
            job.id(), job.partition(), gone(place), place.setAside(), Reason.RESOURCES, blockers);
    return ending.isEmpty() ? reserve : new Decision.Preempt(reserve, ending);
  }

  /** When those have gone that leave nodes of the place. */
  private long gone(Allocation place) {
    Set<Integer> nodes = new HashSet<>();
    place.nodes().forEach(part -> nodes.add(part.node()));
    long last = context.now();
    for (RunningJob job : leaving) {
      boolean there =
          job.allocation().nodes().stream().anyMatch(part -> nodes.contains(part.node()));
      last = there ? Math.max(last, job.endsBy()) : last;
    }
    return last;
  }
}
