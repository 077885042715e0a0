package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Node daemons that crash, and nodes that fall silent. */
class NodeFaultsIT {
  private static final int TIMEOUT_SECONDS = 20;

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("nodes", 2)
          .set("SlurmdTimeout=" + TIMEOUT_SECONDS)
          .set("ReturnToService=2");

  @Test
  void stepsOutliveTheirDaemonAndAreReportedRight() throws Exception {
    String going =
        CLUSTER.submit(
            """
            echo up $$ >>going
            until [ -e going-go ]; do sleep 0.1; done
            srun bash -c 'exit 3'
            exit $(($? + 10))
            """,
            "-w",
            "n1",
            "-n1",
            "-o",
            "going.out");
    String ended =
        CLUSTER.submit(
            "echo up >>ended; until [ -e ended-go ]; do sleep 0.1; done; echo down >>ended; exit 5",
            "-w",
            "n1",
            "-n1",
            "-o",
            "/dev/null");
    CLUSTER.awaitFile("going", "up");
    CLUSTER.awaitFile("ended", "up");
    CLUSTER.kill("n1");
    release("ended-go");
    CLUSTER.awaitFile("ended", "down");
    assertThat(CLUSTER.states(going)).containsExactly("RUNNING");
    CLUSTER.restart("n1");
    assertThat(CLUSTER.awaitEnd(ended)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(ended, "ExitCode")).isEqualTo("5:0");
    assertThat(CLUSTER.states(going)).containsExactly("RUNNING");
    release("going-go");
    assertThat(CLUSTER.awaitEnd(going)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(going, "ExitCode")).isEqualTo("13:0");
    assertThat(CLUSTER.read("going").lines()).as("starts").hasSize(1);
    CLUSTER.awaitNode("n1", Patience.USUAL, "IDLE");
  }

  @Test
  void jobsCanBeCancelledAfterADaemonCameBack() throws Exception {
    String job = CLUSTER.submit("echo up >>back; sleep 1000", "-w", "n1", "-o", "/dev/null");
    CLUSTER.awaitFile("back", "up");
    CLUSTER.kill("n1");
    CLUSTER.restart("n1");
    CLUSTER.command("scancel", job).run().text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("CANCELLED");
    CLUSTER.awaitNode("n1", Patience.USUAL, "IDLE");
  }

  @Test
  void bothDaemonsMayCrashAtOnce() throws Exception {
    String job =
        CLUSTER.submit(
            "echo up >>both; until [ -e both-go ]; do sleep 0.1; done; exit 6",
            "-w",
            "n1",
            "-o",
            "/dev/null");
    CLUSTER.awaitFile("both", "up");
    CLUSTER.kill("slurmctld");
    CLUSTER.kill("n1");
    release("both-go");
    CLUSTER.restart("n1");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(job, "ExitCode")).isEqualTo("6:0");
    CLUSTER.awaitNode("n1", Patience.LONG, "IDLE");
    CLUSTER.awaitNode("n2", Patience.LONG, "IDLE");
  }

  @Test
  void silentNodeIsDownAndItsJobsRunElsewhereOrFail() throws Exception {
    String again =
        CLUSTER.submit(
            """
            echo $SLURMD_NODENAME >>again
            [ $SLURMD_NODENAME = n2 ] || sleep 1000
            """,
            "--requeue",
            "-w",
            "n1",
            "-o",
            "/dev/null");
    String fails =
        CLUSTER.submit(
            "echo up >>fails; sleep 1000", "--no-requeue", "-w", "n1", "-o", "/dev/null");
    CLUSTER.awaitFile("again", "n1");
    CLUSTER.awaitFile("fails", "up");
    CLUSTER.signal("n1", "STOP");
    CLUSTER.awaitNode("n1", Duration.ofSeconds(3L * TIMEOUT_SECONDS), "DOWN.*");
    assertThat(CLUSTER.awaitState(fails, "NODE_FAIL")).isEqualTo("NODE_FAIL");
    CLUSTER.awaitState(again, "PENDING");
    CLUSTER.command("scontrol", "update", "JobId=" + again, "NodeList=n2").run().text();
    assertThat(CLUSTER.awaitEnd(again)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("again")).isEqualTo("n1\nn2\n");
    CLUSTER.signal("n1", "CONT");
    CLUSTER.awaitNode("n1", Patience.LONG, "IDLE");
    Patience.until(
        "end of the processes of jobs that the node lost",
        Patience.USUAL,
        () ->
            ProcessHandle.allProcesses()
                .noneMatch(
                    process -> process.info().commandLine().orElse("").contains("sleep 1000")),
        () -> CLUSTER.shell("ps -ef --forest | grep -B5 'sleep 1000'").run().output());
    assertThat(CLUSTER.awaitEnd(CLUSTER.submit("true", "-w", "n1", "-o", "/dev/null")))
        .isEqualTo("COMPLETED");
  }

  private static void release(String file) throws IOException {
    Files.createFile(CLUSTER.work().resolve(file));
  }
}
