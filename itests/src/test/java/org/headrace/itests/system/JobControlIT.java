package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Arrays, dependencies, hold, requeue and cancel. */
class JobControlIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.THREE_NODES;

  @Test
  void arrayKeepsItsThrottle() throws Exception {
    String array =
        CLUSTER.submit(
            """
            echo "+ $SLURM_ARRAY_TASK_ID $SLURM_ARRAY_TASK_COUNT $SLURM_ARRAY_TASK_MAX" >>throttled
            sleep 0.3
            echo "- $SLURM_ARRAY_TASK_ID" >>throttled
            """,
            "--array=1-9:2%2",
            "-o",
            "/dev/null");
    assertThat(CLUSTER.awaitEnd(array)).isEqualTo("COMPLETED");
    List<String> events = CLUSTER.read("throttled").lines().toList();
    assertThat(events.stream().filter(line -> line.startsWith("+")))
        .containsExactlyInAnyOrder("+ 1 5 9", "+ 3 5 9", "+ 5 5 9", "+ 7 5 9", "+ 9 5 9");
    int running = 0;
    for (String event : events) {
      running += event.startsWith("+") ? 1 : -1;
      assertThat(running).as("running at once, of %s", events).isBetween(0, 2);
    }
  }

  @Test
  void dependenciesDecideWhatRuns() throws Exception {
    String good = CLUSTER.submit("echo good >>order", "--hold", "-o", "/dev/null");
    String bad = CLUSTER.submit("exit 1", "--hold", "-o", "/dev/null");
    String afterGood = dependent("afterok:" + good, "echo after >>order");
    String onFailure = dependent("afternotok:" + bad, "true");
    String never = dependent("afterok:" + bad, "true");
    String any = dependent("afterany:" + good + ":" + bad, "true");
    String removed =
        CLUSTER.submit(
            "true", "-d", "afterok:" + bad, "--kill-on-invalid-dep=yes", "-o", "/dev/null");
    CLUSTER.awaitReason(afterGood, "Dependency");
    CLUSTER.command("scontrol", "release", good + "," + bad).run().text();
    assertThat(CLUSTER.awaitEnd(afterGood)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(onFailure)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(any)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(removed)).isEqualTo("CANCELLED");
    CLUSTER.awaitReason(never, "DependencyNeverSatisfied");
    CLUSTER.command("scancel", never).run().text();
    assertThat(CLUSTER.awaitEnd(never)).isEqualTo("CANCELLED");
    assertThat(CLUSTER.read("order")).isEqualTo("good\nafter\n");
  }

  private static String dependent(String dependency, String script) throws Exception {
    return CLUSTER.submit(script, "-d", dependency, "-o", "/dev/null");
  }

  @Test
  void singletonsOfOneNameRunOneAfterTheOther() throws Exception {
    String script = "echo in >>single; sleep 0.3; echo out >>single";
    String[] jobs = new String[3];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = CLUSTER.submit(script, "-J", "alone", "-d", "singleton", "-o", "/dev/null");
    }
    for (String job : jobs) {
      assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    }
    assertThat(CLUSTER.read("single")).isEqualTo("in\nout\nin\nout\nin\nout\n");
  }

  @Test
  void heldJobsWaitAndRequeuedJobsRunAgain() throws Exception {
    String job =
        CLUSTER.submit(
            "echo run $SLURM_RESTART_COUNT >>runs; [ -n \"$SLURM_RESTART_COUNT\" ] || sleep 1000",
            "--hold",
            "--requeue",
            "-o",
            "/dev/null");
    CLUSTER.awaitReason(job, "JobHeldUser");
    CLUSTER.command("scontrol", "release", job).run().text();
    CLUSTER.awaitFile("runs", "run");
    CLUSTER.command("scontrol", "requeue", job).run().text();
    CLUSTER.awaitFile("runs", "run 1");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.jobField(job, "Restarts")).isEqualTo("1");
  }

  @Test
  void cancelEndsTheWholeTreeOfProcesses() throws Exception {
    String job =
        CLUSTER.submit(
            """
            setsid bash -c 'trap "" TERM HUP; echo pid $BASHPID; while :; do sleep 1; done' &
            (setsid sleep 4321 & echo pid $!)
            echo ready
            wait
            """,
            "-o",
            "tree");
    CLUSTER.awaitFile("tree", "(?=.*ready)(?=.*pid \\d+.*pid \\d+)");
    List<Long> processes =
        CLUSTER
            .read("tree")
            .lines()
            .filter(l -> l.startsWith("pid"))
            .map(JobControlIT::pid)
            .toList();
    assertThat(processes).hasSize(2).allMatch(pid -> Files.exists(Path.of("/proc/" + pid)));
    CLUSTER.command("scancel", job).run().text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("CANCELLED");
    Patience.until(
        "end of the job's processes",
        Patience.USUAL,
        () -> processes.stream().noneMatch(pid -> Files.exists(Path.of("/proc/" + pid))),
        () -> CLUSTER.shell("ps -ef --forest").run().output());
  }

  private static long pid(String line) {
    return Long.parseLong(line.substring(4).strip());
  }

  @Test
  void cancelOfAPendingJobAndOfOneTask() throws Exception {
    String array =
        CLUSTER.submit(
            "until [ -e task-go ]; do sleep 0.1; done", "-a", "0-2", "-H", "-o", "/dev/null");
    CLUSTER.command("scancel", array + "_1").run().text();
    CLUSTER.command("scontrol", "release", array).run().text();
    assertThat(CLUSTER.awaitState(array + "_1", "CANCELLED")).isEqualTo("CANCELLED");
    Files.createFile(CLUSTER.work().resolve("task-go"));
    assertThat(CLUSTER.awaitEnd(array + "_0")).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(array + "_2")).isEqualTo("COMPLETED");
  }
}
