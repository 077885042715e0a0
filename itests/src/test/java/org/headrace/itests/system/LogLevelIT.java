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

  @Test
  void anAdministratorChangesItWhileTheControllerRunsAndTheNextStartIsAsConfigured()
      throws Exception {
    assertThat(setTo("error")).isEqualTo("error");
    until("submissions are no longer told", false);
    assertThat(setTo("info")).isEqualTo("info");
    until("submissions are told again", true);
    CLUSTER.stop("slurmctld");
    CLUSTER.restart("slurmctld");
    CLUSTER.awaitController();
    assertThat(shown()).isEqualTo("debug");
  }

  private static String setTo(String level) throws Exception {
    CLUSTER.command("scontrol", "setdebug", level).run().text();
    return shown();
  }

  private static String shown() throws Exception {
    String line = CLUSTER.shell("scontrol show config | grep SlurmctldDebug").run().text();
    return line.substring(line.indexOf('=') + 1).strip();
  }

  /** The log takes its level a moment after the command, so that the first job may be told yet. */
  private static void until(String what, boolean told) throws Exception {
    Patience.until(
        what,
        Patience.LONG,
        () -> {
          String job = CLUSTER.submit("true", "-H");
          CLUSTER.command("scancel", job).run();
          return Files.readString(CLUSTER.log("slurmctld")).contains("JobId=" + job + " ") == told;
        },
        () -> Files.readString(CLUSTER.log("slurmctld")));
  }
}
