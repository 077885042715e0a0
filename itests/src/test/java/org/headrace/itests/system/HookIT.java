package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Prolog and epilog: as root, with their own variables, and what follows when they fail. */
class HookIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.THREE_NODES;

  @Test
  void bothRunAsTheDaemonsUserWithoutTheJobsEnvironment() throws Exception {
    String job =
        CLUSTER
            .command("sbatch", "--parsable", "-N2", "-w", "n[1-2]", "-o", "/dev/null")
            .under(Clusters.asNobody())
            .with("SECRET", "leaked")
            .fed("#!/bin/sh\nsrun true\n")
            .run()
            .text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    Patience.until(
        "prolog and epilog on both nodes",
        Patience.USUAL,
        () -> hooks(job).lines().count() == 4,
        () -> hooks(job));
    assertThat(hooks(job).lines())
        .containsExactlyInAnyOrder(
            "prolog " + job + " n1 0 nobody ",
            "prolog " + job + " n2 0 nobody ",
            "epilog " + job + " n1 0 nobody ",
            "epilog " + job + " n2 0 nobody ");
  }

  private static String hooks(String job) throws Exception {
    StringBuilder found = new StringBuilder();
    for (String line : Files.readAllLines(CLUSTER.directory().resolve("hooks"))) {
      if (line.contains(" " + job + " ")) {
        found.append(line).append('\n');
      }
    }
    return found.toString();
  }

  @Test
  void prologThatFailsDrainsTheNodeAndHoldsTheJob() throws Exception {
    Path failure = Files.createFile(CLUSTER.directory().resolve("fail-prolog-n3"));
    String job = CLUSTER.submit("echo ran >prologued", "-w", "n3", "-o", "/dev/null");
    CLUSTER.awaitNode("n3", Patience.USUAL, ".*DRAIN.*");
    assertThat(CLUSTER.command("sinfo", "-R", "-h", "-o", "%E %N").run().output())
        .containsIgnoringCase("prolog");
    assertThat(CLUSTER.work().resolve("prologued")).doesNotExist();
    Files.delete(failure);
    CLUSTER.command("scontrol", "update", "NodeName=n3", "State=RESUME").run().text();
    // Back in the queue, and held there, once its node is clean.
    CLUSTER.awaitState(job, "REQUEUE_HOLD", "PENDING");
    CLUSTER.command("scontrol", "release", job).run().text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("prologued")).isEqualTo("ran\n");
  }

  @Test
  void epilogThatFailsDrainsTheNodeAndTheJobStaysAsItEnded() throws Exception {
    Path failure = Files.createFile(CLUSTER.directory().resolve("fail-epilog-n3"));
    String job = CLUSTER.submit("true", "-w", "n3", "-o", "/dev/null");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    CLUSTER.awaitNode("n3", Patience.USUAL, ".*DRAIN.*");
    assertThat(CLUSTER.command("sinfo", "-R", "-h", "-o", "%E %N").run().output())
        .containsIgnoringCase("epilog");
    Files.delete(failure);
    CLUSTER.command("scontrol", "update", "NodeName=n3", "State=RESUME").run().text();
    CLUSTER.awaitNode("n3", Patience.USUAL, "IDLE");
  }
}
