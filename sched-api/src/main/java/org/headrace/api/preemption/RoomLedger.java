package org.headrace.api.preemption;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;

/**
 * Who leaves, who has been stopped, and what is free with and without them, while a scheduler makes
 * a plan with preemption.
 *
 * <p>A job that was stopped for others keeps a <em>claim</em> to its cores: those that are free are
 * kept free until it goes on, except for jobs that may preempt it. For such a job claims are lifted
 * by {@link #able}; {@link #reclaim} has them hold again, as far as the cores are still free.
 */
public final class RoomLedger {
  private final ResourceLedger now;
  private final ResourceLedger later;
  private final List<RunningJob> leaving = new ArrayList<>();

  /** Stopped jobs, with what they go on with. */
  private final Map<Long, Allocation> stopped = new LinkedHashMap<>();

  private final Map<Long, Allocation> claims = new HashMap<>();
  private final List<Long> lifted = new ArrayList<>();
  private final Set<Long> victims = new HashSet<>();

  /**
   * @param running the jobs that run
   * @param now what is free, which is kept up with; the claims of stopped jobs are taken from it
   */
  public RoomLedger(List<RunningJob> running, ResourceLedger now) {
    this.now = now;
    later = now.copy();
    for (RunningJob job : running) {
      if (job.leaving()) {
        leaving.add(job);
        later.release(job.allocation());
      } else if (job.goesOnWith() != null) {
        stopped.put(job.id(), job.goesOnWith());
      }
    }
    stopped.keySet().forEach(this::claim);
  }

  /** What is free once all that leave have gone, and those they leave for have come. */
  public ResourceLedger later() {
    return later;
  }

  /** What is kept free for a stopped job, or null. */
  public Allocation claim(RunningJob job) {
    return claims.get(job.id());
  }

  private void claim(long id) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (NodeAllocation part : stopped.get(id).nodes()) {
      int node = part.node();
      if (now.node(node) != null) {
        CoreSet cores = part.cores().intersection(now.freeCores(node));
        cores = cores.intersection(later.freeCores(node));
        int cpus = cores.size() * now.node(node).hardware().threadsPerCore();
        if (!cores.isEmpty()) {
          parts.add(new NodeAllocation(node, cores, cpus, 0, List.of(), 0));
        }
      }
    }
    Allocation claim = new Allocation(parts, false);
    claims.put(id, claim);
    now.allocate(claim, ResourceLedger.NO_USER);
    later.allocate(claim, ResourceLedger.NO_USER);
  }

  /**
   * Those that can still make room for a job. Of the others, the claims of those that were stopped
   * don't hold for it.
   *
   * @param candidates who may be preempted for it
   */
  public List<Candidate> able(List<Candidate> candidates) {
    List<Candidate> able = new ArrayList<>();
    for (Candidate one : candidates) {
      long id = one.job().id();
      if (stopped.containsKey(id)) {
        lift(id);
      } else if (!one.job().leaving() && !victims.contains(id)) {
        able.add(one);
      }
    }
    return able;
  }

  private void lift(long id) {
    Allocation claim = claims.remove(id);
    if (claim != null) {
      now.release(claim);
      later.release(claim);
      lifted.add(id);
    }
  }

  /** True while claims are lifted, so that more may be free at once. */
  public boolean lifted() {
    return !lifted.isEmpty();
  }

  /** Has stopped jobs keep what a job that room was found for has left of their cores. */
  public void reclaim() {
    lifted.forEach(this::claim);
    lifted.clear();
  }

  /** True when more will be free than is. */
  public boolean someLeave() {
    return !leaving.isEmpty() || !victims.isEmpty();
  }

  /** True when a job can start there as soon as its victims are told, all being stopped. */
  public boolean atOnce(VictimSearch.Found found) {
    ResourceLedger stops = now.copy();
    boolean atOnce = true;
    for (Candidate one : found.victims()) {
      atOnce &= one.mode() == PreemptMode.SUSPEND;
      one.leave(stops);
    }
    return atOnce && stops.problem(found.allocation()) == null;
  }

  /**
   * Notes that jobs make room.
   *
   * @param atOnce true when the job that they do it for starts, so that those of them that are
   *     stopped have a claim from now on
   */
  public void leave(List<Candidate> those, boolean atOnce) {
    for (Candidate one : those) {
      long id = one.job().id();
      victims.add(id);
      one.leave(later);
      if (atOnce && one.mode() == PreemptMode.SUSPEND) {
        one.leave(now);
        stopped.put(id, one.job().allocation());
        lifted.add(id);
      }
    }
  }

  /** Notes that a job has started, or is to once others have left. */
  public void comes(Allocation allocation, int user) {
    later.allocate(allocation, user);
  }

  /**
   * When those have gone that leave nodes of a place, by their own words.
   *
   * @param present the present, in epoch milliseconds
   */
  public long gone(Allocation place, long present) {
    Set<Integer> nodes = new HashSet<>();
    place.nodes().forEach(part -> nodes.add(part.node()));
    long last = present;
    for (RunningJob job : leaving) {
      if (job.endsBy() > last
          && job.allocation().nodes().stream().anyMatch(part -> nodes.contains(part.node()))) {
        last = job.endsBy();
      }
    }
    return last;
  }
}
