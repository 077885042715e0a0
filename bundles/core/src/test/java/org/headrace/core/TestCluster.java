package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.topology.Units;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.NodeReport;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;

/** A machine with a clock that stands still until told otherwise. */
public final class TestCluster {
  public static final long[] NONE = {};

  public JobStore store = new HeapJobStore();
  public HeapFileStore files = new HeapFileStore();
  public ClusterMachine machine = new ClusterMachine(store, files);
  public final List<Event> events = new ArrayList<>();
  public long now = 1_700_000_000_000L;

  /** A configured cluster whose nodes n1, n2 … are up; eight cores and two GPUs each. */
  public static TestCluster up(int nodes) {
    TestCluster cluster = new TestCluster();
    cluster.system(new Command.Configure(Specs.cluster(nodes)));
    for (int i = 1; i <= nodes; i++) {
      cluster.register("n" + i);
    }
    cluster.events.clear();
    return cluster;
  }

  Outcome apply(Command command, Actor actor) {
    Outcome outcome = machine.apply(command, actor, now);
    events.addAll(machine.drainEvents());
    return outcome;
  }

  Outcome system(Command command) {
    return apply(command, Actor.SYSTEM);
  }

  long submit(JobSpec spec) {
    Actor owner =
        new Actor(spec.owner().uid(), spec.owner().gid(), spec.owner().user(), "users", false);
    Outcome outcome =
        apply(
            new Command.SubmitJob(
                spec, new JobFiles("#!/bin/sh\n".getBytes(), "HOME=/\0".getBytes()), 0),
            owner);
    assertThat(outcome).isInstanceOf(Outcome.JobAccepted.class);
    return ((Outcome.JobAccepted) outcome).jobId();
  }

  Outcome.Rejected refused(JobSpec spec, Actor actor) {
    Outcome outcome = apply(new Command.SubmitJob(spec, JobFiles.EMPTY, 0), actor);
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    return (Outcome.Rejected) outcome;
  }

  public NodeReport report(String node, long agentStarted, List<NodeReport.HeldStep> steps) {
    return new NodeReport(
        node,
        Specs.HARDWARE,
        List.of(Specs.GPUS),
        "1",
        "Linux",
        "x86_64",
        now - 1000,
        agentStarted,
        0,
        8000,
        node,
        node,
        steps);
  }

  void register(String node) {
    system(new Command.RegisterNode(report(node, now, List.of())));
  }

  Job job(long id) {
    return machine.publish().job(id);
  }

  JobState state(long id) {
    return job(id).status().state();
  }

  Reason reason(long id) {
    return job(id).status().reason();
  }

  void tick(long millis) {
    now += millis;
    system(new Command.Tick());
  }

  /** Starts whatever fits, first come first served, and says which jobs. */
  List<Long> schedule() {
    List<Decision> decisions = plan();
    List<Long> before = running();
    system(new Command.ApplyPlan(new Plan(0, decisions, decisions.size()), NONE, NONE));
    List<Long> after = running();
    after.removeAll(before);
    return after;
  }

  private List<Long> running() {
    List<Long> ids = new ArrayList<>();
    machine.publish().running().forEach(job -> ids.add(job.id()));
    return ids;
  }

  List<Decision> plan() {
    SchedulerInput input = machine.publish().input();
    ResourceLedger ledger = input.view().ledger();
    List<Decision> decisions = new ArrayList<>();
    for (int row = 0; row < input.queue().size(); row++) {
      PendingJob job = input.queue().get(row);
      for (int i = 0; i < job.startable(); i++) {
        Allocation allocation = fit(job.jobClass().request(), input, job, ledger);
        if (allocation == null) {
          decisions.add(new Decision.Wait(job.id(), Reason.RESOURCES, 0, List.of()));
          break;
        }
        ledger.allocate(allocation, ResourceLedger.NO_USER);
        decisions.add(new Decision.Start(job.id(), job.partition(), allocation));
      }
    }
    return decisions;
  }

  private Allocation fit(
      ResourceRequest request, SchedulerInput input, PendingJob job, ResourceLedger ledger) {
    List<NodeAllocation> parts = new ArrayList<>();
    CoreTerms terms = CoreTerms.of(input.view().partition(job.partition()), request);
    boolean alone = request.sharing() == Sharing.TOPOLOGY;
    BitSet open = new BitSet();
    input.view().nodes().forEach(node -> open.set(node.id()));
    Units units = Units.of(input.view(), input.view().topology());
    if (alone) {
      units.retainIdle(open, ledger);
    }
    int cpus = Math.max(1, (request.minCpus() + request.minNodes() - 1) / request.minNodes());
    for (var node : input.view().nodes()) {
      boolean usable =
          node.state().acceptsJobs()
              && open.get(node.id())
              && input.view().partition(job.partition()).nodes().contains(node.id())
              && !ledger.exclusivelyHeld(node.id());
      if (usable && parts.size() < request.minNodes()) {
        int[] free = ledger.openCores(node.id(), terms).toArray();
        if (ledger.openCoreCount(node.id(), terms) >= cpus && ledger.freeMemory(node.id()) >= 100) {
          CoreSet cores = CoreSet.of(java.util.Arrays.copyOf(free, cpus));
          parts.add(new NodeAllocation(node.id(), cores, cpus, 100, List.of(), 1));
        }
      }
    }
    int[] nodes = parts.stream().mapToInt(NodeAllocation::node).toArray();
    return parts.size() < request.minNodes()
        ? null
        : new Allocation(parts, false)
            .withKept(alone ? units.around(nodes) : List.of())
            .withTerms(terms);
  }

  /** All nodes of the job report that they are ready. */
  void ready(long id) {
    Job job = job(id);
    for (String node : nodes(job)) {
      system(new Command.NodeReady(id, job.status().restarts(), node));
    }
  }

  List<String> nodes(Job job) {
    List<String> names = new ArrayList<>();
    for (NodeAllocation part : job.status().allocation().nodes()) {
      var node = machine.publish().node(part.node());
      names.add(node == null ? "gone" : node.name());
    }
    return names;
  }

  void batchEnds(long id, int code, int signal) {
    stepEnds(id, Step.BATCH, nodes(job(id)).get(0), code, signal);
  }

  void stepEnds(long id, int step, String node, int code, int signal) {
    system(
        new Command.StepEnded(
            id,
            job(id).status().restarts(),
            step,
            node,
            new ExitStatus(code, signal),
            new Usage(10, 5, 1000),
            false,
            ""));
  }

  void released(long id) {
    Job job = job(id);
    for (String node : nodes(job)) {
      system(new Command.NodeReleased(id, job.status().restarts(), node, ""));
    }
  }

  /** Runs a job that has been started to its end. */
  void finish(long id, int code) {
    ready(id);
    batchEnds(id, code, 0);
    released(id);
    assertThat(job(id).status().has(JobFlag.COMPLETING)).isFalse();
  }

  Outcome cancel(long id, Actor actor) {
    return apply(cancelling(id), actor);
  }

  static Command cancelling(long id) {
    return new Command.SignalJob(
        JobTarget.of(id), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS);
  }

  <T extends Event> List<T> events(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}
