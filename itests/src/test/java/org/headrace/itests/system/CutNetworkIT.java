package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Three controllers on hosts of their own, and the network between them really cut. */
class CutNetworkIT {
  /** Submissions in each state of the network. */
  private static final int SOME = 40;

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("cut", 2).controllers(3).set("MinJobAge=3000");

  private static CutNetwork network;

  /** What has come up on this machine's loopback moves to hosts of its own. */
  @BeforeAll
  static void move() throws Exception {
    network = CutNetwork.of(3);
    List<String> controllers = CLUSTER.controllerNames();
    List<String> daemons = new ArrayList<>(controllers);
    daemons.addAll(List.of("n1", "n2"));
    for (String daemon : daemons) {
      CLUSTER.kill(daemon);
      Installation.delete(CLUSTER.daemon(daemon).place());
    }
    String conf = Files.readString(CLUSTER.configuration());
    conf = conf.replace("NodeAddr=127.0.0.1", "NodeAddr=" + network.own());
    for (int host = 1; host <= 3; host++) {
      conf = conf.replace("(127.0.0." + host + ")", "(" + network.address(host) + ")");
      CLUSTER.under("ctl" + host, network.on(host));
    }
    Files.writeString(CLUSTER.configuration(), conf);
    for (String daemon : daemons) {
      CLUSTER.restart(daemon);
    }
    CLUSTER.awaitAllControllers();
    CLUSTER.awaitNode("n1", Patience.LONG, "IDLE");
    CLUSTER.awaitNode("n2", Patience.LONG, "IDLE");
  }

  @AfterAll
  static void end() throws Exception {
    if (network != null) {
      network.close();
    }
  }

  @Test
  void nothingIsLostOrRunTwiceWhoeverIsCutOff() throws Exception {
    String running =
        CLUSTER.submit(
            "echo start >>long; until [ -e go ]; do sleep 0.1; done; exit 42",
            "--no-requeue",
            "-n1",
            "-o",
            "/dev/null");
    CLUSTER.awaitFile("long", "start");
    List<Path> sockets = CLUSTER.controllerNames().stream().map(CLUSTER::socket).toList();
    Submissions submissions = new Submissions(CLUSTER, sockets);
    submissions.stream(
        () -> {
          submissions.awaitMore(SOME);
          String isolated = CLUSTER.leader();
          network.isolate(host(isolated));
          String next = awaitOtherLeader(isolated);
          assertTakesNothing(isolated);
          awaitStatus(next + " leads");
          submissions.awaitMore(SOME);
          network.heal();
          CLUSTER.awaitAllControllers();
          // It hears the others and nobody hears it.
          for (String other : others(next)) {
            network.mute(host(next), host(other));
          }
          String third = awaitOtherLeader(next);
          assertTakesNothing(next);
          submissions.awaitMore(SOME);
          network.heal();
          CLUSTER.awaitAllControllers();
          // It talks to the others and hears nobody.
          for (String other : others(third)) {
            network.mute(host(other), host(third));
          }
          String fourth = awaitOtherLeader(third);
          network.heal();
          CLUSTER.awaitAllControllers();
          // One that only follows is missed by nobody.
          network.isolate(host(fourth.equals("ctl1") ? "ctl2" : "ctl1"));
          CLUSTER
              .command("sbatch", "-o", "/dev/null", "--wrap", "true")
              .with("HEADRACE_SOCKET", CLUSTER.socket(fourth).toString())
              .run()
              .text();
          assertThat(CLUSTER.leader()).isEqualTo(fourth);
          network.heal();
        });
    CLUSTER.awaitAllControllers();
    submissions.checkAcknowledged();
    assertThat(CLUSTER.states(running)).containsExactly("RUNNING");
    Files.createFile(CLUSTER.work().resolve("go"));
    submissions.awaitEnds();
    assertThat(CLUSTER.read("long").lines()).as("starts of the long job").hasSize(1);
    assertThat(submissions.checkEnds()).containsEntry(Long.parseLong(running), "FAILED 42:0");
  }

  private static List<String> others(String controller) {
    return CLUSTER.controllerNames().stream().filter(name -> !name.equals(controller)).toList();
  }

  /** Of the controllers' sockets, the one of the leader before may be the first. */
  private static void awaitStatus(String line) throws Exception {
    Patience.until(
        "status with " + line,
        Patience.USUAL,
        () -> CLUSTER.headrace("status").run().output().lines().anyMatch(line::equals),
        () -> CLUSTER.headrace("status").run().toString());
  }

  private static int host(String controller) {
    return CLUSTER.controllerNames().indexOf(controller) + 1;
  }

  private static String awaitOtherLeader(String leader) throws Exception {
    return Patience.value(
        "another leader than " + leader,
        Patience.LONG,
        () -> CLUSTER.leader().equals(leader) ? null : CLUSTER.leader(),
        () -> leader + " still leads");
  }

  /** An id that it gave now would be given to another job as well. */
  private static void assertTakesNothing(String controller) throws Exception {
    Execution refused =
        CLUSTER
            .shell("timeout 3 sbatch -o /dev/null --wrap true")
            .with("HEADRACE_SOCKET", CLUSTER.socket(controller).toString())
            .run();
    assertThat(refused.status()).as(refused.toString()).isNotZero();
    assertThat(refused.output()).isEmpty();
  }
}
