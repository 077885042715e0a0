package org.headrace.core.internal;

import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Outcome;
import org.headrace.core.internal.charge.Decay;

/**
 * Does what has fallen due. Whether something is due is judged by the time of its timer and not by
 * the present: a timer that was overtaken, and comes too early, must not act in another one's
 * place, or a machine that was loaded from a snapshot, where such timers are gone, would act in
 * another order.
 */
final class TimerHandler {
  /** Which of the two times that a deadline has for a pending job. */
  private static final int LATEST_START = 1;

  private final Machine machine;
  private final ClusterState state;
  private final StepHandler stepHandler;
  private final NodeReportHandler nodeReports;

  TimerHandler(Machine machine, StepHandler stepHandler, NodeReportHandler nodeReports) {
    this.machine = machine;
    this.state = machine.state;
    this.stepHandler = stepHandler;
    this.nodeReports = nodeReports;
  }

  Outcome tick() {
    for (Timers.Timer due = state.timers.due(state.time);
        due != null;
        due = state.timers.due(state.time)) {
      handle(due);
    }
    return Outcome.DONE;
  }

  private void handle(Timers.Timer timer) {
    switch (timer.kind()) {
      case BEGIN:
        begin(timer.subject(), timer.at());
        break;
      case DEPENDENCY:
        dependency(timer.subject(), timer.at());
        break;
      case DEADLINE:
        deadline(timer.subject(), timer.at());
        break;
      case IMMEDIATE:
        machine.end.immediateDue(timer.subject(), timer.at());
        break;
      case FORGET:
        machine.end.forget(timer.subject(), timer.at());
        break;
      case RESERVATION:
        machine.reservations.due(timer.subject(), timer.at());
        break;
      case USE:
        useDue(timer.at());
        break;
      case NODE_SILENCE:
        nodeReports.silenceDue((int) timer.subject(), timer.at());
        break;
      case STEP_LIMIT:
        stepHandler.limitDue(timer.subject(), timer.detail(), timer.at());
        break;
      case STEP_KILL:
        stepHandler.killDue(timer.subject(), timer.detail(), timer.at());
        break;
      default:
        runDue(timer);
        break;
    }
  }

  private void useDue(long at) {
    Decay decay = state.decay();
    if (state.use.due(decay) <= at) {
      state.use.decay(decay, state.time);
      state.timers.set(state.use.due(decay), Timers.Kind.USE, 0);
      state.replan();
      state
          .use
          .overdrawn()
          .forEach(
              (id, limit) -> {
                Run run = state.runs.get(id);
                if (run != null && run.alive()) {
                  machine.end.end(
                      run, JobState.TIMEOUT, limit, ExitStatus.SUCCESS, -1, JobEnd.Processes.ASK);
                }
              });
    }
  }

  private void dependency(long id, long at) {
    Job job = machine.jobs.get(id);
    if (job != null && machine.dependencies.due(job, at)) {
      machine.dependencies.look(id);
    }
  }

  private void begin(long id, long at) {
    Job job = machine.jobs.get(id);
    if (job == null
        || job.spec().timing().begin() != at
        || job.status().state() != JobState.PENDING) {
      return;
    }
    if (!job.spec().dependency().isEmpty()) {
      machine.dependencies.look(id);
      return;
    }
    Job tested = machine.gate.test(job);
    if (tested.status().reason() != job.status().reason()) {
      state.events.job(tested);
    }
  }

  private void runDue(Timers.Timer timer) {
    Run run = state.runs.get(timer.subject());
    if (run == null) {
      return;
    }
    switch (timer.kind()) {
      case KILL:
        machine.end.killDue(run, timer.at());
        break;
      case PREEMPTION:
        machine.preempting.due(run, timer.at());
        break;
      case WARNING:
        warn(run, timer.at());
        break;
      default:
        timeLimit(run, timer.at());
        break;
    }
  }

  private void warn(Run run, long at) {
    Execution.Warning warning = run.job().spec().execution().warning();
    boolean due =
        run.alive()
            && run.suspendedAt() == 0
            && !run.warned()
            && warning.signal() != 0
            && run.endsBy() != Timers.NEVER
            && JobLife.warnAt(run) <= at;
    if (due) {
      state.runs.put(run.job().id(), run.withWarned());
      state.events.signal(
          run.job(), -1, warning.signal(), warning.batchShellOnly(), !warning.batchShellOnly());
    }
  }

  private void timeLimit(Run run, long at) {
    boolean runs = run.alive() && run.suspendedAt() == 0;
    if (runs && machine.life.overrun(run) > at) {
      state.timers.set(machine.life.overrun(run), Timers.Kind.TIME_LIMIT, run.job().id());
    } else if (runs) {
      machine.end.end(
          run, JobState.TIMEOUT, Reason.TIME_LIMIT, ExitStatus.SUCCESS, -1, JobEnd.Processes.ASK);
    }
  }

  private void deadline(long id, long at) {
    Job job = machine.jobs.get(id);
    if (job == null) {
      return;
    }
    long deadline = job.spec().timing().deadline();
    if (deadline == 0) {
      return;
    }
    Run run = state.runs.get(id);
    if (run != null && run.alive() && deadline <= at) {
      machine.end.end(
          run, JobState.DEADLINE, Reason.DEADLINE, ExitStatus.SUCCESS, -1, JobEnd.Processes.ASK);
    } else if (run == null
        && latestStart(job) < at
        && job.status().state() == JobState.PENDING
        && !job.status().has(JobFlag.COMPLETING)) {
      machine.end.withdraw(job, JobState.DEADLINE, Reason.DEADLINE, -1);
    }
  }

  /** The last moment at which a job may start to end by its deadline; it has one. */
  static long latestStart(Job job) {
    return latestStart(job.spec().timing(), job.status().timeLimit());
  }

  /** The same of a job with that time limit, which has a deadline. */
  static long latestStart(Timing timing, long timeLimit) {
    long length = timing.timeMin() > 0 ? timing.timeMin() : timeLimit;
    long deadline = timing.deadline();
    return length >= deadline ? deadline : deadline - length;
  }

  /** Sets the timers for a pending job's begin time and deadline. */
  static void watch(Timers timers, Job job, long now) {
    if (job.spec().timing().begin() > now) {
      timers.set(job.spec().timing().begin(), Timers.Kind.BEGIN, job.id());
    }
    if (job.spec().timing().deadline() != 0) {
      timers.set(latestStart(job) + 1, Timers.Kind.DEADLINE, job.id(), LATEST_START);
      timers.set(job.spec().timing().deadline(), Timers.Kind.DEADLINE, job.id());
    }
  }
}
