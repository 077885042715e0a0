package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalScope;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;

/** Cancels, signals, stops, and puts back in the queue what users name. */
final class SignalHandler {
  private static final int HIGHEST_SIGNAL = 64;

  private final Machine machine;
  private final ClusterState state;

  SignalHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  Outcome signal(Command.SignalJob command, Actor actor) {
    if (command.signal() < 0 || command.signal() > HIGHEST_SIGNAL) {
      return refuse(
          ErrorCode.INVALID_ARGUMENT,
          "signal " + command.signal() + "; signals are 1 to " + HIGHEST_SIGNAL);
    }
    List<Job> found = machine.targets.find(command.target());
    Outcome.Rejected refusal = machine.targets.refusal(found, command.target(), actor, "signal");
    if (refusal != null) {
      return refusal;
    }
    boolean cancel = command.signal() == Command.SignalJob.CANCEL || command.complete();
    boolean any = false;
    for (Job one : found) {
      Run run = state.runs.get(one.id());
      if (run == null) {
        any |= (cancel || endsPending(command)) && withdraw(one, command.target(), actor);
      } else {
        any |= cancel ? cancel(run, command, actor) : send(run, command, actor);
      }
    }
    if (any) {
      return Outcome.DONE;
    }
    if (found.stream().anyMatch(job -> job.status().state() == JobState.SUSPENDED)) {
      return suspended(command.target().jobId());
    }
    boolean allOver = found.stream().allMatch(job -> job.status().state().ended());
    return allOver
        ? refuse(ErrorCode.ALREADY_DONE, "job " + command.target().jobId() + " has ended already")
        : refuse(
            ErrorCode.NOT_RUNNING,
            "job " + command.target().jobId() + " doesn't run, so it can't be signalled");
  }

  /**
   * As documented of scancel: a signal for the steps of a job that has none yet cancels it, and so
   * does KILL.
   */
  private static boolean endsPending(Command.SignalJob command) {
    return command.signal() == JobLife.KILL || command.scope() != SignalScope.BATCH;
  }

  private boolean withdraw(Job found, JobTarget target, Actor actor) {
    Job job = machine.targets.separateToEnd(found, target);
    if (job == null) {
      return false;
    }
    machine.end.withdraw(job, JobState.CANCELLED, Reason.NONE, actor.uid());
    return true;
  }

  private boolean cancel(Run run, Command.SignalJob command, Actor actor) {
    if (run.job().status().has(JobFlag.REQUEUE_PENDING)) {
      machine.end.cancelRequeue(run, actor.uid());
      return true;
    }
    if (!run.alive()) {
      return false;
    }
    if (command.complete()) {
      boolean good = command.exit().success();
      machine.end.end(
          run,
          good ? JobState.COMPLETED : JobState.FAILED,
          good ? Reason.NONE : Reason.NON_ZERO_EXIT_CODE,
          command.exit(),
          -1,
          JobEnd.Processes.ASK);
    } else {
      machine.end.end(
          run,
          JobState.CANCELLED,
          Reason.NONE,
          ExitStatus.SUCCESS,
          actor.uid(),
          JobEnd.Processes.ASK);
    }
    return true;
  }

  /** Others may have its cores by now: nothing but its end and the one who stopped it move it. */
  static Outcome.Rejected suspended(long job) {
    return refuse(
        ErrorCode.SUSPENDED,
        "job " + job + " is suspended; it can be cancelled, and signalled once it goes on");
  }

  private boolean send(Run run, Command.SignalJob command, Actor actor) {
    if (!run.alive()) {
      return false;
    }
    if (command.signal() == JobLife.KILL && command.scope() != SignalScope.BATCH) {
      machine.end.end(
          run,
          JobState.CANCELLED,
          Reason.NONE,
          new ExitStatus(0, JobLife.KILL),
          actor.uid(),
          JobEnd.Processes.KILL);
      return true;
    }
    if (run.job().status().state() == JobState.SUSPENDED) {
      return false;
    }
    Job told = machine.life.halted(run, command.signal());
    state.events.signal(
        told,
        org.headrace.control.event.Event.SignalRequested.ALL_STEPS,
        command.signal(),
        command.scope() != SignalScope.STEPS,
        command.scope() != SignalScope.BATCH);
    return true;
  }

