package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.core.internal.charge.Charging;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/**
 * Carries out plans. Every decision is held against the present: what no longer holds, or never
 * made sense, is dropped and counted, and doesn't stop the rest.
 */
final class PlanHandler {
  /** Most jobs for which blockers are kept; the plan's first ones, which matter most. */
  private static final int MOST_BLOCKED = 262_144;

  private static final int MOST_BLOCKERS = 8;

  private static final String RESERVED =
      "nodes, cores or licences are reserved, or not in the job's reservation";

  private final Machine machine;
  private final ClusterState state;

  PlanHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  Outcome apply(Command.ApplyPlan command) {
    prioritize(command.jobs(), command.priorities());
    BitSet planned = new BitSet();
    int stale = 0;
    Map<Long, List<Decision.Start>> groups = groups(command.plan().decisions());
    for (Decision decision : command.plan().decisions()) {
      String problem = apply(decision, planned, groups);
      if (problem != null) {
        stale++;
        state.tally.stale();
      }
    }
    // A long plan comes in portions, of which the first says which nodes are set aside. One that
    // says nothing at all sets none aside.
    boolean silent = command.plan().decisions().isEmpty() && command.jobs().length == 0;
    if (command.plan().considered() > 0 || silent) {
      state.planned = NodeMask.copyOf(planned);
    }
    return stale == 0
        ? Outcome.DONE
        : new Outcome.Done(List.of(stale + " decisions no longer held"));
  }

  /** Starts of components, by heterogeneous job; none where there are no such jobs. */
  private Map<Long, List<Decision.Start>> groups(List<Decision> decisions) {
    Map<Long, List<Decision.Start>> groups = new HashMap<>();
    for (Decision decision : decisions) {
      JobPage page = decision instanceof Decision.Start ? state.table.find(decision.jobId()) : null;
      if (page != null) {
        JobComponent component = page.shape[JobTable.row(decision.jobId())].component();
        if (component.grouped()) {
          groups
              .computeIfAbsent(component.group(), key -> new ArrayList<>())
              .add((Decision.Start) decision);
        }
      }
    }
    return groups;
  }

  private void prioritize(long[] jobs, long[] priorities) {
    int count = Math.min(jobs.length, priorities.length);
    for (int i = 0; i < count; i++) {
      long id = jobs[i];
      JobPage known = state.table.find(id);
      int row = JobTable.row(id);
      if (known == null || !prioritized(known, row) || known.priority[row] == priorities[i]) {
        continue;
      }
      state.table.edit(id).priority[row] = Math.max(1, Math.min(0xFFFF_FFFFL, priorities[i]));
    }
  }

  /** True for a job whose priority is the priority plugin's to say. */
  private static boolean prioritized(JobPage page, int row) {
    return page.state[row] == JobState.PENDING.ordinal()
        && !Jobs.has(page.flags[row], JobFlag.COMPLETING)
        && (page.gate[row] & JobPage.FIXED_PRIORITY) == 0
        && page.priority[row] != 0;
  }

  private String apply(Decision decision, BitSet planned, Map<Long, List<Decision.Start>> groups) {
    JobPage page = state.table.find(decision.jobId());
    int row = JobTable.row(decision.jobId());
    if (page == null
        || page.state[row] != JobState.PENDING.ordinal()
        || (page.gate[row] & JobPage.ELIGIBLE) == 0) {
      return "job " + decision.jobId() + " isn't waiting any more";
    }
    if (decision instanceof Decision.Start start) {
      JobComponent component = page.shape[row].component();
      return component.grouped()
          ? together(component, groups.remove(component.group()))
          : start(start);
    }
    if (decision instanceof Decision.Preempt preempt) {
      String problem = machine.preempting.preempt(preempt.victims());
      return problem != null ? problem : apply(preempt.reserve(), planned, groups);
    }
    if (decision instanceof Decision.Reserve reserve) {
      for (int node : reserve.nodes()) {
        if (state.nodes.get(node) == null) {
          return "no node with id " + node;
        }
      }
      reserve.nodes().forEach(planned::set);
      wait(reserve.jobId(), reserve.reason(), reserve.start(), reserve.blockers());
      promise(reserve);
    } else if (decision instanceof Decision.Wait wait) {
      wait(wait.jobId(), wait.reason(), wait.expectedStart(), wait.blockers());
    }
    return null;
  }

