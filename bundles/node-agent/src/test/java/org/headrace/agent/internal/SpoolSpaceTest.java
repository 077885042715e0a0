package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolSpaceTest {
  @TempDir Path spool;

  @Test
  void aSpoolWithRoomIsFine() {
    assertThat(new SpoolSpace(spool, 1).problem()).isEmpty();
  }

  @Test
  void aFullOneIsNamedWithWhatItNeeds() {
    assertThat(new SpoolSpace(spool, 1L << 60).problem())
        .startsWith("SlurmdSpoolDir " + spool + " is full (")
        .endsWith((1L << 50) + " needed)");
  }
}
