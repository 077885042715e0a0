package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.LongHashSet;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Victim;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Preemptables;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.core.EligibleJobs;

/**
 * Tells a plan that has become stale, which is nobody's fault, from one that was nonsense on the
 * very view it was made for.
 */
final class PlanCheck {
  private static final int NEAR = 16;

  private final ClusterView view;
  private final ResourceLedger ledger;
  private final Preemptables preemptables;
  private final Map<Place, Asking> places = new HashMap<>();
  private final Map<Long, Integer> startable = new HashMap<>();
  private final Set<Long> preempted = new HashSet<>();

  /** A job in a partition. */
  private record Place(long jobId, String partition) {}

  /** A job in the queue. */
  private record Asking(PendingJob job, EligibleJobs queue, int row) {}

  private PlanCheck(
      ClusterView view, EligibleJobs queue, Preemptables preemptables, LongHashSet starts) {
    this.view = view;
    this.preemptables = preemptables;
    ledger = view.ledger();
    if (queue.kinds() != null) {
      for (LongHashSet.LongIterator ids = starts.iterator(); ids.hasNext(); ) {
        for (int row : queue.rows(ids.nextValue())) {
          put(queue, row);
        }
      }
      return;
    }
    for (int row = 0; row < queue.size(); row++) {
      if (starts.contains(queue.jobId(row))) {
        put(queue, row);
      }
    }
  }

  private void put(EligibleJobs queue, int row) {
    PendingJob job = queue.get(row);
    places.put(new Place(job.id(), job.partition()), new Asking(job, queue, row));
    startable.put(job.id(), job.startable());
  }

  /**
   * A plan without what was nonsense in it; starts are on the terms that partitions have.
   *
   * @param plan what is left: nothing of it is about a job of which a decision made no sense
   * @param fault the first thing that was wrong, or null
   */
  record Checked(Plan plan, NonsenseFault fault) {}

