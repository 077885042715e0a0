package org.headrace.bench.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerTest {
  @TempDir Path directory;

  private Path folder(String name, String... programs) throws Exception {
    Path folder = Files.createDirectories(directory.resolve(name));
    for (String program : programs) {
      Path file = Files.writeString(folder.resolve(program), "#!/bin/sh\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    return folder;
  }

  @Test
  void ourOwnCommandsAreNotThePeers() throws Exception {
    Path ours = folder("ours", "squeue", "sbatch", "headrace-client");
    Path half = folder("half", "squeue");
    Path theirs = folder("theirs", "squeue", "sbatch");
    assertThat(Peer.search(ours + ":" + half + ":" + theirs)).isEqualTo(theirs);
    assertThatThrownBy(() -> Peer.search(ours + ":" + half)).hasMessageContaining("--peer-bin");
  }

  @Test
  void aPeerHasToBeNamed() {
    Options options = Options.parse(List.of("--peer"), Set.of());
    assertThatThrownBy(() -> Peer.find(options, Map.of(), directory))
        .hasMessageContaining("--peer-conf");
    Map<String, String> environment =
        Map.of("PEER_SLURM_CONF", directory + "/none", "PATH", "/nowhere", "PEER_BIN", "/nowhere");
    assertThatThrownBy(() -> Peer.find(options, environment, directory))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("cannot read the peer's configuration");
  }
}
