package org.headrace.commands.internal.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PmixServerTest {
  /** Answers once it is allowed to. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      until test -e "$0.go"; do sleep 0.01; done
      echo 'pmix_v4 4.1.2'
      """;

  @TempDir Path home;
  private Path program;

  @BeforeEach
  void build() throws Exception {
    program = Files.createDirectories(home.resolve("sbin")).resolve("headrace-pmix");
    Files.writeString(program, SCRIPT);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    System.setProperty(PmixServer.HOME_PROPERTY, home.toString());
  }

  @AfterEach
  void forget() {
    System.clearProperty(PmixServer.HOME_PROPERTY);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoIsInterruptedLeavesNoAnswerToOthers() throws Exception {
    Thread.currentThread().interrupt();
    assertThat(PmixServer.kind()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    Files.createFile(Path.of(program + ".go"));
    assertThat(PmixServer.kind()).isEqualTo("pmix_v4");
    assertThat(PmixServer.serves("pmix")).isTrue();
    assertThat(PmixServer.serves("pmix_v3")).isFalse();
  }
}