  /**
   * The plan as far as it makes sense.
   *
   * @throws PluginFault if there is none
   */
  static Checked checked(Plan plan, ClusterView view, EligibleJobs queue, Preemptables preemptables)
      throws PluginFault {
    if (plan == null) {
      throw new PluginFault("the scheduler gave no plan");
    }
    Findings findings = new Findings();
    LongHashSet starts = known(plan.decisions(), queue, findings);
    if (!starts.isEmpty()) {
      PlanCheck check = new PlanCheck(view, queue, preemptables, starts);
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Start start) {
          findings.test(start, () -> findings.stated.put(start, check.start(start)));
        } else if (decision instanceof Decision.Preempt preempt) {
          findings.test(preempt, () -> check.preempt(preempt));
        }
      }
    }
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Wait wait) {
        findings.test(wait, () -> said(wait, wait.reason(), wait.blockers()));
      } else if (decision instanceof Decision.Reserve reserve) {
        findings.test(reserve, () -> reserve(reserve, view));
      } else if (decision instanceof Decision.Preempt preempt) {
        findings.test(preempt, () -> reserve(preempt.reserve(), view));
      }
    }
    return findings.left(plan, plan.considered());
  }

  /** As above, of a plan that is to do nothing but start jobs. */
  static Checked onlyStarts(Plan plan, ClusterView view, EligibleJobs queue) {
    Findings findings = new Findings();
    LongHashSet starts = new LongHashSet();
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start) {
        starts.add(decision.jobId());
      } else {
        findings.add(nonsense(decision, "an answer to an event only starts jobs"));
      }
    }
    if (!starts.isEmpty()) {
      PlanCheck check = new PlanCheck(view, queue, Preemptables.NONE, starts);
      for (Decision decision : plan.decisions()) {
        if (decision instanceof Decision.Start start) {
          findings.test(start, () -> findings.stated.put(start, check.start(start)));
        }
      }
    }
    return findings.left(plan, 0);
  }

  /** One decision held against the view. */
  private interface Test {
    void run() throws NonsenseFault;
  }

  /** What was wrong. A job of which one decision is nonsense isn't looked at any further. */
  private static final class Findings {
    private final LongHashSet jobs = new LongHashSet();
    private NonsenseFault first;

    /** Starts on the terms of their partitions, whatever the plugin says that these are. */
    private final Map<Decision, Decision> stated = new IdentityHashMap<>();

    void add(NonsenseFault fault) {
      first = first == null ? fault : first;
      jobs.add(fault.jobId());
    }

    void test(Decision decision, Test test) {
      if (!jobs.contains(decision.jobId())) {
        try {
          test.run();
        } catch (NonsenseFault fault) {
          add(fault);
        }
      }
    }

    Checked left(Plan plan, int considered) {
      List<Decision> decisions = new ArrayList<>(plan.decisions().size());
      for (Decision one : plan.decisions()) {
        if (first == null || !jobs.contains(one.jobId())) {
          decisions.add(stated.getOrDefault(one, one));
        }
      }
      return new Checked(new Plan(plan.viewVersion(), decisions, considered), first);
    }
  }

  /**
   * Ids of jobs that start; all jobs decided on have to be in the queue. Decisions mostly come in
   * its order, so that a job is looked for where the last one was.
   */
  private static LongHashSet known(
      List<Decision> decisions, EligibleJobs queue, Findings findings) {
    LongHashSet starts = new LongHashSet();
    LongHashSet ids = null;
    int row = 0;
    for (Decision decision : decisions) {
      long id = decision.jobId();
      int at = row;
      int end = Math.min(queue.size(), row + NEAR);
      while (at < end && queue.jobId(at) != id) {
        at++;
      }
      if (at < end) {
        row = at;
      } else {
        ids = ids == null ? idsOf(queue) : ids;
        if (!ids.contains(id)) {
          findings.add(nonsense(decision, "it isn't in the queue"));
          continue;
        }
      }
      if (decision instanceof Decision.Start || decision instanceof Decision.Preempt) {
        starts.add(id);
      }
    }
    return starts;
  }

  private static LongHashSet idsOf(EligibleJobs queue) {
    LongHashSet ids = new LongHashSet(Math.max(8, 2 * queue.size()));
    for (int row = 0; row < queue.size(); row++) {
      ids.add(queue.jobId(row));
    }
    return ids;
  }

  /** The same on the terms of its partition. */
  private Decision.Start start(Decision.Start start) throws NonsenseFault {
    Integer left = startable.get(start.jobId());
    if (left == null) {
      throw nonsense(start, "it isn't in the queue");
    }
    if (left <= 0) {
      throw nonsense(start, "it is started more often than it may");
    }
    startable.put(start.jobId(), left - 1);
    PendingJob job = asking(start, start.partition()).job();
    for (long id : start.suspends()) {
      candidate(start, start.partition(), new Victim(id, PreemptMode.SUSPEND)).leave(ledger);
    }
    if (start.allocation() == null) {
      throw nonsense(start, "nothing to run on");
    }
    ResourceRequest request = job.jobClass().request();
    PartitionView partition = view.partition(job.partition());
    Allocation allocation = start.allocation().withTerms(CoreTerms.of(partition, request));
    String problem = ledger.problem(allocation);
    problem = problem != null ? problem : problem(request, partition, allocation);
    if (problem != null) {
      throw nonsense(start, problem);
    }
    ledger.allocate(allocation, ResourceLedger.NO_USER);
    return start.with(allocation);
  }

  private Asking asking(Decision decision, String partition) throws NonsenseFault {
    Asking asking = places.get(new Place(decision.jobId(), partition));
    if (asking == null) {
      throw nonsense(decision, "it isn't in the queue of partition " + partition);
    }
    return asking;
  }

  private void preempt(Decision.Preempt preempt) throws NonsenseFault {
    for (Victim victim : preempt.victims()) {
      if (victim.mode() == PreemptMode.SUSPEND) {
        throw nonsense(preempt, "job " + victim.jobId() + " is stopped, and it doesn't start");
      }
      candidate(preempt, preempt.reserve().partition(), victim);
    }
  }

  /** Whoever is to make room has to be one of those that may be preempted for that job. */
  private Candidate candidate(Decision decision, String partition, Victim victim)
      throws NonsenseFault {
    Asking asking = asking(decision, partition);
    for (Candidate one : preemptables.of(asking.queue(), asking.row())) {
      RunningJob job = one.job();
      if (job.id() == victim.jobId() && one.mode() == victim.mode()) {
        if (job.leaving() || job.goesOnWith() != null || !preempted.add(job.id())) {
          throw nonsense(decision, "job " + job.id() + " has made room already");
        }
        return one;
      }
    }
    throw nonsense(decision, "job " + victim.jobId() + " may not be preempted by " + victim.mode());
  }

  private static String wanted(ResourceRequest request) {
    return request.counts().isEmpty()
        ? request.minNodes() + " or more"
        : "one of " + request.counts();
  }

  private String problem(ResourceRequest request, PartitionView partition, Allocation allocation) {
    int nodes = allocation.nodes().size();
    if (!request.allowsNodes(nodes)) {
      return nodes + " nodes, where it wants " + wanted(request);
    }
    if (allocation.cpus() < request.minCpus()) {
      return allocation.cpus() + " CPUs, where it wants " + request.minCpus();
    }
    for (NodeAllocation part : allocation.nodes()) {
      NodeView node = view.node(part.node());
      if (!partition.nodes().contains(part.node())) {
        return "node " + node.name() + " is not in partition " + partition.name();
      }
      if (!node.state().acceptsJobs()) {
        return "node " + node.name() + " takes no jobs";
      }
    }
    return null;
  }

  private static void reserve(Decision.Reserve reserve, ClusterView view) throws NonsenseFault {
    for (int node : reserve.nodes()) {
      if (view.node(node) == null) {
        throw nonsense(reserve, "no node with id " + node);
      }
    }
    said(reserve, reserve.reason(), reserve.blockers());
  }

  /** Others tell users why the job waits, and can't tell nothing. */
  private static void said(Decision decision, Reason reason, List<Blocker> blockers)
      throws NonsenseFault {
    if (reason == null) {
      throw nonsense(decision, "it waits for no reason");
    }
    for (int i = 0; i < blockers.size(); i++) {
      if (blockers.get(i).reason() == null || blockers.get(i).detail() == null) {
        throw nonsense(decision, "something is in its way that has no reason or no words");
      }
    }
  }

  private static NonsenseFault nonsense(Decision decision, String problem) {
    return new NonsenseFault(decision.jobId(), problem);
  }
}