  private void wait(long id, Reason reason, long start, List<Blocker> blockers) {
    JobPage page = state.table.edit(id);
    int row = JobTable.row(id);
    page.reason[row] = (short) (reason == null ? Reason.RESOURCES : reason).ordinal();
    page.expectedStart[row] = Math.max(0, start);
    page.gate[row] &= ~JobPage.PROMISED;
    state.setAside.remove(id);
    page.lastConsidered[row] = state.time;
    if (blockers.isEmpty()) {
      state.blockers.remove(id);
    } else if (state.blockers.get(id) != null || state.blockers.size() < MOST_BLOCKED) {
      boolean many = blockers.size() > MOST_BLOCKERS;
      state.blockers.put(id, many ? new ArrayList<>(blockers.subList(0, MOST_BLOCKERS)) : blockers);
    }
  }

  private void promise(Decision.Reserve reserve) {
    long id = reserve.jobId();
    state.table.edit(id).gate[JobTable.row(id)] |= JobPage.PROMISED;
    if (!reserve.nodes().isEmpty()) {
      state.setAside.put(
          id, NodeMask.of(reserve.nodes().stream().mapToInt(Integer::intValue).toArray()));
    }
  }

  /**
   * Starts the components of a job, if that can be done with all of them. What can't be started is
   * dropped as a whole.
   *
   * @param planned what the plan starts of them; null if that has been seen to
   */
  private String together(JobComponent component, List<Decision.Start> planned) {
    if (planned == null) {
      return null;
    }
    List<Decision.Start> starts = planned.stream().map(this::onTerms).toList();
    Set<Long> ids = new HashSet<>();
    starts.forEach(start -> ids.add(start.jobId()));
    if (ids.size() != component.count() || starts.size() != component.count()) {
      return "not all components of job " + component.group() + " are to start";
    }
    ResourceLedger trial = state.ledger.copy();
    List<Charging.Starting> before = new ArrayList<>();
    List<String> reservations = new ArrayList<>();
    for (Decision.Start start : starts) {
      Job job = machine.jobs.get(start.jobId());
      String problem =
          start.suspends().isEmpty() ? null : "others can't be stopped for a component";
      problem = problem != null ? problem : startable(start.jobId());
      problem =
          problem != null ? problem : problem(job, start.partition(), start.allocation(), trial);
      if (problem != null) {
        return problem;
      }
      String reservation = reservation(job, start.allocation(), trial);
      if (reservation == null) {
        return RESERVED;
      }
      reservations.add(reservation);
      Allocation allocation = start.allocation().withLicenses(job.spec().request().licenses());
      String license = trial.missingLicense(allocation.licenses());
      Charging.Starting one =
          new Charging.Starting(
              job.spec(), start.partition(), allocation, job.status().timeLimit());
      Blocker limit = machine.charging.broken(one, state.time, before);
      if (license != null) {
        return "licence " + license + " is in use";
      }
      if (limit != null) {
        for (long id : ids) {
          wait(id, limit.reason(), Blocker.UNKNOWN, List.of(limit));
        }
        return limit.detail();
      }
      before.add(one);
      trial.allocate(allocation, Allocations.user(job));
    }
    for (int i = 0; i < starts.size(); i++) {
      Charging.Starting one = before.get(i);
      Job job = machine.jobs.get(starts.get(i).jobId());
      machine.life.start(job, one.partition(), reservations.get(i), one.allocation());
    }
    return null;
  }

  private String startable(long id) {
    JobPage page = state.table.find(id);
    boolean open = page != null && (page.gate[JobTable.row(id)] & JobPage.ELIGIBLE) != 0;
    return open ? null : "job " + id + " isn't waiting any more";
  }

  /**
   * The same on the terms that its partition has by now. In old logs there are none; what was
   * started then is started again.
   */
  private Decision.Start onTerms(Decision.Start start) {
    Allocation allocation = start.allocation();
    Job job = machine.jobs.get(start.jobId());
    PartitionView partition =
        start.partition() == null
            ? null
            : machine.partitionRules.view(start.partition(), job.spec());
    return partition == null || allocation == null || !allocation.terms().stated()
        ? start
        : start.with(allocation.withTerms(CoreTerms.of(partition, job.spec().request())));
  }

