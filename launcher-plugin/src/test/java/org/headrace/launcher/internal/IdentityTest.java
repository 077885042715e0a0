package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.UserIdentity;
import org.junit.jupiter.api.Test;

/** The step is the user's: nothing is opened, entered or run with the agent's rights. */
class IdentityTest extends LauncherHarness {

  private OrderBuilder asNobody(String text) {
    assumeTrue(isRoot(), "needs root: only root can start processes as somebody else");
    OrderBuilder order = order(script(text));
    order.user = new UserIdentity(NOBODY, NOBODY, List.of(NOBODY, 4242), "nobody");
    return order;
  }

  @Test
  void processesAndFilesAreTheUsers() throws IOException {
    asNobody("id -u; id -g; id -G; cat \"$0\" | head -1; grep -E 'CapEff|CapPrm' /proc/self/status")
        .run();
    assertThat(read("out"))
        .startsWith("65534\n65534\n65534 4242\n#!/bin/sh\n")
        .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000");
    assertThat(Files.getAttribute(work.resolve("out"), "unix:uid")).isEqualTo(NOBODY);
  }

  @Test
  void theUserCannotWriteWhereOnlyRootMay() throws IOException {
    OrderBuilder order = asNobody("true");
    Path secret = Files.createDirectory(root.resolve("secret"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwx------"));
    order.tasks(task(0, new IoTarget.FilePath(secret + "/out")));
    StepResult result = order.run();
    assertThat(result.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(result.reason())
        .isEqualTo("task 0: could not open output file " + secret + "/out: Permission denied");
    assertThat(secret.resolve("out")).doesNotExist();
  }

  @Test
  void aSymbolicLinkIsFollowedWithTheUsersRights() throws IOException {
    OrderBuilder order = asNobody("echo mine");
    Path victim = Files.writeString(root.resolve("victim"), "root's own\n");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(work.resolve("out"), victim);
    StepResult result = order.run();
    assertThat(result.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(result.reason()).contains("Permission denied");
    assertThat(Files.readString(victim)).isEqualTo("root's own\n");
  }

  @Test
  void aDirectoryClosedToTheUserIsNotEntered() throws IOException {
    OrderBuilder order = asNobody("pwd");
    Path closed = Files.createDirectory(root.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    order.workDir = closed.toString();
    order.run();
    assertThat(read("out")).contains("Permission denied: going to /tmp instead\n/tmp\n");
  }

  @Test
  void theUserCannotReadTheSpoolNorAnothersScript() throws IOException {
    OrderBuilder order =
        asNobody("ls " + root.resolve("spool/steps") + "; ls $(dirname $0); cat $0 | wc -l");
    order.run();
    assertThat(read("out"))
        .contains("steps': Permission denied")
        .contains("77.-5.0': Permission denied")
        .endsWith("\n2\n");
    Path steps = root.resolve("spool/steps");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(steps, LinkOption.NOFOLLOW_LINKS)))
        .isEqualTo("rwx------");
  }

  @Test
  void withoutRootNobodyElseCanBeServed() {
    assumeTrue(!isRoot(), "needs an agent without root");
    OrderBuilder order = order(script("true"));
    order.user = new UserIdentity(uid() + 1, gid(), List.of(), "another");
    assertThat(order.run().reason()).contains("run it as root to serve other users");
  }

  @Test
  void rootCannotBeRegained() throws IOException {
    asNobody("kill -0 1 2>/dev/null && echo could signal init; echo done").run();
    assertThat(read("out")).isEqualTo("done\n");
  }
}
