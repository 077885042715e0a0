package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.UserIdentity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A change of identity that says it worked and did not (a limit, a security module, a kernel of its
 * own mind) must end the step before anything of the user runs.
 */
class FailedPrivilegeDropTest extends LauncherHarness {
  /** The real supervisor, told lies by a library in front of the system's. */
  @Override
  Launcher open() throws IOException {
    String real = System.getProperty(ProcessLauncherFactory.STEPD_PROPERTY);
    Path told = root.resolve("stepd");
    String preload = "LD_PRELOAD='" + root.resolve("liar.so") + "'";
    Files.writeString(told, "#!/bin/sh\n" + preload + " exec '" + real + "' \"$@\"\n");
    Files.setPosixFilePermissions(told, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new ProcessLauncherFactory(told.toString(), "").open(settings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int setresuid(unsigned r, unsigned e, unsigned s) { return 0; }",
        "int setresgid(unsigned r, unsigned e, unsigned s) { return 0; }",
        "int setgroups(unsigned long n, const unsigned *list) { return 0; }"
      })
  void aChangeThatDidNotHoldEndsTheStep(String lie) throws Exception {
    assumeTrue(isRoot(), "needs root: only root can start processes as somebody else");
    Path source = Files.writeString(root.resolve("liar.c"), lie + "\n");
    Process cc =
        new ProcessBuilder(
                "cc",
                "-shared",
                "-fPIC",
                "-o",
                root.resolve("liar.so").toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(cc.waitFor()).as("cc").isZero();
    OrderBuilder order = order(script("id > ran"));
    order.user = new UserIdentity(NOBODY, NOBODY, List.of(NOBODY, 4242), "nobody");
    StepResult result = order.run();
    assertThat(result.outcome()).isEqualTo(StepOutcome.FAILED_TO_START);
    assertThat(result.reason()).contains("the change to user 65534 group 65534 did not hold");
    assertThat(work.resolve("ran")).doesNotExist();
    assertThat(work.resolve("out")).doesNotExist();
  }
}
