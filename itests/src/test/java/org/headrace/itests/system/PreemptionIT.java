package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Jobs make room for those of a better partition. */
class PreemptionIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.ONE_NODE;

  private static String submit(String partition, String script, String output) throws Exception {
    String cpus = CLUSTER.nodeField("n1", "CPUTot");
    return CLUSTER.submit(script, "-p", partition, "-n", cpus, "--mem=10", "-o", output);
  }

  @Test
  void aRequeuedJobRunsAgainAfterTheBetterOne() throws Exception {
    String job =
        submit(
            "requeued",
            """
            echo run $SLURM_RESTART_COUNT >>turns
            [ -n "$SLURM_RESTART_COUNT" ] || sleep 1000
            """,
            "requeued");
    CLUSTER.awaitFile("turns", "run");
    String better = submit("better", "echo better >>turns", "/dev/null");
    assertThat(CLUSTER.awaitEnd(better)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("turns")).isEqualTo("run\nbetter\nrun 1\n");
    assertThat(CLUSTER.jobField(job, "Restarts")).isEqualTo("1");
    assertThat(Files.readString(CLUSTER.log("slurmctld")))
        .contains("preempted JobId=" + job + " has been requeued");
    Patience.until(
        "record of the first run",
        Patience.USUAL,
        () ->
            CLUSTER
                .command("sacct", "-D", "-X", "-n", "-P", "-o", "State", "-j", job)
                .run()
                .lines()
                .equals(List.of("PREEMPTED", "COMPLETED")),
        () -> CLUSTER.command("sacct", "-D", "-j", job).run().toString());
  }

  @Test
  void aStoppedJobGoesOnAfterTheBetterOne() throws Exception {
    String job =
        submit("stopped", "echo $$ >stopped; until [ -e go-on ]; do sleep 0.1; done", "/dev/null");
    CLUSTER.awaitFile("stopped", "\\d+");
    Path process = Path.of("/proc", CLUSTER.read("stopped").strip(), "status");
    String better = submit("better", "until [ -e enough ]; do sleep 0.1; done", "/dev/null");
    assertThat(CLUSTER.awaitState(better, "RUNNING")).isEqualTo("RUNNING");
    assertThat(CLUSTER.states(job)).containsExactly("SUSPENDED");
    Patience.until(
        "the job's process has stopped",
        Patience.USUAL,
        () -> Files.readString(process).contains("State:\tT"),
        () -> CLUSTER.shell("ps -ef --forest").run().output());
    Files.createFile(CLUSTER.work().resolve("go-on"));
    Files.createFile(CLUSTER.work().resolve("enough"));
    assertThat(CLUSTER.awaitEnd(better)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
  }
}
