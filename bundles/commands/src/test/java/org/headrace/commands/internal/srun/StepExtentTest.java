package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps inside a job of two nodes; texts are those of a Slurm 22.05. */
class StepExtentTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  /** Of a job of two nodes, whose variables tell its nodes and perhaps its tasks. */
  private FakeInvocation inJob(String tasks, String... arguments) throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-N2", "--wrap=true"));
    FakeInvocation invocation =
        new FakeInvocation("srun", arguments).with("SLURM_JOB_ID", "1").with("SLURM_NNODES", "2");
    return tasks.isEmpty() ? invocation : invocation.with("SLURM_NTASKS", tasks);
  }

  private StepSpec spec() {
    return control.only(Command.CreateStep.class).spec();
  }

  private void run(FakeInvocation invocation) throws Exception {
    Running running = Running.start(control, streams, invocation);
    streams.tasks().closed();
    control.endStep(1, 0, new org.headrace.api.job.ExitStatus(0, 0));
    assertThat(running.status()).as(invocation.errText()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
            | -n1                          | 1 | 1  | 0 | can't run 1 processes on 2 nodes, setting nnodes to 1
            | -n5                          | 2 | 5  | 0 |
            | -N2 -n1                      | 1 | 1  | 0 | can't run 1 processes on 2 nodes, setting nnodes to 1
            | -r1 -n1                      | 1 | 1  | 0 | can't run 1 processes on 2 nodes, setting nnodes to 1
            | -N2 -n7 --ntasks-per-node=3  | 2 | 7  | 0 | can't honor --ntasks-per-node set to 3 which doesn't match the requested tasks 7 with the number of requested nodes 2. Ignoring --ntasks-per-node.
            | -N2 -n5 --ntasks-per-node=3  | 2 | 5  | 3 |
          9 | --ntasks-per-node=2          | 2 | 9  | 0 | can't honor --ntasks-per-node set to 2 which doesn't match the requested tasks 9 with the number of requested nodes 2. Ignoring --ntasks-per-node.
            | --ntasks-per-node=2          | 2 | 4  | 2 |
            | -n4 -m block,Pack            | 0 | 4  | 0 |
            | -N2 -n4 -m Pack              | 2 | 4  | 0 |
            | -N1-2                        | 2 | 2  | 0 |
          """)
  void nodesAndTasks(String tasks, String arguments, int nodes, int count, int most, String warning)
      throws Exception {
    FakeInvocation invocation =
        inJob(tasks == null ? "" : tasks, (arguments.strip() + " x").split(" +"));
    run(invocation);
    assertThat(spec().nodes()).isEqualTo(nodes);
    assertThat(spec().layout().tasks()).isEqualTo(count);
    assertThat(spec().layout().tasksPerNode()).isEqualTo(most);
    assertThat(invocation.errText())
        .isEqualTo(warning == null ? "" : "srun: Warning: " + warning + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -N2 -r1          | --relative and --nodes option incompatible with count of allocated nodes (1+2>2)
          -r1              | --relative and SLURM_JOB_NUM_NODES option incompatible with count of allocated nodes (1+2>2)
          -N4              | Only allocated 2 nodes asked for 4
          -w n1 -r1 -n3    | -r,--relative not allowed with -w,--nodelist or -x,--exclude.
          --whole --exact  | --exact and --whole are mutually exclusive.
          """)
  void whatDoesNotGoTogetherIsRefused(String arguments, String message) throws Exception {
    FakeInvocation invocation = inJob("", (arguments.strip() + " x").split(" +"));
    assertThat(Commands.run(control, invocation)).isEqualTo(1);
    assertThat(invocation.errText()).isEqualTo("srun: error: " + message + "\n");
  }

  @Test
  void cpusPerTaskWithoutTasksGivesAsManyAsTheNodesHaveCpusFor() throws Exception {
    run(inJob("", "-c1", "x"));
    int cpus =
        control.snapshot().job(1).status().allocation().nodes().stream()
            .mapToInt(org.headrace.api.model.NodeAllocation::cpus)
            .sum();
    assertThat(spec().layout().tasks()).isEqualTo(cpus);
  }

  /** The nodes have two CPUs each. */
  @ParameterizedTest
  @CsvSource({"-n2, 2", "-n3, 1", "-n3 -c2, 2"})
  void cpusPerTaskOfTheJobCountWhereThereIsRoomForThem(String arguments, int cpus)
      throws Exception {
    run(inJob("", (arguments + " x").split(" ")).with("SRUN_CPUS_PER_TASK", "2"));
    assertThat(spec().layout().cpusPerTask()).isEqualTo(cpus);
  }

  @Test
  void aStepMayHaveItsNodesWhole() throws Exception {
    run(inJob("", "--whole", "-c1", "x"));
    assertThat(spec().sharing()).isEqualTo(StepSharing.WHOLE);
  }
}
