package org.headrace.commands.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.commands.testing.FakeStreams;
import org.headrace.commands.testing.Running;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * All that a script and a task are told beyond the variables of who submits. As on a Slurm 22.05,
 * but for what docs/differences.md lists; what the node adds, OrderBuilderTest shows.
 */
class ToldVariablesTest {
  private final FakeControl control = new FakeControl().startingJobs();

  private static String added(byte[] environment, Map<String, String> before) {
    Map<String, String> variables = new TreeMap<>();
    for (String entry : new String(environment, StandardCharsets.UTF_8).split("\0")) {
      int equals = entry.indexOf('=');
      variables.put(entry.substring(0, equals), entry.substring(equals + 1));
    }
    variables.entrySet().removeIf(own -> own.getValue().equals(before.get(own.getKey())));
    variables.keySet().removeIf(name -> name.matches("SLURM_JOB_(START|END)_TIME"));
    return String.join(" ", variables.entrySet().stream().map(Object::toString).toList());
  }

  private static String[] words(String line) {
    return Arrays.stream(line.split(" ")).filter(word -> !word.isEmpty()).toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "| ",
        "-n4 -N2 | SLURM_NPROCS=4 SLURM_NTASKS=4",
        "-n2 -c3 | SLURM_CPUS_PER_TASK=3 SLURM_NPROCS=2 SLURM_NTASKS=2 SRUN_CPUS_PER_TASK=3",
        "--mem=500 | SLURM_MEM_PER_NODE=500",
        "--gpus=2 | SLURM_GPUS=2",
        "-m Plane=2 | SLURM_DISTRIBUTION=plane SLURM_DIST_PLANESIZE=2",
        "-m block,Pack | SLURM_DISTRIBUTION=block,pack",
        "--export=ALL | SLURM_EXPORT_ENV=ALL",
        "--export=ALL,A=1 | A=1 SLURM_EXPORT_ENV=ALL,A=1 SLURM_GET_USER_ENV=1",
        "--export=NONE | SLURM_EXPORT_ENV=NONE SLURM_GET_USER_ENV=1",
        "--get-user-env | SLURM_GET_USER_ENV=1",
        "-O --open-mode=append | SLURM_OPEN_MODE=a SLURM_OVERCOMMIT=1",
      })
  void scripts(String options, String expected) throws Exception {
    FakeInvocation invocation =
        new FakeInvocation("sbatch", words("--wrap=true " + (options == null ? "" : options)));
    assertThat(Commands.run(control, invocation)).as(invocation.errText()).isZero();
    byte[] sent = control.only(Command.SubmitJob.class).files().environment();
    String always =
        "SLURM_JOB_NAME=wrap SLURM_PRIO_PROCESS=0 SLURM_SUBMIT_DIR=/home/ada/work"
            + " SLURM_SUBMIT_HOST=login1";
    assertThat(words(added(sent, invocation.environment())))
        .containsExactlyInAnyOrder(words(always + " " + (expected == null ? "" : expected)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "| ",
        "-l | SLURM_LABELIO=1",
        "--gpus=1 --mem=10 --open-mode=append --hint=nomultithread" + " | SLURM_THREADS_PER_CORE=1",
        "-n2 -c3 | SLURM_CPUS_PER_TASK=3 SLURM_NPROCS=2 SLURM_NTASKS=2 SRUN_CPUS_PER_TASK=3",
      })
  void tasks(String options, String expected) throws Exception {
    FakeStreams streams = new FakeStreams();
    FakeInvocation invocation =
        new FakeInvocation("srun", words((options == null ? "" : options) + " x")).on("localhost");
    Running.start(control, streams, invocation);
    streams.tasks();
    byte[] sent = control.only(Command.CreateStep.class).environment();
    String always = "SLURM_CLUSTER_NAME=peer SLURM_JOB_NAME=x SLURM_PRIO_PROCESS=0";
    assertThat(words(added(sent, invocation.environment())))
        .contains(words(always + " " + (expected == null ? "" : expected)))
        .noneMatch(
            told -> told.matches("SLURM_(GPUS|MEM_PER_NODE|OPEN_MODE|HINT|EXPORT_ENV|PROFILE)=.*"))
        .anyMatch(told -> told.startsWith("SLURM_LAUNCH_NODE_IPADDR="))
        .anyMatch(told -> told.startsWith("SLURM_SRUN_COMM_HOST="))
        .anyMatch(told -> told.startsWith("SLURM_UMASK="));
  }

  /** The name of a step is told where it was given, else that of the job. */
  @Test
  void nameOfAStep() throws Exception {
    Commands.run(control, new FakeInvocation("sbatch", "-J", "job", "--wrap=true"));
    for (String option : new String[] {"-Jstep", "-l"}) {
      FakeStreams streams = new FakeStreams();
      Running.start(
          control, streams, new FakeInvocation("srun", option, "x").with("SLURM_JOB_ID", "1"));
      streams.tasks();
    }
    assertThat(control.commands())
        .filteredOn(Command.CreateStep.class::isInstance)
        .map(Command.CreateStep.class::cast)
        .map(step -> new String(step.environment(), StandardCharsets.UTF_8))
        .satisfiesExactly(
            own -> assertThat(own).contains("SLURM_JOB_NAME=step\0"),
            other -> assertThat(other).contains("SLURM_JOB_NAME=job\0"));
  }
}
