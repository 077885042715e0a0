package org.headrace.commands.internal.srun;

import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.JobWatch;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;

/** Creates a step, and waits for its turn where the job's other steps are in the way. */
final class StepCreation {
  private final Control control;
  private final Invocation invocation;
  private final Choices choices;
  private final AtomicInteger interrupted = new AtomicInteger();
  private volatile JobWatch waiting;
  private boolean told;

  StepCreation(Control control, Invocation invocation, Choices choices) {
    this.control = control;
    this.invocation = invocation;
    this.choices = choices;
  }

  Step create(long jobId, StepSpec spec, byte[] environment) throws InterruptedException {
    try (JobWatch watch = new JobWatch(control)) {
      watch.only(jobId);
      waiting = watch;
      Outcome outcome =
          watch.await(() -> attempt(new Command.CreateStep(jobId, spec, environment)), deadline());
      if (outcome instanceof Outcome.StepAccepted accepted) {
        if (told) {
          say("Step created for job " + jobId);
        }
        return accepted.step();
      }
      if (interrupted.get() != 0) {
        throw Refusal.raw(1, "srun: Cancelled pending job step with signal " + interrupted.get());
      }
      Outcome.Rejected rejected =
          outcome instanceof Outcome.Rejected given
              ? given
              : new Outcome.Rejected(ErrorCode.STEP_BUSY, "");
      throw failure(jobId, rejected);
    }
  }

  private long deadline() {
    if (!choices.has("immediate")) {
      return JobWatch.FOREVER;
    }
    return System.currentTimeMillis() + Math.max(1, choices.number("immediate", 1)) * 1000L;
  }

  /** An answer, or null when it is worth trying again. */
  private Outcome attempt(Command.CreateStep command) {
    if (interrupted.get() != 0) {
      return new Outcome.Rejected(ErrorCode.STEP_BUSY, "");
    }
    Job job = control.snapshot().job(command.jobId());
    if (job != null && job.status().has(JobFlag.CONFIGURING)) {
      // Its other nodes are still being prepared, as after the start of a batch script.
      return null;
    }
    Outcome outcome =
        control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().join();
    if (outcome instanceof Outcome.Rejected rejected && rejected.code() == ErrorCode.STEP_BUSY) {
      if (!told) {
        told = true;
        say(
            "Job "
                + command.jobId()
                + " step creation temporarily disabled, retrying ("
                + ErrorTexts.text(ErrorCode.STEP_BUSY)
                + ")");
      }
      return null;
    }
    return outcome;
  }

  /** Gives up, unless the step is there already. Called by other threads. */
  void interrupt(int signal) {
    interrupted.compareAndSet(0, signal);
    JobWatch watch = waiting;
    if (watch != null) {
      watch.wake();
    }
  }

  private Refusal failure(long jobId, Outcome.Rejected rejected) {
    // A step's count of tasks has been read already: it is more than the allocation holds.
    String why =
        rejected.code() == ErrorCode.INVALID_TASK_COUNT
            ? "More processors requested than permitted"
            : ErrorTexts.text(rejected.code());
    String first = "Unable to create step for job " + jobId + ": " + why;
    return rejected.message().isEmpty()
        ? Refusal.error("srun", 1, first)
        : Refusal.error("srun", 1, first, rejected.message());
  }

  private void say(String message) {
    if (!choices.has("quiet")) {
      invocation.err().println("srun: " + message);
      invocation.err().flush();
    }
  }
}
