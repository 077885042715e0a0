package org.headrace.commands.internal.srun;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.alloc.Readiness;
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

  /** Creates one step, or one in each of several components of a job. */
  List<Step> create(List<Command.CreateStep> wanted) throws InterruptedException {
    long jobId = wanted.get(0).jobId();
    try (JobWatch watch = new JobWatch(control)) {
      watch.only(jobId, (int) (wanted.get(wanted.size() - 1).jobId() - jobId) + 1);
      if (wanted.stream().anyMatch(one -> has(one.spec(), StepSpec.WANTED_PORTS))) {
        // Ports of a node are free when whoever's step has ended.
        watch.alsoEndedSteps(step -> has(step.spec(), StepSpec.RESERVED_PORTS));
      }
      waiting = watch;
      Outcome outcome = watch.await(() -> attempt(wanted), deadline());
      List<Step> steps = steps(outcome);
      if (!steps.isEmpty()) {
        if (told) {
          say("Step created for job " + jobId);
        }
        return steps;
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

  private static boolean has(StepSpec spec, String attribute) {
    return spec.attributes().containsKey(attribute);
  }

  private static List<Step> steps(Outcome outcome) {
    if (outcome instanceof Outcome.StepAccepted accepted) {
      return List.of(accepted.step());
    }
    return outcome instanceof Outcome.StepsAccepted accepted ? accepted.steps() : List.of();
  }

  private long deadline() {
    if (!choices.has("immediate")) {
      return JobWatch.FOREVER;
    }
    return System.currentTimeMillis() + Math.max(1, choices.number("immediate", 1)) * 1000L;
  }

  /** An answer, or null when it is worth trying again. */
  private Outcome attempt(List<Command.CreateStep> wanted) {
    if (interrupted.get() != 0) {
      return new Outcome.Rejected(ErrorCode.STEP_BUSY, "");
    }
    for (Command.CreateStep one : wanted) {
      Job job = control.snapshot().job(one.jobId());
      if (job != null && Readiness.awaited(job, control.snapshot())) {
        // Its other nodes are still being prepared, as after the start of a batch script.
        return null;
      }
    }
    Command command = wanted.size() == 1 ? wanted.get(0) : new Command.CreateSteps(wanted);
    Outcome outcome =
        control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().join();
    if (outcome instanceof Outcome.Rejected rejected && rejected.code() == ErrorCode.STEP_BUSY) {
      if (!told) {
        told = true;
        say(
            "Job "
                + wanted.get(0).jobId()
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
