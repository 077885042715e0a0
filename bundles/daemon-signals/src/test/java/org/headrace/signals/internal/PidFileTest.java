package org.headrace.signals.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
  @TempDir Path directory;

  @Test
  void ofThisProcessIsRemovedAndOfAnotherStays() throws Exception {
    Path file = directory.resolve("slurmctld.pid");
    Files.writeString(file, "4711\n");
    PidFile.remove(file.toString(), 4712);
    assertThat(file).exists();
    PidFile.remove(file.toString(), 4711);
    assertThat(file).doesNotExist();
    PidFile.remove(file.toString(), 4711);
    PidFile.remove("", 4711);
  }
}
