package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.commands.testing.Running.until;

import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalStep;
import org.junit.jupiter.api.Test;

/** What interrupts, {@code -u -l} and {@code -Q} print, as seen on a running Slurm 22.05. */
class SrunMessagesTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  @Test
  void eachUnbufferedPartHasItsOwnLabelAndLine() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-n2", "-u", "-l", "x");
    Running running = Running.start(control, streams, invocation);
    streams.print(0, "abc");
    streams.print(1, "abc");
    streams.print(0, "def\nx");
    streams.print(1, "\n");
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().taskEnded(1, 0, 0, "n1");
    streams.tasks().closed();
    control.endStep(control.only(Command.CreateStep.class).jobId(), 0, ExitStatus.SUCCESS);
    assertThat(running.status()).isZero();
    assertThat(invocation.outText()).isEqualTo("0: abc\n1: abc\n0: def\n0: x\n1: \n");
  }

  /** As outside: nothing runs. */
  @Test
  void aTestInsideAnAllocationRunsNothing() throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-N2", "--wrap=true"));
    FakeInvocation invocation =
        new FakeInvocation("srun", "--test-only", "x").with("SLURM_JOB_ID", "1");
    Commands.run(control, invocation);
    assertThat(control.commands()).noneMatch(Command.CreateStep.class::isInstance);
  }

  @Test
  void quietLeavesErrorsAlone() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-Q", "-n2", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    invocation.signal(2);
    invocation.signal(2);
    awaitCancel();
    streams.tasks().taskEnded(0, 0, 9, "n1");
    streams.tasks().taskEnded(1, 0, 9, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(137);
    assertThat(invocation.errText()).isEqualTo("srun: error: n1: tasks 0-1: Killed\n");
  }

  @Test
  void firstInterruptAsksSecondEnds() throws Exception {
    FakeInvocation invocation = new FakeInvocation("srun", "-n2", "x");
    Running running = Running.start(control, streams, invocation);
    streams.tasks();
    invocation.signal(2);
    until("status", () -> invocation.errText().contains("running"));
    invocation.signal(2);
    awaitCancel();
    streams.tasks().taskEnded(0, 0, 2, "n1");
    streams.tasks().taskEnded(1, 0, 2, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(130);
    assertThat(invocation.errText())
        .startsWith(
            "srun: interrupt (one more within 1 sec to abort)\n"
                + "srun: StepId=1.0 tasks 0-1: running\n"
                + "srun: sending Ctrl-C to StepId=1.0\n"
                + "srun: forcing job termination\n"
                + "srun: Job step aborted: Waiting up to 7 seconds for job step to finish.\n");
    List<Integer> sent =
        control.commands().stream()
            .filter(SignalStep.class::isInstance)
            .map(command -> ((SignalStep) command).signal())
            .toList();
    assertThat(sent).containsExactly(2, 18, 0);
  }

  private void awaitCancel() throws Exception {
    until(
        "end",
        () ->
            control.commands().stream()
                .anyMatch(
                    command ->
                        command instanceof SignalStep signal
                            && signal.signal() == SignalJob.CANCEL));
  }
}
