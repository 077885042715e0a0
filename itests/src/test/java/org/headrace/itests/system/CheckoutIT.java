package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code ./headrace} says in a checkout that can't be built. Maven is a program of ours. */
class CheckoutIT {
  private static final Path HERE = Path.of("..").toAbsolutePath().normalize();
  private static final Path LIBEXEC = Path.of("karaf-dist/src/main/dist/libexec");

  private Path root;

  @BeforeEach
  void copyScripts() throws Exception {
    root = Files.createTempDirectory("check out");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(root.resolve(LIBEXEC));
    for (Path script :
        List.of(Path.of("headrace"), LIBEXEC.resolve("cluster.sh"), LIBEXEC.resolve("daemon.sh"))) {
      Files.copy(HERE.resolve(script), root.resolve(script));
    }
    program("headrace", Files.readString(HERE.resolve("headrace")));
    Files.createFile(root.resolve("pom.xml"));
  }

  @AfterEach
  void delete() {
    Installation.delete(root);
  }

  @Test
  void aBuildThatFailsIsExplainedByMavenOrItsLastLines() throws Exception {
    program("bin/mvn", "#!/bin/sh\necho it broke by itself\nexit 1\n");
    assertThat(refusal("up").errors())
        .contains("it broke by itself")
        .contains("the build failed; all of it is in " + root.resolve("target/build.log"));
    program("bin/mvn", "#!/bin/sh\necho '[ERROR] no such plugin'\necho trailer\nexit 1\n");
    assertThat(refusal("up").errors())
        .contains("[ERROR] no such plugin")
        .doesNotContain("trailer")
        .contains("the build failed");
  }

  @Test
  void aBuildHasALocaleThatCanNameItsFiles() throws Exception {
    program("bin/mvn", "#!/bin/sh\necho \"locale $LC_ALL\"\nexit 1\n");
    assertThat(refusal("up").errors()).contains("locale C.UTF-8");
  }

  @Test
  void aCheckoutOfSomebodyElseIsNotBuilt() throws Exception {
    String[] nobody = Clusters.asNobody();
    for (String verb : List.of("up", "test", "demo")) {
      Execution refused = headrace(verb).under(nobody).run();
      assertThat(refused.status()).as("%s", refused).isEqualTo(1);
      assertThat(refused.errors())
          .isEqualTo(
              "headrace: nobody can't write to "
                  + root
                  + ", where it would be built; use a clone of your own\n");
    }
  }

  private Execution refusal(String verb) throws Exception {
    Execution refused = headrace(verb).run();
    assertThat(refused.status()).as("%s", refused).isEqualTo(1);
    return refused;
  }

  private Execution.Plan headrace(String verb) {
    String path = root.resolve("bin") + ":" + System.getenv("PATH");
    Map<String, String> environment =
        Map.of("PATH", path, "LC_ALL", "C", "HEADRACE_DIR", "" + root.resolve("cluster"));
    return Execution.of(root, environment, root.resolve("headrace").toString(), verb);
  }

  private void program(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