  private String start(Decision.Start planned) {
    Decision.Start start = onTerms(planned);
    Job job = machine.jobs.get(start.jobId());
    List<Run> stops = machine.preempting.stoppable(start.suspends());
    if (stops == null) {
      return "one of the jobs " + start.suspends() + " can't be stopped";
    }
    machine.preempting.free(stops, true);
    String problem = problem(job, start.partition(), start.allocation(), state.ledger);
    String reservation =
        problem != null ? null : reservation(job, start.allocation(), state.ledger);
    machine.preempting.free(stops, false);
    if (reservation == null) {
      return problem != null ? problem : RESERVED;
    }
    Allocation allocation = start.allocation().withLicenses(job.spec().request().licenses());
    String license = state.ledger.missingLicense(allocation.licenses());
    if (license != null) {
      String detail = "licence " + license + " is in use";
      wait(
          job.id(),
          Reason.LICENSES,
          Blocker.UNKNOWN,
          List.of(new Blocker(Reason.LICENSES, 0, detail, Blocker.UNKNOWN)));
      return detail;
    }
    Blocker limit =
        machine.charging.broken(
            job.spec(), start.partition(), allocation, job.status().timeLimit(), state.time);
    if (limit != null) {
      wait(job.id(), limit.reason(), Blocker.UNKNOWN, List.of(limit));
      return limit.detail();
    }
    stops.forEach(machine.preempting::stop);
    machine.life.start(job, start.partition(), reservation, allocation);
    return null;
  }

  /** Why a job can't start as it was planned, or null. */
  private String problem(
      Job job, String partitionName, Allocation allocation, ResourceLedger ledger) {
    if (partitionName == null || allocation == null) {
      return "nothing to start on";
    }
    ResourceRequest request = job.spec().request();
    PartitionView partition = machine.partitionRules.view(partitionName, job.spec());
    if (partition == null || !job.spec().partitions().contains(partitionName)) {
      return "job doesn't name partition " + partitionName;
    }
    Reason obstacle =
        machine.partitionRules.obstacle(partitionName, job.spec(), job.status().timeLimit());
    if (obstacle != null) {
      return "partition: " + obstacle;
    }
    int nodes = allocation.nodes().size();
    if (!request.allowsNodes(nodes) || nodes > partition.maxNodes()) {
      return nodes + " nodes";
    }
    String problem = nodesProblem(job, partition, allocation, ledger);
    if (problem != null) {
      return problem;
    }
    if (allocation.cpus() < request.minCpus()) {
      return "too few CPUs";
    }
    String lack = GivenGres.lack(request, allocation);
    return lack != null ? lack : ledger.problem(allocation);
  }

  /**
   * The reservation in which it runs, the empty string for none, or null if it may not run.
   *
   * @param allocation on nodes that there are
   */
  private String reservation(Job job, Allocation allocation, ResourceLedger ledger) {
    List<ReservationView> all = machine.reservations.views();
    if (all.isEmpty()) {
      return job.spec().reservation().isEmpty() ? "" : null;
    }
    NodeMask nodes =
        NodeMask.of(allocation.nodes().stream().mapToInt(NodeAllocation::node).toArray());
    Allocation licensed = allocation.withLicenses(job.spec().request().licenses());
    long end = Timers.after(state.time, job.status().timeLimit());
    for (String name : Openings.names(machine.reservations.open(job.spec()))) {
      ResourceLedger left = ReservationView.ledger(all, ledger, name, state.time, end);
      if (ReservationView.open(all, nodes, name, state.time, end).equals(nodes)
          && (left == ledger || left.problem(licensed) == null)) {
        return name;
      }
    }
    return null;
  }

  private String nodesProblem(
      Job job, PartitionView partition, Allocation allocation, ResourceLedger ledger) {
    for (NodeAllocation part : allocation.nodes()) {
      NodeEntry node = state.nodes.get(part.node());
      if (node == null) {
        return "no node with id " + part.node();
      }
      if (!partition.nodes().contains(part.node())) {
        return "node " + node.name() + " is not in the partition";
      }
      if (!node.state().acceptsJobs()) {
        return "node " + node.name() + " takes no jobs";
      }
      if (job.spec().request().nodes().excluded().contains(node.name())) {
        return "node " + node.name() + " is excluded";
      }
      int bound = ledger.soleUser(part.node());
      int user = job.spec().owner().uid();
      if (bound != ResourceLedger.NO_USER && bound != user) {
        return "node " + node.name() + " is another user's";
      }
      if (job.spec().request().sharing() == Sharing.USER && othersOn(node, user)) {
        return "node " + node.name() + " has jobs of other users";
      }
      if (job.spec().request().aloneInUnits(partition)
          && !allocation.kept().contains(part.node())) {
        return "node " + node.name() + " is not kept from other jobs";
      }
      if (part.tasks() < 0) {
        return "negative tasks";
      }
    }
    return null;
  }

  private boolean othersOn(NodeEntry node, int user) {
    for (long id : node.jobs()) {
      Run run = state.runs.get(id);
      if (run != null && run.job().spec().owner().uid() != user) {
        return true;
      }
    }
    return false;
  }
}