  Outcome notify(Command.NotifyJob command, Actor actor) {
    List<Job> found = machine.targets.find(command.target());
    Outcome.Rejected refusal = machine.targets.refusal(found, command.target(), actor, "notify");
    if (refusal != null) {
      return refusal;
    }
    if (command.text().length() > Command.NotifyJob.LONGEST) {
      return refuse(
          ErrorCode.INVALID_ARGUMENT,
          "the message has "
              + command.text().length()
              + " characters; the longest has "
              + Command.NotifyJob.LONGEST);
    }
    boolean any = false;
    for (Job job : found) {
      Run run = state.runs.get(job.id());
      if (run != null && run.alive()) {
        any = true;
        state.events.notified(job, command.text());
      }
    }
    return any
        ? Outcome.DONE
        : refuse(
            ErrorCode.NOT_RUNNING,
            "job " + command.target().jobId() + " doesn't run, so nobody reads its messages");
  }

  Outcome suspend(Command.SuspendJob command, Actor actor) {
    String what = command.resume() ? "resume" : "suspend";
    if (!state.admin(actor)) {
      return refuse(ErrorCode.ACCESS_DENIED, "only an administrator may " + what + " jobs");
    }
    JobState wanted = command.resume() ? JobState.SUSPENDED : JobState.RUNNING;
    List<Job> found = machine.targets.find(command.target());
    if (found.isEmpty()) {
      return Targets.unknown(command.target());
    }
    // Told twice to stop, a job is stopped.
    boolean any =
        !command.resume()
            && found.stream().anyMatch(job -> job.status().state() == JobState.SUSPENDED);
    for (Job job : found) {
      Run run = state.runs.get(job.id());
      if (run == null || !run.alive() || job.status().state() != wanted) {
        continue;
      }
      String obstacle = command.resume() ? machine.life.inTheWay(run) : null;
      if (obstacle != null) {
        return refuse(
            ErrorCode.RESOURCES_BUSY,
            "job " + Jobs.label(job) + " can't go on before others end: " + obstacle);
      }
      any = true;
      if (command.resume()) {
        machine.life.resume(run);
      } else {
        machine.life.suspend(run);
      }
    }
    return any
        ? Outcome.DONE
        : refuse(
            notStoppable(found.get(0)),
            "job "
                + command.target().jobId()
                + " isn't "
                + (command.resume() ? "suspended" : "running")
                + ", so it can't be "
                + what
                + (command.resume() ? "d" : "ed"));
  }

  private static ErrorCode notStoppable(Job job) {
    if (job.status().state() == JobState.PENDING) {
      return ErrorCode.STILL_PENDING;
    }
    return job.status().state().ended() ? ErrorCode.ALREADY_DONE : ErrorCode.NOT_SUSPENDED;
  }

  Outcome requeue(Command.RequeueJob command, Actor actor) {
    List<Job> found = machine.targets.find(command.target());
    Outcome.Rejected refusal = machine.targets.refusal(found, command.target(), actor, "requeue");
    if (refusal != null) {
      return refusal;
    }
    Outcome last = null;
    boolean any = false;
    for (Job job : found) {
      Outcome outcome = requeue(job, command.hold());
      any |= outcome == null;
      last = outcome == null ? last : outcome;
    }
    return any || last == null ? Outcome.DONE : last;
  }

  private Outcome requeue(Job job, boolean hold) {
    if (!job.spec().execution().batch()) {
      return refuse(
          ErrorCode.TRANSITION_NOT_ALLOWED,
          "job " + Jobs.label(job) + " has no script; only batch jobs can be requeued");
    }
    if (!job.spec().execution().requeue()) {
      return refuse(
          ErrorCode.OPERATION_DISABLED,
          "job " + Jobs.label(job) + " was submitted not to be requeued");
    }
    Run run = state.runs.get(job.id());
    if (run != null && run.alive()) {
      machine.end.requeue(run, JobState.CANCELLED, Reason.NONE, hold);
      return null;
    }
    if (run != null) {
      return refuse(
          ErrorCode.TRANSITION_NOT_ALLOWED,
          "job " + Jobs.label(job) + " is completing; try again when its nodes are clean");
    }
    if (job.status().state() == JobState.PENDING || job.pendingArray()) {
      return refuse(
          ErrorCode.STILL_PENDING,
          "job " + Jobs.label(job) + " is pending; only jobs that have started can be requeued");
    }
    machine.end.enqueue(job, hold);
    return null;
  }
}
