package org.headrace.commands.internal.srun;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.Control;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalStep;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.text.SignalNames;

/**
 * What srun does with signals: the first Ctrl-C asks how the tasks are, a second within a second
 * ends them, a third leaves without waiting; most others go to the tasks. Used by one thread.
 */
final class StepSignals {
  private static final long TWICE_MILLIS = 1000;
  private static final int HANGUP = 1;
  private static final int KILL = 9;
  private static final int INTERRUPT = 2;
  private static final int QUIT = 3;
  private static final int TERMINATE = 15;
  private static final int CONTINUE = 18;
  private static final int STOP = 20;

  /** Beyond the time between TERM and KILL. */
  private static final long GRACE_MILLIS = 2000;

  private final Control control;
  private final Invocation invocation;
  private final Choices choices;
  private final List<Step> steps;
  private final TaskReport report;
  private final Set<Integer> ignored = new TreeSet<>();
  private long lastInterrupt = Long.MIN_VALUE;
  private boolean ending;
  private boolean aborted;

  StepSignals(
      Control control,
      Invocation invocation,
      Choices choices,
      List<Step> steps,
      TaskReport report) {
    this.control = control;
    this.invocation = invocation;
    this.choices = choices;
    this.steps = steps;
    this.report = report;
    for (String name : choices.text("ignore-signals", "").split(",")) {
      if (!name.isEmpty()) {
        ignored.add(SignalNames.parse(name));
      }
    }
  }

  /** The step's name in messages. */
  String name() {
    return steps.get(0).jobId() + "." + steps.get(0).id();
  }

  /**
   * Deals with a signal.
   *
   * @return true when srun is to leave at once
   */
  boolean received(int signal) {
    if (ignored.contains(signal)) {
      return false;
    }
    switch (signal) {
      case INTERRUPT -> {
        return interrupt();
      }
      case TERMINATE, HANGUP, QUIT -> {
        if (ending && signal != HANGUP) {
          return true;
        }
        end();
      }
      case CONTINUE, STOP -> {
        // The user's shell means srun, not the tasks.
      }
      default -> send(signal);
    }
    return false;
  }

  private boolean interrupt() {
    if (ending) {
      return true;
    }
    if (choices.has("quit-on-interrupt")) {
      end();
      return false;
    }
    long now = System.nanoTime() / 1_000_000;
    boolean second = lastInterrupt != Long.MIN_VALUE && now - lastInterrupt <= TWICE_MILLIS;
    lastInterrupt = now;
    if (second || choices.has("disable-status")) {
      say("sending Ctrl-C to StepId=" + name());
      send(INTERRUPT);
      if (second) {
        end();
      }
      return false;
    }
    say("interrupt (one more within 1 sec to abort)");
    report.status(name()).forEach(this::say);
    return false;
  }

  private void end() {
    say("forcing job termination");
    sayAborted();
    terminate();
  }

  /** Somebody else ends the step. */
  void cancelled() {
    if (!ending && !report.allEnded()) {
      sayAborted();
    }
  }

  private void sayAborted() {
    if (aborted) {
      return;
    }
    aborted = true;
    long killWait = control.snapshot().definition().limits().killWait();
    long seconds = (killWait + GRACE_MILLIS) / 1000;
    say("Job step aborted: Waiting up to " + seconds + " seconds for job step to finish.");
  }

  /** Whether the user has been told that the step is ended. */
  boolean aborted() {
    return aborted;
  }

  /** Ends all tasks, because the first ended long ago. */
  void overdue(int seconds) {
    say("First task exited " + seconds + "s ago");
    report.status(name()).forEach(this::say);
    say("launch/slurm: _step_signal: Terminating StepId=" + name());
    if (!ending) {
      ending = true;
      send(KILL);
    }
  }

  /** Ends all tasks, because one failed and that was not to be survived. */
  void badExit() {
    if (!ending) {
      say("launch/slurm: _step_signal: Terminating StepId=" + name());
      terminate();
    }
  }

  /** Has all tasks ended: TERM, then KILL. */
  void terminate() {
    if (!ending) {
      ending = true;
      send(CONTINUE);
      send(SignalJob.CANCEL);
    }
  }

  private void send(int signal) {
    for (Step step : steps) {
      control.execute(
          new SignalStep(step.jobId(), step.id(), signal), CommandFrame.actor(invocation));
    }
  }

  private void say(String message) {
    if (choices.has("quiet")) {
      return;
    }
    invocation.err().println("srun: " + message);
    invocation.err().flush();
  }
}
