package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.commands.testing.Running.until;

import java.nio.charset.StandardCharsets;
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

/** Steps over several components of heterogeneous jobs. */
class SrunComponentsTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  private List<Command.CreateStep> several() {
    return control.only(Command.CreateSteps.class).steps();
  }

  private void endComponent(long job, int code) throws Exception {
    streams.tasks(job).closed();
    control.endStep(job, 0, new ExitStatus(code, 0));
  }

  @Test
  void componentsRunProgramsOfTheirOwnAsOneStep() throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("srun", "-l", "-n1", "server", "-p", ":", "-n2", "worker").input("in");
    Running running = Running.start(control, streams, invocation);
    streams.tasks(1).output("n1", 0, false, "s\n".getBytes(StandardCharsets.UTF_8));
    streams.tasks(2).output("n2", 1, false, "w\n".getBytes(StandardCharsets.UTF_8));
    streams.tasks(2).taskEnded(1, 4, 0, "n2");
    streams.tasks(2).taskEnded(0, 0, 0, "n2");
    endComponent(2, 4);
    streams.tasks(1).taskEnded(0, 0, 0, "n1");
    endComponent(1, 0);
    assertThat(running.status()).isEqualTo(4);
    assertThat(invocation.outText()).isEqualTo("0: s\n2: w\n");
    assertThat(invocation.errText())
        .isEqualTo("srun: error: n2: task 2: Exited with exit code 4\n");
    assertThat(several()).extracting(Command.CreateStep::jobId).containsExactly(1L, 2L);
    assertThat(several().get(0).spec().argv()).containsExactly("server", "-p");
    assertThat(several().get(1).spec().argv()).containsExactly("worker");
    assertThat(several().get(1).spec().layout().tasks()).isEqualTo(2);
    assertThat(control.only(Command.SubmitComponents.class).components()).hasSize(2);
    assertThat(control.only(SignalJob.class).target().jobId()).isEqualTo(1);
  }

  /** A batch job of three components, inside which steps are made. */
  private FakeInvocation inComponents(String... arguments) throws Exception {
    Commands.run(
        control, new FakeInvocation("sbatch", "-n1", ":", "-n2", ":", "-n3", "--wrap=true"));
    return new FakeInvocation("srun", arguments)
        .with("SLURM_JOB_ID", "1")
        .with("SLURM_NTASKS_HET_GROUP_0", "1")
        .with("SLURM_NTASKS_HET_GROUP_2", "3");
  }

  @Test
  void aStepGoesOverTheComponentsThatAreNamed() throws Exception {
    Running running =
        Running.start(control, streams, inComponents("--het-group=2,0", "-n1", "true"));
    streams.tasks(3).taskEnded(0, 0, 0, "n1");
    streams.tasks(1).taskEnded(0, 0, 0, "n1");
    endComponent(3, 0);
    endComponent(1, 0);
    assertThat(running.status()).isZero();
    assertThat(several()).extracting(Command.CreateStep::jobId).containsExactly(1L, 3L);
  }

  @Test
  void aComponentsTasksAreThoseThatWereAskedForIt() throws Exception {
    Running running = Running.start(control, streams, inComponents("--het-group=0,2", "true"));
    streams.tasks(1).taskEnded(0, 0, 0, "n1");
    for (int task = 0; task < 3; task++) {
      streams.tasks(3).taskEnded(task, 0, 0, "n1");
    }
    endComponent(1, 0);
    endComponent(3, 0);
    assertThat(running.status()).isZero();
    assertThat(several()).extracting(one -> one.spec().layout().tasks()).containsExactly(1, 3);
  }

  @Test
  void partsWithoutNumbersGoToComponentsInTheirOrderAndTakeTheNextProgram() throws Exception {
    Running running = Running.start(control, streams, inComponents("-n1", ":", "-n1", "true"));
    streams.tasks(1).taskEnded(0, 0, 0, "n1");
    streams.tasks(2).taskEnded(0, 0, 0, "n1");
    endComponent(1, 0);
    endComponent(2, 0);
    assertThat(running.status()).isZero();
    assertThat(several()).extracting(Command.CreateStep::jobId).containsExactly(1L, 2L);
    assertThat(several().get(0).spec().argv()).containsExactly("true");
  }

  @Test
  void componentsThatAreNotThereAreRefused() throws Exception {
    FakeInvocation beyond = inComponents("--het-group=0,5", "true");
    assertThat(Running.start(control, streams, beyond).status()).isEqualTo(1);
    assertThat(beyond.errText())
        .isEqualTo(
            "srun: error: Requested het-group offset exceeds highest hetjob index (5 > 2)\n");
    FakeInvocation wrong = inComponents("--het-group=x", "true");
    assertThat(Running.start(control, streams, wrong).status()).isEqualTo(1);
    assertThat(wrong.errText()).isEqualTo("srun: error: Invalid --het-group value: x\n");
    FakeInvocation twice = inComponents("--het-group=1", "true", ":", "--het-group=0-1", "true");
    assertThat(Running.start(control, streams, twice).status()).isEqualTo(1);
    assertThat(twice.errText())
        .isEqualTo("srun: fatal: Duplicate het groups in single srun not supported\n");
    FakeInvocation nothing = inComponents("true", ":", "-n1");
    assertThat(Running.start(control, streams, nothing).status()).isEqualTo(1);
    assertThat(nothing.errText()).isEqualTo("srun: fatal: No command given to execute.\n");
    assertThat(control.commands()).noneMatch(Command.CreateSteps.class::isInstance);
  }

  @Test
  void aSignalGoesToAllComponents() throws Exception {
    FakeInvocation invocation = inComponents("--het-group=0,2", "-n1", "true");
    Running running = Running.start(control, streams, invocation);
    streams.tasks(3);
    invocation.signal(10);
    until(
        "signals",
        () -> control.commands().stream().filter(SignalStep.class::isInstance).count() == 2);
    assertThat(
            control.commands().stream()
                .filter(SignalStep.class::isInstance)
                .map(command -> ((SignalStep) command).jobId()))
        .containsExactly(1L, 3L);
    for (long job : new long[] {1, 3}) {
      streams.tasks(job).taskEnded(0, 0, 10, "n1");
      control.endStep(job, 0, new ExitStatus(0, 10));
      streams.tasks(job).closed();
    }
    assertThat(running.status()).isEqualTo(138);
  }
}
