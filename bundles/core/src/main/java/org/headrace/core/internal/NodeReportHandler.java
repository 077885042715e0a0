package org.headrace.core.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Base;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Command;
import org.headrace.control.command.NodeReport;
import org.headrace.control.command.Outcome;
import org.headrace.core.SnapshotItem.StepEntry;

/** Takes in what agents say of their nodes, and sets straight what differs from what is known. */
final class NodeReportHandler {
  private static final String CONTROLLER = "slurm";

  private final Machine machine;
  private final ClusterState state;

  NodeReportHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  Outcome register(Command.RegisterNode command) {
    NodeReport report = command.report();
    NodeEntry node = state.nodes.get(report.node());
    if (node == null) {
      return Refusals.unknownNode(report.node());
    }
    NodeEntry heard = node.withReport(report).withSilence(0, node.downBySilence());
    boolean back = mayReturn(heard);
    NodeState condition = NodeWords.without(heard.state(), Flag.NOT_RESPONDING);
    String lack = lack(report, heard);
    if (lack != null) {
      condition = NodeWords.with(NodeWords.with(condition, Flag.INVALID_REGISTRATION), Flag.DRAIN);
      condition = NodeWords.because(condition, lack, CONTROLLER, state.time);
    } else if (condition.has(Flag.INVALID_REGISTRATION)) {
      condition = NodeWords.without(condition, Flag.INVALID_REGISTRATION);
    }
    if (back) {
      boolean wasDown = condition.base() == Base.DOWN;
      condition = NodeWords.withBase(condition, Base.UP);
      if (wasDown && !condition.has(Flag.DRAIN) && !condition.has(Flag.FAIL)) {
        condition = NodeWords.because(condition, "", "", 0);
      }
      heard = heard.withSilence(0, false);
    }
    machine.nodeLife.put(heard, condition, CONTROLLER);
    state.events.node(node.name());
    reconcile(state.nodes.get(node.id()), report);
    return Outcome.DONE;
  }

  private boolean mayReturn(NodeEntry node) {
    switch (node.state().base()) {
      case UNKNOWN:
      case UP:
      case FUTURE:
        return true;
      default:
        int rule = state.limits().returnToService();
        return rule == 2 || (rule == 1 && node.downBySilence());
    }
  }

  /** What the node has too little of, or null. */
  private static String lack(NodeReport report, NodeEntry node) {
    NodeHardware configured = node.view().hardware();
    NodeHardware found = report.hardware();
    if (found.cpus() < configured.cpus()) {
      return "Low CPUs (reported:" + found.cpus() + " < configured:" + configured.cpus() + ")";
    }
    if (found.memory() < configured.memory()) {
      return "Low RealMemory (reported:"
          + found.memory()
          + " < 100.00% of configured:"
          + configured.memory()
          + ")";
    }
    if (found.tmpDisk() < configured.tmpDisk()) {
      return "Low TmpDisk (reported:"
          + found.tmpDisk()
          + " < configured:"
          + configured.tmpDisk()
          + ")";
    }
    return NodeGres.lack(node.definition().gres(), report.gres());
  }

  private void reconcile(NodeEntry node, NodeReport report) {
    Set<NodeReport.HeldStep> held = new HashSet<>(report.steps());
    for (NodeReport.HeldStep step : report.steps()) {
      if (!wanted(node, step)) {
        state.events.signal(stray(node, step), step.stepId(), JobLife.KILL, true, true);
      }
    }
    for (long id : node.jobs()) {
      Run run = state.runs.get(id);
      if (run != null && run.alive()) {
        missing(run, node, report, held);
      }
    }
  }

  private boolean wanted(NodeEntry node, NodeReport.HeldStep held) {
    Run run = state.runs.get(held.jobId());
    if (run == null
        || run.job().status().restarts() != held.restarts()
        || !run.unreleased().contains(node.id())) {
      return false;
    }
    if (held.stepId() == Step.EXTERN) {
      return true;
    }
    StepEntry entry = machine.steps.find(held.jobId(), held.stepId());
    return entry != null && Steps.open(entry.step(), node.id());
  }

  /**
   * Ends what the node should hold and doesn't. Only an agent that started after the job's nodes
   * were ready can have lost anything: before that, the order to launch may still be on its way.
   */
  private void missing(Run run, NodeEntry node, NodeReport report, Set<NodeReport.HeldStep> held) {
    Job job = run.job();
    if (job.status().has(JobFlag.CONFIGURING) || report.agentStarted() <= run.readyAt()) {
      return;
    }
    for (StepEntry entry : machine.steps.of(job.id())) {
      Step step = entry.step();
      boolean here =
          step.state() == JobState.RUNNING
              && report.agentStarted() > step.started()
              && Steps.open(step, node.id());
      boolean known =
          held.contains(new NodeReport.HeldStep(job.id(), job.status().restarts(), step.id()));
      if (!here || known) {
        continue;
      }
      if (step.id() == Step.BATCH) {
        machine.nodeLife.fail(state.runs.get(job.id()));
        return;
      }
      machine.steps.partEnded(
          job, step, node.id(), new ExitStatus(0, JobLife.KILL), Usage.NONE, false);
    }
  }

