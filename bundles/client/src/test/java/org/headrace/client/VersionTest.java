package org.headrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionTest {
  /** The clients and the scripts of the daemons tell it by themselves. */
  @Test
  void allTellTheSameVersion() throws Exception {
    List<String> places =
        List.of(
            "src/main/native/client.h",
            "src/main/java/org/headrace/client/Main.java",
            "../commands/src/main/java/org/headrace/commands/internal/cli/Product.java",
            "../../karaf-dist/src/main/dist/libexec/daemon.sh");
    for (String place : places) {
      assertThat(Path.of(place)).content().contains("\"slurm 26.05.3\"");
    }
  }

  /** And of the same commands: those that the distribution has links for. */
  @Test
  void allKnowTheSameCommands() throws Exception {
    String links = Files.readString(Path.of("../../karaf-dist/src/build/merge.xml"));
    String names = links.replaceAll("(?s).*for c in ([a-z ]*);.*", "$1");
    for (String place :
        List.of("src/main/native/version.c", "src/main/java/org/headrace/client/Main.java")) {
      for (String name : names.split(" ")) {
        assertThat(Path.of(place)).content().contains("\"" + name + "\"");
      }
    }
  }
}
