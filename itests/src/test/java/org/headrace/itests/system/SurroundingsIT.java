package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A cluster in a directory with an unusual name, started where there is no home, no locale, and
 * files are nobody else's by default.
 */
class SurroundingsIT {
  private static final String NAME = "it's \u00f6dd";

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named(NAME, 1)
          .startedBy(
              "sh",
              "-c",
              "umask 077; exec env -u HOME -u USER -u LANG LC_ALL=C TZ=Pacific/Kiritimati \"$@\"",
              "sh");

  private static String script() throws Exception {
    return Installation.get().file("bin/headrace").toString();
  }

  @Test
  void jobsReadAndWriteFilesOfAnyName() throws Exception {
    String job = CLUSTER.submit("pwd; echo gr\u00fcn >'\u00fc 2'", "-o", "\u00f6 %j.out");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("\u00f6 " + job + ".out").strip()).isEqualTo("" + CLUSTER.work());
    assertThat(CLUSTER.read("\u00fc 2").strip()).isEqualTo("gr\u00fcn");
  }

  @Test
  void stepsHaveDevicesWhoseFilesHaveBlanks() throws Exception {
    Execution step =
        CLUSTER
            .command("srun", "--gres=gpu:1", "sh", "-c", "pwd; echo $CUDA_VISIBLE_DEVICES")
            .run();
    assertThat(step.text().lines()).containsExactly("" + CLUSTER.work(), "0");
  }

  @Test
  void otherUsersReachTheirScripts() throws Exception {
    String[] nobody = Clusters.asNobody();
    String first = CLUSTER.submitAs("id -un", nobody, "-o", "first.out");
    assertThat(CLUSTER.awaitEnd(first)).isEqualTo("COMPLETED");
    // Also where an administrator had made the directory of the node.
    Files.setPosixFilePermissions(
        CLUSTER.daemon("n1").place(), PosixFilePermissions.fromString("rwx------"));
    CLUSTER.stop("n1");
    CLUSTER.restart("n1");
    String second = CLUSTER.submitAs("id -un", nobody, "-o", "second.out");
    assertThat(CLUSTER.awaitEnd(second)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.read("second.out").strip()).isEqualTo("nobody");
  }

  @Test
  void whatToTypeNextCanBeTyped() throws Exception {
    Execution up = CLUSTER.headrace("up").run();
    assertThat(up.status()).isEqualTo(1);
    assertThat(up.errors()).contains("headrace down --dir '").contains("it'\\''s \u00f6dd'");
    String[] words = {"bash", "-c", "eval \"$(\"$1\" env --dir \"$2\")\" && sinfo -h -o %N", "sh"};
    Execution typed =
        Execution.of(CLUSTER.work(), Map.of(), script(), "" + CLUSTER.directory())
            .under(words)
            .run();
    assertThat(typed.text()).isEqualTo("n1");
  }

  @Test
  void whatIsNoConfigurationLeavesNothingBehind() throws Exception {
    Path here = CLUSTER.work().resolve("none");
    for (String conf : new String[] {"/etc", "/etc/hostname"}) {
      Execution refused = at(here, "up", "--conf", conf);
      assertThat(refused.status()).as(conf).isEqualTo(1);
      assertThat(refused.errors()).contains(conf);
    }
    Execution status = at(here, "status");
    assertThat(status.status()).isEqualTo(1);
    assertThat(status.output()).contains("No cluster in " + here).contains("up --dir '");
  }

  @Test
  void theShellSaysThatNoControllerRuns() throws Exception {
    CLUSTER.kill("slurmctld");
    Execution shell = CLUSTER.headrace("shell").run();
    assertThat(shell.status()).isEqualTo(1);
    assertThat(shell.errors()).contains("no controller runs in " + CLUSTER.directory());
    CLUSTER.restart("slurmctld");
  }

  @Test
  void theShellHelpsWithoutATerminal() throws Exception {
    for (String help : List.of("help", "help headrace", "help headrace:choose")) {
      assertThat(shell(help)).as(help).contains("choose");
    }
    assertThat(shell("help headrace:choose")).contains("SYNTAX");
    // Nor does calling it leave complaints in the log.
    assertThat(CLUSTER.log("slurmctld")).content().doesNotContain("Connection reset");
  }

  private static String shell(String line) throws Exception {
    return Execution.of(
            CLUSTER.work(),
            Map.of("HEADRACE_DIR", CLUSTER.directory().toString()),
            script(),
            "shell",
            line)
        .run()
        .text();
  }

  private static Execution at(Path directory, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(script()));
    all.addAll(List.of(words));
    all.addAll(List.of("--dir", directory.toString()));
    return Execution.of(CLUSTER.work(), Map.of(), all.toArray(String[]::new)).run();
  }

  @Test
  void namesThatSlurmConfCannotHoldAreRefused() throws Exception {
    for (String odd : new String[] {"a:b", "a[1]", "a#b", "a\"b", "a%n", "a,b"}) {
      Execution refused = at(CLUSTER.work().resolve(odd), "up");
      assertThat(refused.status()).as(odd).isEqualTo(1);
      assertThat(refused.errors()).contains(odd).contains("choose another by --dir");
      assertThat(CLUSTER.work().resolve(odd)).doesNotExist();
    }
  }
}
