package org.headrace.commands.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each variable that the manual pages of srun and salloc list as input does what the option beside
 * it does. A third column is the option's value where it isn't the variable's.
 */
class InputVariablesTest {
  private static final long NOW = 1_700_000_000_000L;

  private static Choices merge(
      Program program, Map<String, String> variables, List<OptionValue> commandLine) {
    return Choices.merge(program, List.of(), variables, commandLine, NOW);
  }

  private static List<OptionValue> written(Program program, String option) {
    return OptionCatalog.get()
        .table(program)
        .parse(List.of(option), OptionTable.Operands.PERMUTE)
        .options();
  }

  private static void check(Program program, String variable, String option, String value) {
    int equals = variable.indexOf('=');
    String name = variable.substring(0, equals);
    String text = variable.substring(equals + 1);
    String wanted = value == null ? text : value;
    Choices byVariable = merge(program, Map.of(name, text), List.of());
    Choices byOption =
        merge(
            program,
            Map.of(),
            written(program, wanted.equals("-") ? "--" + option : "--" + option + "=" + wanted));
    assertThat(byVariable.has(option)).as(variable).isTrue();
    assertThat(byVariable.text(option, "absent", "alone"))
        .as(variable)
        .isEqualTo(byOption.text(option, "absent", "alone"));
    // What is written counts for more.
    Choices both =
        merge(
            program,
            Map.of(name, text),
            written(program, wanted.equals("-") ? "--" + option : "--" + option + "=" + wanted));
    assertThat(both.explicit(option)).as(variable).isTrue();
    assertThat(byVariable.explicit(option)).as(variable).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          SLURM_ACCOUNT=a1, account,
          SLURM_ACCTG_FREQ=30, acctg-freq,
          SLURM_BCAST=/tmp/x, bcast,
          SLURM_BCAST_EXCLUDE=/lib, bcast-exclude,
          SLURM_BURST_BUFFER=x, bb,
          SLURM_CLUSTERS=peer, clusters,
          SLURM_COMPRESS=lz4, compress,
          SLURM_CONSTRAINT=fast, constraint,
          SLURM_CORE_SPEC=1, core-spec,
          SLURM_CPU_BIND=none, cpu-bind,
          SLURM_CPU_FREQ_REQ=high, cpu-freq,
          SLURM_CPUS_PER_GPU=2, cpus-per-gpu,
          SRUN_CPUS_PER_TASK=2, cpus-per-task,
          SLURM_DELAY_BOOT=5, delay-boot,
          SLURM_DEPENDENCY=singleton, dependency,
          SLURM_DISABLE_STATUS=1, disable-status, -
          SLURM_DISTRIBUTION=cyclic, distribution,
          SLURM_EPILOG=/bin/true, epilog,
          SLURM_EXACT=1, exact, -
          SLURM_EXCLUSIVE=user, exclusive,
          SLURM_EXPORT_ENV=NONE, export,
          SLURM_GPU_BIND=none, gpu-bind,
          SLURM_GPU_FREQ=low, gpu-freq,
          SLURM_GPUS=2, gpus,
          SLURM_GPUS_PER_NODE=2, gpus-per-node,
          SLURM_GPUS_PER_TASK=2, gpus-per-task,
          SLURM_GRES=gpu:1, gres,
          SLURM_GRES_FLAGS=disable-binding, gres-flags,
          SLURM_HINT=nomultithread, hint,
          SLURM_IMMEDIATE=5, immediate,
          SLURM_JOB_ID=7, jobid,
          SLURM_JOB_NAME=x, job-name,
          SLURM_JOB_NUM_NODES=2, nodes,
          SLURM_KILL_BAD_EXIT=1, kill-on-bad-exit,
          SLURM_LABELIO=1, label, -
          SLURM_MEM_BIND=local, mem-bind,
          SLURM_MEM_PER_CPU=100, mem-per-cpu,
          SLURM_MEM_PER_GPU=100, mem-per-gpu,
          SLURM_MEM_PER_NODE=100, mem,
          SLURM_MPI_TYPE=none, mpi,
          SLURM_NETWORK=x, network,
          SLURM_NNODES=2, nodes,
          SLURM_NPROCS=2, ntasks,
          SLURM_NTASKS=2, ntasks,
          SLURM_NTASKS_PER_CORE=2, ntasks-per-core,
          SLURM_NTASKS_PER_GPU=2, ntasks-per-gpu,
          SLURM_NTASKS_PER_NODE=2, ntasks-per-node,
          SLURM_NTASKS_PER_SOCKET=2, ntasks-per-socket,
          SLURM_OPEN_MODE=append, open-mode,
          SLURM_OVERCOMMIT=1, overcommit, -
          SLURM_OVERLAP=1, overlap, -
          SLURM_PARTITION=p, partition,
          SLURM_POWER=level, power,
          SLURM_PROFILE=task, profile,
          SLURM_PROLOG=/bin/true, prolog,
          SLURM_QOS=q, qos,
          SLURM_REMOTE_CWD=/x, chdir,
          SLURM_REQ_SWITCH=1, switches,
          SLURM_RESERVATION=r, reservation,
          SLURM_RESV_PORTS=2, resv-ports,
          SLURM_SEND_LIBS=yes, send-libs,
          SLURM_SIGNAL=USR1@60, signal,
          SLURM_SPREAD_JOB=1, spread-job, -
          SLURM_STDERRMODE=e, error,
          SLURM_STDINMODE=none, input,
          SLURM_STDOUTMODE=o, output,
          SLURM_TASK_EPILOG=/bin/true, task-epilog,
          SLURM_TASK_PROLOG=/bin/true, task-prolog,
          SLURM_THREAD_SPEC=1, thread-spec,
          SLURM_THREADS=3, threads,
          SLURM_THREADS_PER_CORE=1, threads-per-core,
          SLURM_TIMELIMIT=5, time,
          SLURM_UNBUFFEREDIO=1, unbuffered, -
          SLURM_USE_MIN_NODES=1, use-min-nodes, -
          SLURM_WAIT=5, wait,
          SLURM_WCKEY=w, wckey,
          SLURM_WORKING_DIR=/x, chdir,
          SRUN_CONTAINER=/x, container,
          SRUN_EXPORT_ENV=NONE, export,
          """)
  void ofSrun(String variable, String option, String value) {
    check(Program.SRUN, variable, option, value);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          SALLOC_ACCOUNT=a1, account,
          SALLOC_ACCTG_FREQ=30, acctg-freq,
          SALLOC_BELL=1, bell, -
          SALLOC_BURST_BUFFER=x, bb,
          SALLOC_CLUSTERS=peer, clusters,
          SLURM_CLUSTERS=peer, clusters,
          SALLOC_CONSTRAINT=fast, constraint,
          SALLOC_CONTAINER=/x, container,
          SALLOC_CORE_SPEC=1, core-spec,
          SALLOC_CPUS_PER_GPU=2, cpus-per-gpu,
          SALLOC_DELAY_BOOT=5, delay-boot,
          SALLOC_EXCLUSIVE=user, exclusive,
          SALLOC_GPU_BIND=none, gpu-bind,
          SALLOC_GPU_FREQ=low, gpu-freq,
          SALLOC_GPUS=2, gpus,
          SALLOC_GPUS_PER_NODE=2, gpus-per-node,
          SALLOC_GPUS_PER_TASK=2, gpus-per-task,
          SALLOC_GRES=gpu:1, gres,
          SALLOC_GRES_FLAGS=disable-binding, gres-flags,
          SALLOC_HINT=nomultithread, hint,
          SLURM_HINT=nomultithread, hint,
          SALLOC_IMMEDIATE=5, immediate,
          SALLOC_KILL_CMD=USR1, kill-command,
          SALLOC_MEM_BIND=local, mem-bind,
          SALLOC_MEM_PER_CPU=100, mem-per-cpu,
          SALLOC_MEM_PER_GPU=100, mem-per-gpu,
          SALLOC_MEM_PER_NODE=100, mem,
          SALLOC_NETWORK=x, network,
          SALLOC_NO_BELL=1, no-bell, -
          SALLOC_OVERCOMMIT=1, overcommit, -
          SALLOC_PARTITION=p, partition,
          SALLOC_POWER=level, power,
          SALLOC_PROFILE=task, profile,
          SALLOC_QOS=q, qos,
          SALLOC_REQ_SWITCH=1, switches,
          SALLOC_RESERVATION=r, reservation,
          SALLOC_SIGNAL=USR1@60, signal,
          SALLOC_SPREAD_JOB=1, spread-job, -
          SALLOC_THREAD_SPEC=1, thread-spec,
          SALLOC_THREADS_PER_CORE=1, threads-per-core,
          SALLOC_TIMELIMIT=5, time,
          SALLOC_USE_MIN_NODES=1, use-min-nodes, -
          SALLOC_WAIT_ALL_NODES=1, wait-all-nodes,
          SALLOC_WCKEY=w, wckey,
          """)
  void ofSalloc(String variable, String option, String value) {
    check(Program.SALLOC, variable, option, value);
  }

  /** As on a Slurm 22.05. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          SRUN, SLURM_WAIT4SWITCH=5, switches=1, 1@5
          SRUN, SLURM_WAIT4SWITCH=5, switches=1@3, 1@3
          SALLOC, SALLOC_WAIT4SWITCH=0:30, switches=2, 2@0:30
          SBATCH, SBATCH_WAIT4SWITCH=5, switches=1, 1@5
          SRUN, SLURM_DIST_PLANESIZE=2, distribution=plane, plane=2
          SRUN, SLURM_DIST_PLANESIZE=3, distribution=plane=2, plane=2
          SALLOC, SLURM_DIST_PLANESIZE=3, distribution=block, block
          """)
  void variablesThatSayTheRestOfAnOption(
      Program program, String variable, String option, String value) {
    String[] parts = variable.split("=");
    Choices choices = merge(program, Map.of(parts[0], parts[1]), written(program, "--" + option));
    assertThat(choices.text(option.split("=")[0], "")).isEqualTo(value);
  }
}
