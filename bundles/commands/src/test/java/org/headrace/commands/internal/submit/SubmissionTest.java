package org.headrace.commands.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.commands.testing.Running.until;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** The controller has no room for a job. Texts and numbers of tries are a running Slurm's. */
class SubmissionTest {
  private static final Outcome FULL =
      new Outcome.Rejected(ErrorCode.QUEUE_FULL, "1 more jobs; 9 are known, and the limit is 9");
  private static final Command.SubmitJob COMMAND =
      new Command.SubmitJob(
          JobSpec.of(
              "a", new Owner(1000, 1000, "ada", "ada"), Execution.plain(true, "/", 0, false)),
          JobFiles.EMPTY,
          0);

  private final AtomicInteger tries = new AtomicInteger();
  private final FakeInvocation invocation = new FakeInvocation("sbatch");

  private FakeControl fullFor(int times) {
    return new FakeControl()
        .answering(
            command ->
                command instanceof Command.SubmitJob && tries.incrementAndGet() <= times
                    ? FULL
                    : null);
  }

  private Outcome submit(FakeControl control, Program program) throws Exception {
    return new Submission(control, invocation, program, Duration.ofNanos(1)).submit(COMMAND);
  }

  @Test
  void triesAgainUntilThereIsRoomAndSaysSoOnce() throws Exception {
    assertThat(submit(fullFor(3), Program.SBATCH)).isInstanceOf(Outcome.JobAccepted.class);
    assertThat(tries).hasValue(4);
    assertThat(invocation.errText())
        .isEqualTo(
            """
            sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying
            sbatch: error: 1 more jobs; 9 are known, and the limit is 9
            """);
  }

  @Test
  void givesUpInTheEnd() throws Exception {
    assertThat(submit(fullFor(100), Program.SBATCH)).isEqualTo(FULL);
    assertThat(tries).hasValue(16);
    tries.set(0);
    assertThat(submit(fullFor(100), Program.SALLOC)).isEqualTo(FULL);
    assertThat(tries).hasValue(11);
  }

  @Test
  void anyOtherAnswerIsFinal() throws Exception {
    Outcome denied = new Outcome.Rejected(ErrorCode.ACCESS_DENIED, "");
    assertThat(submit(new FakeControl().answering(command -> denied), Program.SRUN))
        .isEqualTo(denied);
    assertThat(invocation.errText()).isEmpty();
  }

  @Test
  void aClientThatIsGoneIsNotSubmittedFor() throws Exception {
    Submission submission =
        new Submission(fullFor(100), invocation, Program.SBATCH, Duration.ofHours(1));
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    Thread waits =
        new Thread(
            () -> {
              try {
                answer.complete(submission.submit(COMMAND));
              } catch (Exception e) {
                answer.completeExceptionally(e);
              }
            });
    waits.start();
    until("the first try", () -> tries.get() == 1);
    invocation.disconnect();
    assertThat(answer.get()).isEqualTo(FULL);
    assertThat(tries).hasValue(1);
  }

  @Test
  void anInterruptedAllocationIsNotTriedAgain() throws Exception {
    FakeInvocation salloc = new FakeInvocation("salloc", "true");
    Running running = Running.start(fullFor(100), new FakeStreams(), salloc);
    until("the first try", () -> tries.get() == 1);
    salloc.signal(2);
    assertThat(running.status()).isEqualTo(1);
    assertThat(salloc.errText())
        .isEqualTo(
            """
            salloc: error: Slurm job queue full, sleeping and retrying.
            salloc: error: 1 more jobs; 9 are known, and the limit is 9
            salloc: Job aborted due to signal
            """);
  }
}
