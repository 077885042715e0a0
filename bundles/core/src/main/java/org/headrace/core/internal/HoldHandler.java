package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;

/**
 * Holds jobs back, and releases them. A job that runs goes on; it is held once it is put back in
 * the queue.
 */
final class HoldHandler {
  private final Machine machine;
  private final ClusterState state;

  HoldHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  Outcome hold(Command.HoldJob command, Actor actor) {
    boolean user = command.byUser() || !state.admin(actor);
    Timing.Hold hold = user ? Timing.Hold.USER : Timing.Hold.ADMIN;
    List<Job> found = machine.targets.find(command.target());
    Outcome.Rejected refusal = machine.targets.refusal(found, command.target(), actor, "hold");
    return refusal != null ? refusal : change(found, command.target(), hold, actor);
  }

  Outcome release(Command.ReleaseJob command, Actor actor) {
    List<Job> found = machine.targets.find(command.target());
    Outcome.Rejected refusal = machine.targets.refusal(found, command.target(), actor, "release");
    if (refusal != null) {
      return refusal;
    }
    if (!state.admin(actor)) {
      for (Job job : found) {
        boolean byAdmin = job.spec().timing().hold() == Timing.Hold.ADMIN || heldOnReturn(job);
        if (!over(job) && byAdmin) {
          return refuse(
              ErrorCode.ACCESS_DENIED,
              "job " + Jobs.label(job) + " is held by an administrator, who has to release it");
        }
      }
    }
    return change(found, command.target(), Timing.Hold.NONE, actor);
  }

  private Outcome change(List<Job> all, JobTarget target, Timing.Hold hold, Actor actor) {
    List<Job> meant = all.stream().filter(job -> !over(job)).toList();
    if (meant.isEmpty()) {
      return refuse(
          ErrorCode.FINISHED,
          "job " + target.jobId() + " has ended; only jobs that wait or run are held or released");
    }
    Outcome.Rejected tooMany = machine.targets.tooMany(meant, target);
    if (tooMany != null) {
      return tooMany;
    }
    for (Job one : meant) {
      for (Job job : machine.targets.separate(one, target)) {
        if (isPending(job)) {
          write(job, hold, actor);
        } else if (!over(job)) {
          writeStarted(job, hold, actor);
        }
      }
    }
    return Outcome.DONE;
  }

  private void writeStarted(Job job, Timing.Hold hold, Actor actor) {
    Timing timing = job.spec().timing();
    boolean strongerThere = timing.hold() == Timing.Hold.ADMIN && !state.admin(actor);
    if (hold == Timing.Hold.NONE && heldOnReturn(job)) {
      state.runs.put(job.id(), state.runs.get(job.id()).withHoldAfter(false));
    }
    if (strongerThere || hold == timing.hold()) {
      return;
    }
    StatusEdit edit = new StatusEdit(job.status());
    if (!job.status().has(JobFlag.COMPLETING)) {
      edit.reason(reason(hold)); // else why it goes back to the queue is worth more
    }
    Job changed =
        job.withSpec(job.spec().withTiming(timing.withHold(hold))).withStatus(edit.done());
    machine.jobs.put(changed);
    state.events.job(changed);
  }

  /** True for a job on its way back to the queue that is to be held there. */
  private boolean heldOnReturn(Job job) {
    Run run = state.runs.get(job.id());
    return run != null && !run.alive() && run.holdAfter();
  }

  private static Reason reason(Timing.Hold hold) {
    return switch (hold) {
      case NONE -> Reason.NONE;
      case USER -> Reason.HELD_BY_USER;
      case ADMIN -> Reason.HELD_BY_ADMIN;
    };
  }

  private void write(Job job, Timing.Hold hold, Actor actor) {
    Timing timing = job.spec().timing();
    boolean strongerThere = timing.hold() == Timing.Hold.ADMIN && !state.admin(actor);
    if (hold != Timing.Hold.NONE && strongerThere) {
      return;
    }
    boolean release = hold == Timing.Hold.NONE;
    long priority = release ? (timing.priority() != Timing.UNSET ? timing.priority() : 1) : 0;
    StatusEdit edit =
        new StatusEdit(job.status())
            .priority(priority)
            .reason(Reason.NONE)
            .remove(JobFlag.REQUEUE_HELD);
    if (release && timing.hold() == Timing.Hold.NONE) {
      return;
    }
    Job changed =
        job.withSpec(job.spec().withTiming(timing.withHold(hold))).withStatus(edit.done());
    state.events.job(machine.gate.settle(changed));
  }

  private static boolean over(Job job) {
    return job.status().state().ended();
  }

  private static boolean isPending(Job job) {
    return job.status().state() == JobState.PENDING && !job.status().has(JobFlag.COMPLETING);
  }
}
