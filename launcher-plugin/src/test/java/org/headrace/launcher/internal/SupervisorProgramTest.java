package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.headrace.api.launcher.LauncherSettings;
import org.junit.jupiter.api.Test;

/** The native program by itself, with input that nobody should give it. */
class SupervisorProgramTest extends LauncherHarness {

  private static final String STEPD = System.getProperty(ProcessLauncherFactory.STEPD_PROPERTY);

  private record Run(int exit, String errors) {}

  private Run run(Path dir, byte[] order) throws IOException {
    Path file = Files.write(root.resolve("order"), order);
    return run("--run", dir.toString(), file.toString());
  }

  private static Run run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(STEPD));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.onExit().join().exitValue(), errors);
  }

  private Path stepDir(String name) throws IOException {
    return Files.createDirectory(
        root.resolve("spool/steps").resolve(name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private byte[] goodOrder() throws LaunchRefusedException {
    return OrderEncoder.encode(order(script("echo ran")).build(), settings());
  }

  @Test
  void aGoodOrderFromAFileRuns() throws IOException, LaunchRefusedException {
    Path dir = stepDir("77.-5.0");
    assertThat(run(dir, goodOrder())).isEqualTo(new Run(0, ""));
    assertThat(read("out")).isEqualTo("ran\n");
    assertThat(Files.readString(dir.resolve("result"))).contains("outcome completed", "end\n");
  }

  @Test
  void aStepIsNotRunTwice() throws IOException, LaunchRefusedException {
    Path dir = stepDir("77.-5.0");
    run(dir, goodOrder());
    Files.delete(work.resolve("out"));
    assertThat(run(dir, goodOrder()).exit()).isEqualTo(1);
    assertThat(work.resolve("out")).doesNotExist();
  }

  @Test
  void malformedOrdersEndWithAMessageAndLeaveNothing() throws IOException, LaunchRefusedException {
    byte[] good = goodOrder();
    Path dir = stepDir("77.-5.0");
    for (int length : new int[] {0, 1, 5, 6, 7, good.length / 2, good.length - 1}) {
      Run run = run(dir, Arrays.copyOf(good, length));
      assertThat(run.exit()).isEqualTo(1);
      assertThat(run.errors()).contains("malformed order");
    }
    byte[] huge = good.clone();
    huge[2] = (byte) 0xff;
    assertThat(run(dir, huge).errors()).contains("a field is longer than the order");
    byte[] unknown = good.clone();
    unknown[1] = 99;
    assertThat(run(dir, unknown).errors()).contains("unknown field (field 99)");
    assertThat(work.resolve("out")).doesNotExist();
    assertThat(dir.resolve("pids")).doesNotExist();
    assertThat(dir.resolve("ctl")).doesNotExist();
  }

  @Test
  void damagedOrdersNeverCrashIt() throws IOException, LaunchRefusedException {
    byte[] good = goodOrder();
    Random random = new Random(20240607);
    for (int i = 0; i < 150; i++) {
      byte[] damaged = good.clone();
      for (int j = 0; j <= random.nextInt(4); j++) {
        // Not the script and the paths: those would be a different order, not a damaged one.
        damaged[random.nextInt(80)] = (byte) random.nextInt();
      }
      Path dir = stepDir("9." + i + ".0");
      assertThat(run(dir, damaged).exit()).isIn(0, 1);
    }
    assertThat(supervisors()).isEmpty();
  }

  @Test
  void aForeignOrOpenSpoolDirectoryIsRefused() throws IOException, LaunchRefusedException {
    Path open = Files.createDirectory(root.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(run(open, goodOrder()).errors()).contains("must belong to user", "mode 0700");
    Path link = Files.createSymbolicLink(root.resolve("spool/steps/1.0.0"), stepDir("2.0.0"));
    assertThat(run(link, goodOrder()).errors()).contains("can't open spool directory");
    Files.delete(link);
  }

  @Test
  void wrongUseShowsHelp() throws IOException {
    assertThat(run("--nonsense").exit()).isEqualTo(2);
    assertThat(run("--run", "relative", "x").errors()).contains("absolute path");
    assertThat(run("--spawner", "/nowhere/socket").errors()).contains("can't connect");
  }

  @Test
  void aMissingProgramAndALongSpoolPathAreToldAtOnce() {
    assertThatThrownBy(() -> new ProcessLauncherFactory("/no/stepd", "").open(settings()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not executable at /no/stepd");
    assertThatThrownBy(
            () ->
                new ProcessLauncherFactory()
                    .open(LauncherSettings.of("n", root + "/" + "x".repeat(80))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("at most 70 bytes");
  }
}
