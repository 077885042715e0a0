package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.headrace.api.launcher.Containment;
import org.headrace.api.launcher.LauncherSettings;
import org.headrace.api.launcher.StepResult;
import org.junit.jupiter.api.Test;

/** Cores and memory by cgroup where this machine offers them, else a note that says so. */
class ContainmentTest extends LauncherHarness {

  @Override
  LauncherSettings settings() {
    return new LauncherSettings(
        root.getFileName().toString(), root.resolve("spool").toString(), true, true, "");
  }

  @Test
  void memoryIsHeldOrTheNoteSaysWhyNot() {
    OrderBuilder order =
        order(script("head -c 200m /dev/zero | tail -c 190m > /dev/null; exit $?"));
    order.containment = new Containment(64, new long[0], "");
    StepResult result = order.run();
    List<String> notes = listener.notes(BATCH);
    if (notes.isEmpty()) {
      assertThat(result.usage().oomKilled()).isTrue();
      assertThat(result.usage().maxRssKib()).isLessThan(70 << 10);
    } else {
      assertThat(notes).anyMatch(note -> note.contains("memory limit is not enforced"));
    }
  }

  @Test
  void coresAreHeldAgainstAProgramThatWidensItsMask() throws IOException {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "needs two CPUs");
    OrderBuilder order =
        order(script("taskset -p 3 $$ > /dev/null; grep Cpus_allowed_list /proc/self/status"));
    order.containment = new Containment(0, new long[] {1}, "");
    order.run();
    if (listener.notes(BATCH).isEmpty()) {
      assertThat(read("out")).endsWith("Cpus_allowed_list:\t0\n");
    } else {
      assertThat(listener.notes(BATCH)).anyMatch(note -> note.contains("CPU affinity only"));
    }
  }

  @Test
  void anUnusableCgroupRootIsNoted() throws IOException {
    launcher.close();
    launcher =
        new ProcessLauncherFactory()
            .open(
                new LauncherSettings(
                    "n", root.resolve("spool").toString(), true, true, work.toString()));
    OrderBuilder order = order(script("grep Cpus_allowed_list /proc/self/status"));
    order.containment = new Containment(64, new long[] {1}, "");
    order.run();
    assertThat(listener.notes(BATCH))
        .hasSize(2)
        .anyMatch(note -> note.contains("CPU affinity only"))
        .anyMatch(note -> note.contains("memory limit is not enforced"));
    assertThat(read("out")).isEqualTo("Cpus_allowed_list:\t0\n");
  }

  @Test
  void noCgroupIsLeftBehind() throws IOException {
    OrderBuilder order = order(script("sleep 1000 & exit 0"));
    order.containment = new Containment(64, new long[] {1}, "");
    order.run();
    for (String controller : List.of("cpuset", "memory", "")) {
      Path dir = Path.of("/sys/fs/cgroup", controller, "headrace", root.getFileName().toString());
      if (Files.isDirectory(dir)) {
        try (Stream<Path> children = Files.list(dir)) {
          assertThat(children.filter(Files::isDirectory).toList()).isEmpty();
        }
        Files.delete(dir);
      }
    }
  }
}
