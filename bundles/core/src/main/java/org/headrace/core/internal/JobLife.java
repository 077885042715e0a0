package org.headrace.core.internal;

import java.util.BitSet;
import java.util.List;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.preemption.PreemptMode;

/**
 * The life of a job while it runs; {@link JobEnd} is about what comes after.
 *
 * <pre>
 * PENDING --start--> RUNNING+CONFIGURING --ready--> RUNNING &lt;--suspend/resume--> SUSPENDED
 *    ^                                                 |
 *    |                              end ({@link JobEnd}): any ended state, +COMPLETING
 *    +--requeue, when the last node has released it----+--------> ended
 * </pre>
 *
 * <p>Invariants: a job has a {@link Run} from its start until its last node has released it; what
 * the ledger counts as taken is what the runs hold; a job without a run is pending or ended.
 */
final class JobLife {
  static final int TERM = 15;
  static final int KILL = 9;
  static final int CONT = 18;
  static final int STOP = 19;

  private final Machine machine;
  private final ClusterState state;

  JobLife(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** Starts a pending job, or the first task of a pending array. All has been checked. */
  void start(Job pending, String partition, String reservation, Allocation allocation) {
    Job unit =
        pending.pendingArray()
            ? machine.arrays.split(pending, Ranges.first(pending.status().pendingTasks()))
            : pending;
    machine.arrays.pending(unit, -1);
    machine.arrays.active(unit, 1);
    machine.arrays.begun(unit, state.time);
    machine.dependencies.unwatch(unit);
    state.forgetFindings(unit.id());
    long limit = unit.status().timeLimit();
    JobStatus status =
        new StatusEdit(unit.status())
            .state(JobState.RUNNING)
            .noFlags()
            .add(JobFlag.CONFIGURING)
            .reason(Reason.NONE)
            .partition(partition)
            .reservation(reservation)
            .started(state.time)
            .ended(0)
            .planned(state.time, state.time)
            .allocation(allocation)
            .exit(ExitStatus.SUCCESS)
            .worstStepExit(ExitStatus.SUCCESS)
            .stopped(0, 0)
            .preempted(0)
            .resized(0)
            .done();
    Job job = unit.withStatus(status);
    NodeMask nodes = mask(allocation);
    Run run = Run.start(job, Timers.after(state.time, limit), nodes);
    state.ledger.allocate(allocation, Allocations.user(job));
    for (NodeAllocation part : allocation.nodes()) {
      state.nodes.put(state.nodes.get(part.node()).withJob(job.id()));
    }
    machine.jobs.activate(run);
    state.tally.started();
    machine.reservations.entered(reservation);
    timeLimits(run);
    state.events.job(job);
    state.outbox.job(job, state.nodes.names(allocation));
    if (state.configuration.containsJobs()) {
      machine.steps.extern(job);
    }
    if (!state.configuration.scriptWaits()) {
      script(job);
    }
    if (job.arrayId() != 0) {
      machine.arrays.ran(job);
    }
    machine.dependencies.changed(job);
  }

  /** Starts a job's script, unless it has been started or there is none. */
  private void script(Job job) {
    boolean has = job.spec().execution().batch() && job.spec().component().index() == 0;
    if (has && machine.steps.find(job.id(), Step.BATCH) == null) {
      machine.steps.batch(job);
    }
  }

  private static NodeMask mask(Allocation allocation) {
    BitSet bits = new BitSet();
    allocation.nodes().forEach(part -> bits.set(part.node()));
    return NodeMask.copyOf(bits);
  }

  /** Sets the timers for a run's time limit and the signal before it. */
  void timeLimits(Run run) {
    long id = run.job().id();
    state.timers.set(overrun(run), Timers.Kind.TIME_LIMIT, id);
    Execution.Warning warning = run.job().spec().execution().warning();
    if (warning.signal() != 0 && !run.warned() && run.endsBy() != Timers.NEVER) {
      state.timers.set(warnAt(run), Timers.Kind.WARNING, id);
    }
  }

  /** When a run has exceeded its time limit by as much as it may. */
  long overrun(Run run) {
    long more = state.configuration.overTimeLimit(run.job().status().partition());
    return Timers.after(run.endsBy(), more);
  }

  static long warnAt(Run run) {
    long before = run.job().spec().execution().warning().secondsBefore() * 1000L;
    return Math.max(1, run.endsBy() - before);
  }

  /** A node has made the job's environment ready. */
  void ready(Run run, int node) {
    if (!run.notReady().contains(node)) {
      return;
    }
    ready(run, run.notReady().minus(NodeMask.of(node)));
  }

  /** Its processes are known to run, so that its nodes must be ready. */
  void launched(Run run) {
    ready(run, NodeMask.EMPTY);
  }

  private void ready(Run run, NodeMask notReady) {
    long id = run.job().id();
    if (!notReady.isEmpty() || !run.job().status().has(JobFlag.CONFIGURING)) {
      state.runs.put(id, run.withReady(notReady, run.readyAt()));
      return;
    }
    JobStatus status = new StatusEdit(run.job().status()).remove(JobFlag.CONFIGURING).done();
    state.runs.put(id, run.withReady(notReady, state.time));
    Job job = run.job().withStatus(status);
    machine.jobs.put(job);
    state.events.job(job);
    script(job);
    if (machine.preempting.mayStop(run)) {
      state.replan();
    }
  }

  /** Stops a running job's processes; its time stands still, and its cores are free. */
  void suspend(Run run) {
    standStill(run);
    state.events.signal(state.runs.get(run.job().id()).job(), -1, STOP, true, true);
  }

  /**
   * Notes what a signal to all of a job means for it: STOP halts it, until CONT. Gives the job as
   * it is then.
   */
  Job halted(Run run, int signal) {
    JobStatus status = run.job().status();
    boolean halt = signal == STOP && status.state() == JobState.RUNNING;
    boolean changes = halt || signal == CONT;
    if (!changes || halt == status.has(JobFlag.STOPPED)) {
      return run.job();
    }
    StatusEdit edit = new StatusEdit(status);
    Job job =
        run.job()
            .withStatus((halt ? edit.add(JobFlag.STOPPED) : edit.remove(JobFlag.STOPPED)).done());
    machine.jobs.put(job);
    state.events.job(job);
    return job;
  }

  /** Notes that a job is suspended; what its processes are told is the caller's affair. */
  void standStill(Run run) {
    JobStatus status = run.job().status();
    Job job =
        run.job()
            .withStatus(
                new StatusEdit(status)
                    .state(JobState.SUSPENDED)
                    .remove(JobFlag.STOPPED)
                    .stopped(state.time, status.stoodStill())
                    .done());
    hold(run, run.withLimit(run.endsBy(), state.time));
    machine.jobs.put(job);
    state.replan();
    state.events.job(job);
    state.outbox.job(job, state.nodes.names(job.status().allocation()));
  }

  private void hold(Run before, Run after) {
    state.ledger.release(Allocations.held(before));
    Allocations.allocate(state.ledger, after);
    state.runs.put(after.job().id(), after);
  }

  /** What keeps a suspended job from going on, or null: other jobs may have its cores by now. */
  String inTheWay(Run run) {
    state.ledger.release(Allocations.held(run));
    String problem = state.ledger.inTheWay(Allocations.held(run.withLimit(run.endsBy(), 0)));
    Allocations.allocate(state.ledger, run);
    return problem;
  }

  /** Lets a suspended job's processes go on. That nothing is {@link #inTheWay} has been checked. */
  void resume(Run run) {
    JobStatus status = run.job().status();
    long stopped = state.time - run.suspendedAt();
    Job job =
        run.job()
            .withStatus(
                new StatusEdit(status)
                    .state(JobState.RUNNING)
                    .stopped(state.time, status.stoodStill() + stopped)
                    .done());
    Run changed =
        run.withLimit(Timers.after(run.endsBy(), stopped), 0).withPreemption(PreemptMode.OFF, 0);
    hold(run, changed);
    machine.jobs.put(job);
    timeLimits(changed.withJob(job));
    state.events.job(job);
    state.events.signal(job, -1, CONT, true, true);
    state.outbox.job(job, state.nodes.names(job.status().allocation()));
  }

  /** Ids of the nodes of a run that are out of service for good. */
  List<Integer> lostNodes(Run run) {
    return java.util.Arrays.stream(run.unreleased().toArray())
        .filter(id -> NodeLife.lost(state.nodes.get(id)))
        .boxed()
        .toList();
  }
}
