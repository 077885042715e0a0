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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cores, memory and devices by cgroup where this machine offers them, else a note that says so. */
class ContainmentTest extends LauncherHarness {

  @Override
  LauncherSettings settings() {
    return new LauncherSettings(
        root.getFileName().toString(), root.resolve("spool").toString(), true, true, true, "");
  }

  @Test
  void memoryIsHeldOrTheNoteSaysWhyNot() {
    OrderBuilder order =
        order(script("head -c 200m /dev/zero | tail -c 190m > /dev/null; exit $?"));
    order.containment = new Containment(64, new long[0], "", List.of());
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
    order.containment = new Containment(0, new long[] {1}, "", List.of());
    order.run();
    if (listener.notes(BATCH).isEmpty()) {
      assertThat(read("out")).endsWith("Cpus_allowed_list:\t0\n");
    } else {
      assertThat(listener.notes(BATCH)).anyMatch(note -> note.contains("CPU affinity only"));
    }
  }

  @Test
  void anUnusableCgroupRootIsNoted() throws IOException {
    reopen(work.toString());
    OrderBuilder order = order(script("grep Cpus_allowed_list /proc/self/status"));
    order.containment = new Containment(64, new long[] {1}, "", List.of());
    order.run();
    assertThat(listener.notes(BATCH))
        .hasSize(2)
        .anyMatch(note -> note.contains("CPU affinity only"))
        .anyMatch(note -> note.contains("memory limit is not enforced"));
    assertThat(read("out")).isEqualTo("Cpus_allowed_list:\t0\n");
  }

  private void reopen(String cgroupRoot) throws IOException {
    launcher.close();
    launcher =
        new ProcessLauncherFactory()
            .open(
                new LauncherSettings(
                    root.getFileName().toString(),
                    root.resolve("spool").toString(),
                    true,
                    true,
                    true,
                    cgroupRoot));
  }

  /** A node of a number that no driver has, so that the kernel's answer tells who was asked. */
  private String device(String name, int minor) throws IOException, InterruptedException {
    assumeTrue(isRoot(), "only root makes devices");
    String path = work.resolve(name).toString();
    Process process =
        new ProcessBuilder("mknod", "-m", "666", path, "c", "240", "" + minor).start();
    assertThat(process.waitFor()).isZero();
    return path;
  }

  /** The usual place first, which is v1 or v2; then v2 where that is mounted beside v1. */
  @ParameterizedTest
  @ValueSource(strings = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
  void devicesOfOthersAreHeldAwayOrTheNoteSaysWhyNot(String cgroupRoot) throws Exception {
    assumeTrue(Files.isDirectory(Path.of(cgroupRoot)), cgroupRoot + " is not mounted");
    device("own", 0);
    String other = device("other", 1);
    reopen(cgroupRoot);
    OrderBuilder order =
        order(
            script(
                """
                cat own; cat other; sh -c 'echo x > other'
                : > /dev/null && head -c 1 /dev/urandom | wc -c"""));
    order.user = nobody();
    order.containment = new Containment(0, new long[0], "", List.of(other));
    order.run();
    assertThat(read("out")).contains("own: No such device or address").endsWith("1\n");
    if (listener.notes(BATCH).isEmpty()) {
      assertThat(read("out"))
          .contains("other: Operation not permitted")
          .doesNotContain("other: No such device");
    } else {
      assertThat(listener.notes(BATCH)).anyMatch(note -> note.contains("devices are not held"));
    }
  }

  @Test
  void whatIsNoDeviceOrNeededByAllIsNoted() throws IOException {
    Path file = Files.createFile(work.resolve("file"));
    OrderBuilder order = order(script("echo fine > /dev/null && cat file && echo fine"));
    order.containment =
        new Containment(
            0,
            new long[0],
            "",
            List.of(file.toString(), "/dev/null", work.resolve("missing").toString()));
    order.run();
    assertThat(read("out")).isEqualTo("fine\n");
    assertThat(listener.notes(BATCH))
        .hasSize(3)
        .anyMatch(note -> note.contains("file away from other jobs: it is no device"))
        .anyMatch(note -> note.contains("/dev/null away from other jobs: every program needs it"))
        .anyMatch(note -> note.contains("missing away from other jobs: No such file"));
  }

  @Test
  void noCgroupIsLeftBehind() throws IOException {
    OrderBuilder order = order(script("sleep 1000 & exit 0"));
    order.containment = new Containment(64, new long[] {1}, "", List.of("/dev/full"));
    order.run();
    for (String controller : List.of("cpuset", "memory", "devices", "unified", "")) {
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
