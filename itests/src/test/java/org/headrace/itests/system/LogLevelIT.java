package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much the daemons log is configuration, for each kind of daemon by a key of its own. */
class LogLevelIT {
  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("loud", 1).set("SlurmctldDebug=debug").set("SlurmdDebug=error");

  @Test
  void theControllerTellsMoreAndTheNodeOnlyOfErrors() throws Exception {
    assertThat(CLUSTER.nodeField("n1", "State")).isEqualTo("IDLE");
    assertThat(Files.readString(CLUSTER.log("slurmctld"))).contains("] debug: ");
    assertThat(Files.readAllLines(CLUSTER.log("n1")))
        .noneMatch(line -> line.contains("Node n1 is registered"));
  }
}
