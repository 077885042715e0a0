package org.headrace.commands.internal.submit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;

/**
 * Submits a job, and tries again while the controller has no room for it: after one second, after
 * two more, after three more and so on. So a script that fills the queue in a loop goes on when the
 * queue empties, as it does with Slurm, whose pauses and messages these are (as observed).
 */
public final class Submission {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private final Control control;
  private final Invocation invocation;
  private final Program program;
  private final Duration firstPause;
  private final CompletableFuture<Void> abandoned = new CompletableFuture<>();

  public Submission(Control control, Invocation invocation, Program program) {
    this(control, invocation, program, FIRST_PAUSE);
  }

  Submission(Control control, Invocation invocation, Program program, Duration firstPause) {
    this.control = control;
    this.invocation = invocation;
    this.program = program;
    this.firstPause = firstPause;
    invocation.disconnected().thenRun(this::abandon);
  }

  /**
   * @return the controller's answer; {@link ErrorCode#QUEUE_FULL} after the last try or when nobody
   *     waits any more
   */
  public Outcome submit(Command command) throws ExecutionException, InterruptedException {
    Outcome outcome = execute(command);
    for (int pauses = 1; noRoom(outcome) && pauses <= mostPauses(); pauses++) {
      if (pauses == 1) {
        tell(((Outcome.Rejected) outcome).message());
      }
      if (abandonedWithin(firstPause.multipliedBy(pauses))) {
        return outcome;
      }
      outcome = execute(command);
    }
    return outcome;
  }

  /** Nobody waits for the job any more: it isn't tried again. From any thread. */
  public void abandon() {
    abandoned.complete(null);
  }

  private Outcome execute(Command command) throws ExecutionException, InterruptedException {
    return control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().get();
  }

  private static boolean noRoom(Outcome outcome) {
    return outcome instanceof Outcome.Rejected rejected && rejected.code() == ErrorCode.QUEUE_FULL;
  }

  private int mostPauses() {
    return program == Program.SBATCH ? 15 : 10;
  }

  private void tell(String why) {
    String words =
        switch (program) {
          case SBATCH -> "Slurm temporarily unable to accept job, sleeping and retrying";
          case SALLOC -> "Slurm job queue full, sleeping and retrying.";
          case SRUN -> "Slurm controller not responding, sleeping and retrying.";
        };
    invocation.err().println(program.command() + ": error: " + words);
    if (!why.isBlank()) {
      invocation.err().println(program.command() + ": error: " + why);
    }
    invocation.err().flush();
  }

  private boolean abandonedWithin(Duration pause) throws ExecutionException, InterruptedException {
    try {
      abandoned.get(pause.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