  /** The job of a step that isn't wanted; made up if there is none any more. */
  private Job stray(NodeEntry node, NodeReport.HeldStep held) {
    Run run = state.runs.get(held.jobId());
    if (run != null
        && run.job().status().restarts() == held.restarts()
        && run.unreleased().contains(node.id())) {
      return run.job();
    }
    NodeAllocation part = new NodeAllocation(node.id(), CoreSet.EMPTY, 0, 0, List.of(), 0);
    JobSpec spec = JobSpec.of("", new Owner(0, 0, "", ""), Execution.plain(false, "", 0, false));
    JobStatus status =
        new JobStatus(
            JobState.CANCELLED,
            Set.of(),
            Reason.NONE,
            0,
            "",
            0,
            0,
            0,
            0,
            0,
            0,
            new Allocation(List.of(part), false),
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            held.restarts(),
            JobArray.NONE,
            0,
            -1,
            0,
            0);
    return new Job(Math.max(1, held.jobId()), 0, Job.NO_TASK, spec, status);
  }

  Outcome responds(Command.NodeResponds command) {
    NodeEntry node = state.nodes.get(command.node());
    if (node == null) {
      return Refusals.unknownNode(command.node());
    }
    boolean silent = node.state().has(Flag.NOT_RESPONDING);
    if (command.responding() && silent) {
      NodeState condition = NodeWords.without(node.state(), Flag.NOT_RESPONDING);
      machine.nodeLife.put(node.withSilence(0, node.downBySilence()), condition, CONTROLLER);
    } else if (!command.responding() && !silent) {
      NodeState condition = NodeWords.with(node.state(), Flag.NOT_RESPONDING);
      machine.nodeLife.put(
          node.withSilence(state.time, node.downBySilence()), condition, CONTROLLER);
      state.timers.set(
          Timers.after(state.time, state.limits().nodeTimeout()),
          Timers.Kind.NODE_SILENCE,
          node.id());
    }
    return Outcome.DONE;
  }

  /** A node may have been silent for too long, by the time of the timer. */
  void silenceDue(int id, long at) {
    NodeEntry node = state.nodes.get(id);
    if (node == null || !node.state().has(Flag.NOT_RESPONDING) || node.silentSince() == 0) {
      return;
    }
    long until = Timers.after(node.silentSince(), state.limits().nodeTimeout());
    if (until > at) {
      state.timers.set(until, Timers.Kind.NODE_SILENCE, id);
    } else if (node.state().base() == Base.UP || node.state().base() == Base.UNKNOWN) {
      machine.nodeLife.down(node, "Not responding", CONTROLLER, true);
    }
  }

  Outcome ready(Command.NodeReady command) {
    Run run = run(command.jobId(), command.restarts());
    NodeEntry node = state.nodes.get(command.node());
    if (run != null && run.alive() && node != null) {
      machine.life.ready(run, node.id());
    }
    return Outcome.DONE;
  }

  Outcome released(Command.NodeReleased command) {
    NodeEntry node = state.nodes.get(command.node());
    if (node != null && !command.message().isEmpty()) {
      machine.nodeLife.drain(node, command.message(), CONTROLLER);
    }
    Run run = run(command.jobId(), command.restarts());
    if (run != null && node != null) {
      machine.end.release(run, node.id());
    }
    return Outcome.DONE;
  }

  Outcome launchFailed(Command.LaunchFailed command) {
    NodeEntry node = state.nodes.get(command.node());
    if (node != null && command.prolog()) {
      String why = command.message().isEmpty() ? "Prolog error" : command.message();
      machine.nodeLife.drain(node, why, CONTROLLER);
    }
    Run run = run(command.jobId(), command.restarts());
    boolean its = run != null && node != null && run.unreleased().contains(node.id());
    if (!its || !run.alive()) {
      return Outcome.DONE;
    }
    Reason reason = command.prolog() ? Reason.PROLOG_FAILED : Reason.LAUNCH_FAILED;
    if (run.job().spec().execution().batch()) {
      machine.end.requeue(run, JobState.FAILED, reason, true);
    } else {
      machine.end.end(run, JobState.FAILED, reason, new ExitStatus(1, 0), -1, JobEnd.Processes.ASK);
    }
    return Outcome.DONE;
  }

  private Run run(long jobId, int restarts) {
    Run run = state.runs.get(jobId);
    return run != null && run.job().status().restarts() == restarts ? run : null;
  }
}
