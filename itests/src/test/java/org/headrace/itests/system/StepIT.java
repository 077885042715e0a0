package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code srun} and {@code salloc}: tasks over several nodes, streams, signals, exit codes. */
class StepIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.THREE_NODES;

  @Test
  void tasksRunOnAllNodesAndEachLineNamesItsTask() throws Exception {
    Execution done =
        CLUSTER
            .command(
                "srun",
                "-N3",
                "-n3",
                "--label",
                "bash",
                "-c",
                "echo $SLURM_PROCID $SLURMD_NODENAME; echo bad$SLURM_PROCID >&2")
            .run();
    assertThat(done.status()).as("%s", done).isZero();
    assertThat(done.output().lines()).containsExactlyInAnyOrder("0: 0 n1", "1: 1 n2", "2: 2 n3");
    assertThat(done.errors()).contains("0: bad0\n", "1: bad1\n", "2: bad2\n");
  }

  @Test
  void exitStatusIsTheWorstOfAllTasks() throws Exception {
    Execution codes =
        CLUSTER.command("srun", "-n3", "-N3", "bash", "-c", "exit $((SLURM_PROCID * 4))").run();
    assertThat(codes.status()).as("%s", codes).isEqualTo(8);
    assertThat(codes.errors()).contains("Exited with exit code 8");
    Execution signal = CLUSTER.command("srun", "-n1", "bash", "-c", "kill -9 $$").run();
    assertThat(signal.status()).as("%s", signal).isEqualTo(137);
    Execution missing = CLUSTER.command("srun", "-n1", "/no/such/program").run();
    assertThat(missing.status()).as("%s", missing).isEqualTo(2);
    assertThat(missing.errors()).contains("/no/such/program").contains("No such file or directory");
  }

  @Test
  void everyTaskReadsStandardInputAndAllOutputArrives() throws Exception {
    String input =
        IntStream.range(0, 20_000)
            .mapToObj(i -> "line " + i + " of the input")
            .collect(Collectors.joining("\n", "", "\n"));
    Execution all = CLUSTER.command("srun", "-n2", "-N2", "sha256sum").fed(input).run();
    assertThat(all.lines()).hasSize(2);
    assertThat(all.lines().get(0)).isEqualTo(all.lines().get(1));
    Execution echoed = CLUSTER.command("srun", "-n1", "cat").fed(input).run();
    assertThat(echoed.text() + "\n").isEqualTo(input);
    Execution one = CLUSTER.command("srun", "-n2", "--input=1", "wc", "-l").fed(input).run();
    assertThat(one.lines().stream().map(String::strip)).containsExactlyInAnyOrder("0", "20000");
  }

  /** Far more than anything on the way holds, to tasks that begin to read late. */
  @Test
  void inputOfAnySizeArrivesWhole() throws Exception {
    Execution done =
        CLUSTER
            .shell(
                "head -c 100000000 /dev/urandom | tee >(md5sum >&2)"
                    + " | srun -n2 -N2 sh -c 'sleep 1; md5sum'")
            .run();
    assertThat(done.status()).as("%s", done).isZero();
    assertThat(done.lines()).hasSize(2).containsOnly(done.errors().strip());
  }

  /** The nodes of the test share a file system, so that each gets a name of its own from srun. */
  @Test
  void programsAndFilesAreSentToTheNodesOfAJob() throws Exception {
    Execution done =
        CLUSTER
            .shell(
                "f=$(mktemp -d) && cd $f && cp /bin/cat copied && seq 500000 > numbers"
                    + " && salloc -Q -N3 sh -c 'sbcast numbers $PWD/x 2>/dev/null;"
                    + " cmp numbers x && echo 123 | srun -N3 --bcast ./copied -'"
                    + " && ls $f | grep -c slurm_bcast; rm -r $f")
            .run();
    assertThat(done.lines()).as("%s", done).containsExactly("123", "123", "123", "3");
  }

  @Test
  void stepsInsideAJobUseItsNodes() throws Exception {
    String job =
        CLUSTER.submit(
            """
            srun bash -c 'echo step $SLURM_STEP_ID task $SLURM_PROCID $SLURMD_NODENAME'
            srun -N1 -n1 bash -c 'exit 4'
            echo code $?
            srun -N1 -n1 -r1 bash -c 'echo relative $SLURMD_NODENAME'
            """,
            "-N2",
            "-n2",
            "-w",
            "n[2-3]",
            "-o",
            "steps");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("steps").lines())
        .contains("step 0 task 0 n2", "step 0 task 1 n3", "code 4", "relative n3");
  }

  @Test
  void signalsReachTheStepAndNotItsJob() throws Exception {
    String job =
        CLUSTER.submit(
            """
            trap 'echo batch was hit' USR1
            srun bash -c 'trap "echo hit; exit 6" USR1; echo up; while :; do sleep 0.1; done'
            echo code $?
            """,
            "-n1",
            "-o",
            "signals");
    CLUSTER.awaitFile("signals", "up");
    CLUSTER.command("scancel", "-s", "USR1", job + ".0").run().text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("signals")).contains("hit\n", "code 6\n").doesNotContain("batch");
  }

  @Test
  void interruptOfSrunEndsTheStep() throws Exception {
    Execution done =
        CLUSTER
            .shell(
                """
                srun -n1 bash -c 'echo $SLURM_JOB_ID >interrupted; sleep 1000' &
                until [ -s interrupted ]; do sleep 0.1; done
                kill -TERM $!
                wait $!
                """)
            .run();
    assertThat(done.status()).as("%s", done).isNotZero();
    CLUSTER.awaitEnd(CLUSTER.read("interrupted").strip());
  }

  @Test
  void sallocRunsItsCommandInsideTheAllocation() throws Exception {
    Execution done =
        CLUSTER
            .command(
                "salloc",
                "-N2",
                "-n2",
                "bash",
                "-c",
                "echo job $SLURM_JOB_ID; srun bash -c 'echo $SLURMD_NODENAME'; exit 9")
            .run();
    assertThat(done.status()).as("%s", done).isEqualTo(9);
    assertThat(done.errors().toLowerCase(Locale.ROOT))
        .contains("granted job allocation", "relinquishing job allocation");
    assertThat(done.output().lines()).hasSize(3);
    String job = done.output().lines().findFirst().orElseThrow().substring(4);
    CLUSTER.awaitEnd(job);
  }

  @Test
  void taskThatIsLeftAloneIsEndedOnRequest() throws Exception {
    Execution done =
        CLUSTER
            .command(
                "srun",
                "-n2",
                "-N2",
                "--kill-on-bad-exit",
                "bash",
                "-c",
                "[ $SLURM_PROCID = 1 ] && exit 3; sleep 1000")
            .run();
    assertThat(done.status()).as("%s", done).isNotZero();
  }

  @Test
  void aStepThatCannotEverRunIsRefused() throws Exception {
    Execution tooMany = CLUSTER.command("srun", "-N4", "true").run();
    assertThat(tooMany.status()).isEqualTo(1);
    assertThat(tooMany.errors()).contains("srun: error:");
  }
}
