package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The controller is killed while submissions stream in and jobs run: nothing is lost or done twice.
 */
class ControllerCrashIT {
  private static final int JOBS = 1000;
  private static final Duration STANDSTILL = Duration.ofSeconds(13);

  @RegisterExtension
  static final ClusterUnderTest CLUSTER = ClusterUnderTest.named("crash", 2).set("MinJobAge=3000");

  @Test
  void nothingIsLostOrRunTwice() throws Exception {
    String running =
        CLUSTER.submit(
            "echo start $$ >>long; until [ -e crash-go ]; do sleep 0.1; done; exit 42",
            "--no-requeue",
            "-n1",
            "-o",
            "/dev/null");
    CLUSTER.awaitFile("long", "start");
    Submissions submissions = new Submissions(CLUSTER, List.of(CLUSTER.socket()));
    submissions.run(
        JOBS,
        () -> {
          crashAt(submissions, JOBS * 3 / 10);
          crashAt(submissions, JOBS * 6 / 10);
        });
    assertThat(submissions.refusals()).as("submissions that were refused").isEmpty();
    submissions.checkAcknowledged();
    assertThat(CLUSTER.states(running)).containsExactly("RUNNING");
    Files.createFile(CLUSTER.work().resolve("crash-go"));
    submissions.awaitEnds();
    assertThat(CLUSTER.read("long").lines()).as("starts of the long job").hasSize(1);
    assertThat(submissions.checkEnds()).containsEntry(Long.parseLong(running), "FAILED 42:0");
  }

  private static void crashAt(Submissions submissions, int count) throws Exception {
    submissions.await(count);
    CLUSTER.kill("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
  }

  /** What users have open goes on: the output is complete, in order, and nothing comes twice. */
  @Test
  void stepsAndAllocationsGoOnThroughACrashAndARestart() throws Exception {
    String ticks =
        "i=0; until [ -e ticks-go ]; do i=$((i+1)); echo $SLURM_PROCID $i; sleep 0.2; done;"
            + " echo $SLURM_PROCID $i >>ticks-$SLURM_JOB_NAME; exit $((3 + SLURM_PROCID))";
    String batch =
        CLUSTER.submit(
            "srun bash -c '" + ticks + "'\nexit $?", "-J", "batch", "-n2", "-N2", "-o", "b");
    Process step =
        CLUSTER
            .command("srun", "-J", "step", "-n1", "bash", "-c", ticks)
            .start(CLUSTER.work().resolve("s"), CLUSTER.work().resolve("s-err"));
    Process allocation =
        CLUSTER
            .command(
                "salloc",
                "-n1",
                "bash",
                "-c",
                "echo $SLURM_JOB_ID >a; until [ -e ticks-go ]; do sleep 0.1; done; srun echo in; exit 6")
            .start(CLUSTER.work().resolve("a-out"), CLUSTER.work().resolve("a-err"));
    CLUSTER.awaitFile("b", "(?=.*0 1\n)(?=.*1 1\n)");
    CLUSTER.awaitFile("s", "0 1\n");
    String salloc = CLUSTER.awaitFile("a", "\\d+\n").strip();

    CLUSTER.kill("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    String seen = lastLine("s");
    CLUSTER.awaitFile("s", "0 " + (Integer.parseInt(seen.substring(2)) + 20) + "\n");
    CLUSTER.stop("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    Files.createFile(CLUSTER.work().resolve("ticks-go"));

    assertThat(CLUSTER.awaitEnd(batch)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(batch, "ExitCode")).isEqualTo("4:0");
    assertThat(step.waitFor()).isEqualTo(3);
    assertThat(allocation.waitFor()).isEqualTo(6);
    assertThat(CLUSTER.read("a-out")).isEqualTo("in\n");
    assertThat(CLUSTER.awaitEnd(salloc)).isEqualTo("FAILED");
    assertThat(CLUSTER.read("s-err")).doesNotContain("lost the connection");
    checkTicks("s", 0, "ticks-step");
    checkTicks("b", 0, "ticks-batch");
    checkTicks("b", 1, "ticks-batch");
  }

  private static String lastLine(String file) throws IOException {
    List<String> lines = CLUSTER.read(file).lines().toList();
    return lines.get(lines.size() - 1);
  }

  private static void checkTicks(String output, int task, String counts) throws IOException {
    String prefix = task + " ";
    String count =
        CLUSTER.read(counts).lines().filter(l -> l.startsWith(prefix)).findFirst().orElseThrow();
    int last = Integer.parseInt(count.substring(prefix.length()));
    assertThat(CLUSTER.read(output).lines().filter(line -> line.startsWith(prefix)))
        .as("ticks of task %d in %s", task, output)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, last).mapToObj(i -> prefix + i).toList());
  }

  /** Longer than the parts of a daemon usually wait for each other. */
  @Test
  void aControllerThatStoodStillGoesOn() throws Exception {
    String job =
        CLUSTER.submit("until [ -e still-go ]; do sleep 0.1; done; exit 9", "-o", "/dev/null");
    CLUSTER.awaitState(job, "RUNNING");
    CLUSTER.signal("slurmctld", "STOP");
    long until = System.nanoTime() + STANDSTILL.toNanos();
    Patience.until(
        "the time", STANDSTILL.plusSeconds(9), () -> System.nanoTime() > until, () -> "");
    CLUSTER.signal("slurmctld", "CONT");
    assertThat(CLUSTER.awaitEnd(CLUSTER.submit("true", "-o", "/dev/null"))).isEqualTo("COMPLETED");
    Files.createFile(CLUSTER.work().resolve("still-go"));
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(job, "ExitCode")).isEqualTo("9:0");
  }
}
