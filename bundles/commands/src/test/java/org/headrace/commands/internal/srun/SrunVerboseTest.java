package org.headrace.commands.internal.srun;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.job.ExitStatus;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lines of {@code -v}, as a running Slurm 22.05 prints them. */
class SrunVerboseTest {
  private final FakeControl control = new FakeControl().startingJobs();
  private final FakeStreams streams = new FakeStreams();

  private String run(FakeInvocation invocation, int... codes) throws Exception {
    Running running = Running.start(control, streams, invocation);
    streams.tasks().started("n1", codes.length);
    for (int task = 0; task < codes.length; task++) {
      streams.tasks().taskEnded(task, codes[task], 0, "n1");
    }
    streams.tasks().closed();
    Command.CreateStep created = control.only(Command.CreateStep.class);
    control.endStep(created.jobId(), 0, ExitStatus.SUCCESS);
    running.status();
    return invocation.errText();
  }

  @Test
  void tellsOfTheStepFromItsAllocationToItsEnd() throws Exception {
    assertThat(run(new FakeInvocation("srun", "-v", "-n3", "-t5", "true"), 0, 0, 0))
        .isEqualTo(
            """
            srun: defined options
            srun: -------------------- --------------------
            srun: ntasks              : 3
            srun: time                : 00:05:00
            srun: verbose             : 1
            srun: -------------------- --------------------
            srun: end of defined options
            srun: jobid 1: nodes(1):`n1', cpu counts: 2(x1)
            srun: launch/slurm: launch_p_step_launch: CpuBindType=(null type)
            srun: launching StepId=1.0 on host n1, 3 tasks: [0-2]
            srun: launch/slurm: _task_start: Node n1, 3 tasks started
            srun: launch/slurm: _task_finish: Received task exit notification for 3 tasks of \
            StepId=1.0 (status=0x0000).
            srun: launch/slurm: _task_finish: n1: tasks 0-2: Completed
            """);
  }

  @Test
  void failuresAreToldAsWithoutIt() throws Exception {
    assertThat(run(new FakeInvocation("srun", "-v", "--cpu-bind=cores", "x"), 3))
        .endsWith(
            """
            srun: launch/slurm: launch_p_step_launch: CpuBindType=cores
            srun: launching StepId=1.0 on host n1, 1 tasks: 0
            srun: launch/slurm: _task_start: Node n1, 1 tasks started
            srun: launch/slurm: _task_finish: Received task exit notification for 1 task of \
            StepId=1.0 (status=0x0300).
            srun: error: n1: task 0: Exited with exit code 3
            """);
  }

  @Test
  void twiceTellsAlsoWhatGoesWithTheJob() throws Exception {
    assertThat(run(new FakeInvocation("srun", "-vv", "--propagate=NOFILE", "-n2", "true"), 0, 0))
        .contains(
            """
            srun: debug:  propagating RLIMIT_NOFILE=1024
            srun: debug:  propagating UMASK=0022
            srun: jobid 1: nodes(1):`n1', cpu counts: 2(x1)
            srun: debug:  requesting job 1, user 1000, nodes 1 including ((null))
            srun: debug:  cpus 2, tasks 2, name true, relative 65534
            """)
        .endsWith("srun: debug:  task 0 done\nsrun: debug:  task 1 done\n");
  }

  @Test
  void saysNothingWithoutIt() throws Exception {
    assertThat(run(new FakeInvocation("srun", "true"), 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "", "abc"})
  void aVariableThatSaysNothingAsksForNothing(String value) throws Exception {
    assertThat(run(new FakeInvocation("srun", "true").with("SLURM_DEBUG", value), 0)).isEmpty();
  }

  @Test
  void aVariableAsksForItToo() throws Exception {
    assertThat(run(new FakeInvocation("srun", "true").with("SLURM_DEBUG", "2"), 0))
        .contains("srun: verbose             : 2\n");
  }

  @Test
  void isNotForWhoWantsSilence() throws Exception {
    for (String program : new String[] {"srun", "sbatch", "salloc"}) {
      FakeInvocation invocation =
          program.equals("sbatch")
              ? new FakeInvocation(program, "-vQ", "--wrap=true")
              : new FakeInvocation(program, "-vQ", "true");
      assertThat(Commands.run(control, invocation)).isEqualTo(1);
      assertThat(invocation.errText())
          .isEqualTo(program + ": error: don't specify both --verbose (-v) and --quiet (-Q)\n");
    }
  }

  @Test
  void valuesAreShownAsTheyAreMeant() throws Exception {
    assertThat(value("-t1-2")).isEqualTo("time                : 1-02:00:00");
    assertThat(value("-t90:30")).isEqualTo("time                : 01:31:00");
    assertThat(value("-tUNLIMITED")).isEqualTo("time                : UNLIMITED");
    assertThat(value("--mem=1G")).isEqualTo("mem                 : 1G");
    assertThat(value("--mem=1500M")).isEqualTo("mem                 : 1500");
    assertThat(value("--mem=100K")).isEqualTo("mem                 : 1");
    assertThat(value("--mem=2048G")).isEqualTo("mem                 : 2T");
    assertThat(value("--nice")).isEqualTo("nice                : 100");
    assertThat(value("-ox.%j")).isEqualTo("output              : /home/ada/work/x.%j");
    assertThat(value("-inone")).isEqualTo("input               : /dev/null");
    assertThat(value("--exclusive")).isEqualTo("exclusive           : exclusive");
    assertThat(value("-m*:fcyclic")).isEqualTo("distribution        : block:fcyclic");
    assertThat(value("--begin=2130-01-01")).isEqualTo("begin               : 2130-01-01T00:00:00");
    assertThat(value("--signal=R:10@3")).isEqualTo("signal              : R:USR1@3");
    assertThat(value("--signal=B:10")).isEqualTo("signal              : B:USR1");
    assertThat(value("--mail-type=ALL"))
        .isEqualTo("mail-type           : INVALID_DEPEND,BEGIN,END,FAIL,REQUEUE,STAGE_OUT");
    assertThat(value("--open-mode=append")).isEqualTo("open-mode           : a");
    assertThat(value("--switches=1@5")).isEqualTo("switches            : 1@00:05:00");
    assertThat(value("-k")).isEqualTo("no-kill             : set");
    assertThat(value("--no-kill=off")).isEqualTo("no-kill             : unset");
    assertThat(value("--propagate")).isEqualTo("propagate           : ALL");
  }

  private String value(String option) throws Exception {
    FakeInvocation invocation = new FakeInvocation("sbatch", "-v", option, "--wrap=true");
    Commands.run(control, invocation);
    String name = option.startsWith("--") ? option.substring(2).split("=")[0] : "";
    return invocation
        .errText()
        .lines()
        .filter(
            line ->
                line.contains(" : ") && !line.contains(": wrap ") && !line.contains(": verbose "))
        .map(line -> line.substring("sbatch: ".length()))
        .filter(line -> line.startsWith(name))
        .findFirst()
        .orElse("");
  }
}
