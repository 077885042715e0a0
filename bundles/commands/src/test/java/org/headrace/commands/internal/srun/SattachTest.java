package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Texts are those of a Slurm 22.05. */
class SattachTest {
  private static final String USAGE = "Usage: sattach [options] <jobid.stepid>\n";
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  @BeforeEach
  void startAStep() throws Exception {
    FakeStreams own = new FakeStreams();
    Running.start(control, own, new FakeInvocation("srun", "-n3", "x"));
    own.tasks();
  }

  private String refused(String... arguments) throws Exception {
    FakeInvocation invocation = new FakeInvocation("sattach", arguments);
    assertThat(Commands.run(control, streams, invocation)).isEqualTo(1);
    return invocation.errText();
  }

  @Test
  void hearsTheTasksAndGivesThemInput() throws Exception {
    FakeInvocation invocation = new FakeInvocation("sattach", "-l", "1.0").input("hello");
    Running running = Running.start(control, streams, invocation);
    streams.print(0, "one\n");
    streams.tasks().output("n1", 2, true, "two\n".getBytes(StandardCharsets.UTF_8));
    Running.until("input", () -> streams.input().equals("hello"));
    assertThat(streams.inputTask()).isEqualTo(-1);
    streams.tasks().taskEnded(0, 0, 0, "n1");
    streams.tasks().taskEnded(1, 3, 0, "n1");
    streams.tasks().taskEnded(2, 0, 9, "n1");
    streams.tasks().closed();
    assertThat(running.status()).isEqualTo(137);
    assertThat(invocation.outText()).isEqualTo("0: one\n");
    assertThat(invocation.errText())
        .isEqualTo(
            "2: two\nsattach: error: task 1 exited with exit code 3\n"
                + "sattach: error: task 2 terminated by signal 9\n");
    assertThat(streams.consumed()).isEqualTo(8);
    assertThat(streams.inputEnded()).isFalse();
  }

  @Test
  void oneTaskAloneMayBeHeard() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation(
                "sattach", "--output-filter=1", "--error-filter", "0", "--input-filter=2", "1.0")
            .input("x");
    Running running = Running.start(control, streams, invocation);
    streams.print(0, "zero\n");
    streams.print(1, "one\n");
    streams.tasks().output("n1", 0, true, "zero\n".getBytes(StandardCharsets.UTF_8));
    streams.tasks().output("n1", 1, true, "one\n".getBytes(StandardCharsets.UTF_8));
    Running.until("input", () -> streams.input().equals("x"));
    streams.tasks().closed();
    assertThat(running.status()).isZero();
    assertThat(invocation.outText()).isEqualTo("one\n");
    assertThat(invocation.errText()).isEqualTo("zero\n");
    assertThat(streams.inputTask()).isEqualTo(2);
  }

  @Test
  void theLayoutOfAStepIsPrinted() throws Exception {
    FakeInvocation invocation = new FakeInvocation("sattach", "--layout", "1.0");
    assertThat(Commands.run(control, streams, invocation)).isZero();
    assertThat(invocation.outText())
        .isEqualTo(
            "Job step layout:\n\t3 tasks, 1 nodes (n1)\n\n\tNode 0 (n1), 3 task(s): 0 1 2 \n\n");
  }

  @Test
  void whatCanNotBeAttachedToIsRefused() throws Exception {
    String unknown = "sattach: error: Could not get job step info: Invalid job id specified\n";
    assertThat(refused("99.0")).isEqualTo(unknown);
    assertThat(refused("1.1")).isEqualTo(unknown);
    assertThat(refused("1.batch")).isEqualTo(unknown);
    assertThat(refused("1.x")).isEqualTo("sattach: fatal: Bad step specified: x\n");
    assertThat(refused("1"))
        .isEqualTo("sattach: error: Failed to parse stepid from command line options\n" + USAGE);
    assertThat(refused()).isEqualTo("sattach: error: too many parameters\n" + USAGE);
    assertThat(refused("1.0", "1.1")).isEqualTo("sattach: error: too many parameters\n" + USAGE);
    assertThat(refused("--output-filter=x", "1.0"))
        .isEqualTo("sattach: error: Invalid numeric value \"x\" for output-filter.\n");
  }

  @Test
  void aComponentIsOneOfItsOwnJobAlone() throws Exception {
    Running.start(control, new FakeStreams(), new FakeInvocation("srun", "-n1", "x"));
    Running.until("another job's step", () -> !control.snapshot().steps(2).isEmpty());
    assertThat(refused("1+1.0"))
        .isEqualTo("sattach: error: Could not get job step info: Invalid job id specified\n");
    assertThat(refused("1_[1-2].0")).startsWith("sattach: error: Failed to parse stepid");
  }

  @Test
  void anotherUsersStepIsTheirs() throws Exception {
    FakeInvocation invocation = new FakeInvocation("sattach", "1.0").as(1234);
    assertThat(Commands.run(control, streams, invocation)).isEqualTo(1);
    assertThat(invocation.errText())
        .isEqualTo("sattach: error: Could not get job step info: Access/permission denied\n");
  }
}
