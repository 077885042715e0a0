package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three controllers keep one log: each may be killed, the leader too, and users hardly notice. */
class ThreeControllersIT {
  private static final int JOBS = 800;

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("three", 2).controllers(3).set("MinJobAge=3000");

  /** A test that is tried again finds nothing of the first try. */
  @BeforeEach
  void clear() throws Exception {
    for (String name : CLUSTER.controllerNames()) {
      if (!CLUSTER.daemon(name).process().isAlive()) {
        CLUSTER.restart(name);
      }
    }
    CLUSTER.awaitAllControllers();
    CLUSTER.shell("scancel --me; rm -rf ./*").run();
    Patience.until(
        "an empty cluster",
        Patience.USUAL,
        () -> CLUSTER.command("squeue", "-h").run().text().isEmpty(),
        () -> CLUSTER.command("squeue").run().toString());
  }

  /** Clients of every controller, and of a node's daemon. */
  private static List<Path> sockets() {
    return Stream.concat(CLUSTER.controllerNames().stream(), Stream.of("n1"))
        .map(CLUSTER::socket)
        .toList();
  }

  @Test
  void nothingIsLostOrRunTwiceWhenTheLeaderIsKilledAndThenTheNext() throws Exception {
    String running =
        CLUSTER.submit(
            "echo start $$ >>long; until [ -e go ]; do sleep 0.1; done; exit 42",
            "--no-requeue",
            "-n1",
            "-o",
            "/dev/null");
    CLUSTER.awaitFile("long", "start");
    Process step = ticking("s").start(work("s"), work("s-err"));
    Process viaNode =
        ticking("v")
            .with("HEADRACE_SOCKET", "" + CLUSTER.socket("n2"))
            .start(work("v"), work("v-err"));
    CLUSTER.awaitFile("s", "2\n");
    CLUSTER.awaitFile("v", "2\n");
    Submissions submissions = new Submissions(CLUSTER, sockets());
    String first = CLUSTER.leader();
    submissions.run(
        JOBS / 2,
        () -> {
          submissions.await(JOBS / 8);
          CLUSTER.kill(first);
        });
    CLUSTER.restart(first);
    CLUSTER.awaitAllControllers();
    String second = CLUSTER.leader();
    assertThat(second).isNotEqualTo(first);
    submissions.run(
        JOBS / 2,
        () -> {
          submissions.await(JOBS / 2 + JOBS / 8);
          CLUSTER.kill(second);
        });
    submissions.checkAcknowledged();
    assertThat(CLUSTER.states(running)).containsExactly("RUNNING");
    awaitMoreTicks("s");
    awaitMoreTicks("v");
    Files.createFile(work("go"));
    assertThat(step.waitFor()).isEqualTo(3);
    assertThat(viaNode.waitFor()).isEqualTo(3);
    checkTicks("s");
    checkTicks("v");
    submissions.awaitEnds();
    assertThat(CLUSTER.read("long").lines()).as("starts of the long job").hasSize(1);
    assertThat(submissions.checkEnds()).containsEntry(Long.parseLong(running), "FAILED 42:0");
  }

  /** The client's own controller dies, which doesn't lead: nothing happens but another way. */
  @Test
  void anAttachedStepSurvivesTheLossOfItsWayToTheLeader() throws Exception {
    String leader = CLUSTER.leader();
    List<String> others = new ArrayList<>(CLUSTER.controllerNames());
    others.remove(leader);
    String ways = CLUSTER.socket(others.get(0)) + ":" + CLUSTER.socket(others.get(1));
    Process step = ticking("w").with("HEADRACE_SOCKET", ways).start(work("w"), work("w-err"));
    CLUSTER.awaitFile("w", "2\n");
    CLUSTER.kill(others.get(0));
    awaitMoreTicks("w");
    assertThat(CLUSTER.leader()).isEqualTo(leader);
    Files.createFile(work("go-w"));
    assertThat(step.waitFor()).isEqualTo(3);
    checkTicks("w");
    CLUSTER.restart(others.get(0));
    CLUSTER.awaitAllControllers();
  }

  /** An id that only one of three knows could be lost, so none is given. */
  @Test
  void oneAloneTakesNoSubmissions() throws Exception {
    String leader = CLUSTER.leader();
    String other =
        CLUSTER.controllerNames().stream().filter(n -> !n.equals(leader)).findFirst().orElseThrow();
    CLUSTER.kill(leader);
    CLUSTER.kill(other);
    Execution refused = CLUSTER.command("sbatch", "-o", "/dev/null", "--wrap", "true").run();
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.output()).isEmpty();
    assertThat(refused.errors()).startsWith("sbatch: error: ");
    CLUSTER.restart(other);
    assertThat(CLUSTER.awaitEnd(CLUSTER.submit("true", "-o", "/dev/null"))).isEqualTo("COMPLETED");
    CLUSTER.restart(leader);
    CLUSTER.awaitAllControllers();
  }

  @Test
  void commandsWorkInsideJobsAndTheHistoryIsOne() throws Exception {
    String outer =
        CLUSTER.submit(
            "HEADRACE_SOCKET=" + CLUSTER.socket("n1") + " sbatch --wrap 'true' -o /dev/null",
            "-o",
            "inner");
    assertThat(CLUSTER.awaitEnd(outer)).isEqualTo("COMPLETED");
    String inner = CLUSTER.awaitFile("inner", "Submitted batch job \\d+\n").strip();
    CLUSTER.awaitEnd(inner.substring(inner.lastIndexOf(' ') + 1));
    Patience.until(
        "the job in the history",
        Patience.USUAL,
        () ->
            CLUSTER
                .command("sacct", "-n", "-X", "-j", outer, "-o", "state")
                .run()
                .output()
                .contains("COMPLETED"),
        () -> CLUSTER.command("sacct", "-a").run().toString());
  }

  private static Path work(String file) {
    return CLUSTER.work().resolve(file);
  }

  /** A step that counts until it is told to end, and then writes down how far it came. */
  private static Execution.Plan ticking(String name) {
    String go = name.equals("w") ? "go-w" : "go";
    return CLUSTER.command(
        "srun",
        "-n1",
        "bash",
        "-c",
        "i=0; until [ -e "
            + go
            + " ]; do i=$((i+1)); echo $i; sleep 0.2; done; echo $i >ticks-"
            + name
            + "; exit 3");
  }

  private static void awaitMoreTicks(String file) throws Exception {
    long seen = CLUSTER.read(file).lines().count();
    CLUSTER.awaitFile(file, "(^|\n)" + (seen + 20) + "\n");
  }

  /** All that the step wrote is there once, in order. */
  private static void checkTicks(String name) throws Exception {
    int last = Integer.parseInt(CLUSTER.read("ticks-" + name).strip());
    assertThat(CLUSTER.read(name).lines())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList());
  }
}
