package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * How much the daemons log is configuration, for each kind of daemon by a key of its own; and they
 * take the signals that unit files and log rotation send.
 */
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

  @Test
  void aReloadReadsTheConfigurationAgainAndEndsNoDaemon() throws Exception {
    CLUSTER.configure("MaxArraySize=77");
    CLUSTER.signal("n1", "HUP");
    CLUSTER.signal("slurmctld", "HUP");
    Patience.until(
        "the new configuration",
        Patience.LONG,
        () -> setting("MaxArraySize").equals("77"),
        () -> Files.readString(CLUSTER.log("slurmctld")));
    assertThat(CLUSTER.command("srun", "echo", "here").run().text()).isEqualTo("here");
  }

  @Test
  void aRotatedLogGoesOnInANewFile() throws Exception {
    for (String daemon : List.of("slurmctld", "n1")) {
      Path log = CLUSTER.log(daemon);
      Files.move(log, log.resolveSibling(log.getFileName() + ".old"));
      CLUSTER.signal(daemon, "USR2");
      Patience.until("a new " + log, Patience.LONG, () -> Files.exists(log), () -> "");
    }
    String job = CLUSTER.submit("true");
    Patience.until(
        "a line in the new log",
        Patience.LONG,
        () -> Files.readString(CLUSTER.log("slurmctld")).contains("JobId=" + job + " "),
        () -> Files.readString(CLUSTER.log("slurmctld")));
  }

  @Test
  void aDaemonsPidFileIsThereAsLongAsItRuns() throws Exception {
    for (String daemon : List.of("slurmctld", "n1")) {
      String key = daemon.equals("n1") ? "SlurmdPidFile" : "SlurmctldPidFile";
      Path file = Path.of(setting(key).replace("%n", daemon));
      assertThat(Files.readString(file).strip())
          .isEqualTo(Long.toString(CLUSTER.daemon(daemon).process().pid()));
      CLUSTER.stop(daemon);
      assertThat(file).doesNotExist();
      CLUSTER.restart(daemon);
      CLUSTER.awaitController();
      // A daemon that has only been started would end by a signal of the tests that follow.
      assertThat(CLUSTER.command("srun", "-w", "n1", "echo", "here").run().text())
          .isEqualTo("here");
      assertThat(file).exists();
    }
  }

  private static String setTo(String level) throws Exception {
    CLUSTER.command("scontrol", "setdebug", level).run().text();
    return shown();
  }

  private static String shown() throws Exception {
    return setting("SlurmctldDebug");
  }

  private static String setting(String key) throws Exception {
    String line = CLUSTER.shell("scontrol show config | grep '^" + key + " '").run().text();
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
