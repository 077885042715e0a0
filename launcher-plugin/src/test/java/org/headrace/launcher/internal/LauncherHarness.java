package org.headrace.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.headrace.api.launcher.Containment;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.LaunchOptions;
import org.headrace.api.launcher.LaunchOrder;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.LauncherSettings;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.api.launcher.Program;
import org.headrace.api.launcher.ResourceLimit;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.headrace.api.launcher.UserIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A launcher over a spool of its own, and orders with sensible defaults. */
abstract class LauncherHarness {

  static final int NOBODY = 65534;
  static final StepKey BATCH = StepKey.batch(77);

  Path root;
  Path work;
  Launcher launcher;
  RecordingListener listener;

  @BeforeEach
  void openLauncher() throws IOException {
    root = Files.createTempDirectory("hrl");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    work = Files.createDirectory(root.resolve("work"));
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    listener = new RecordingListener();
    launcher = open();
  }

  Launcher open() throws IOException {
    return new ProcessLauncherFactory().open(settings());
  }

  LauncherSettings settings() {
    return new LauncherSettings("node1", root.resolve("spool").toString(), false, false, false, "");
  }

  @AfterEach
  void closeLauncher() throws IOException {
    for (Spool.Entry entry : entries()) {
      launcher.signal(entry.key(), 9, SignalScope.ALL_PROCESSES);
    }
    listener.await("end of every supervisor", () -> supervisors().isEmpty());
    launcher.close();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private List<Spool.Entry> entries() throws IOException {
    List<Spool.Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> dirs = Files.newDirectoryStream(root.resolve("spool/steps"))) {
      for (Path dir : dirs) {
        String[] words = dir.getFileName().toString().split("\\.");
        if (words.length == 3) {
          StepKey key = new StepKey(Long.parseLong(words[0]), Integer.parseInt(words[1]));
          entries.add(new Spool.Entry(key, Integer.parseInt(words[2]), dir));
        }
      }
    }
    return entries;
  }

  /** Supervisors of this spool that still live: each recorded its process. */
  List<Long> supervisors() {
    List<Long> alive = new ArrayList<>();
    try {
      for (Spool.Entry entry : entries()) {
        Path pids = entry.dir().resolve("pids");
        if (Files.exists(pids)) {
          for (String line : Files.readAllLines(pids)) {
            String[] words = line.split(" ");
            if (words[0].equals("supervisor") && isAlive(Long.parseLong(words[1]))) {
              alive.add(Long.parseLong(words[1]));
            }
          }
        }
      }
    } catch (IOException e) {
      return alive;
    }
    return alive;
  }

  /** Whether a process exists and is not a zombie. */
  static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  static int uid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static int gid() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static boolean isRoot() {
    return uid() == 0;
  }

  static UserIdentity self() {
    return new UserIdentity(uid(), gid(), List.of(gid()), "self");
  }

  static UserIdentity nobody() {
    return new UserIdentity(NOBODY, NOBODY, List.of(NOBODY), "nobody");
  }

  IoTarget file(String name) {
    return new IoTarget.FilePath(work.resolve(name).toString());
  }

  String read(String name) throws IOException {
    return Files.readString(work.resolve(name));
  }

  static Program script(String text, String... arguments) {
    return new Program.Script(
        ("#!/bin/sh\n" + text + "\n").getBytes(StandardCharsets.UTF_8), List.of(arguments));
  }

  static Program command(String... argv) {
    return new Program.Command(List.of(argv));
  }

  static TaskOrder task(int rank, IoTarget out) {
    return new TaskOrder(
        rank,
        rank,
        Map.of(),
        new long[0],
        new IoTarget.Null(),
        out,
        new IoTarget.SameAsOutput(),
        List.of());
  }

  static TaskOrder streaming(int rank) {
    return new TaskOrder(
        rank,
        rank,
        Map.of("RANK", "" + rank),
        new long[0],
        new IoTarget.Stream(),
        new IoTarget.Stream(),
        new IoTarget.Stream(),
        List.of());
  }

  OrderBuilder order(Program program) {
    return new OrderBuilder(program);
  }

  static void assertEmptyOrAbsent(Path dir) throws IOException {
    if (Files.exists(dir)) {
      try (Stream<Path> files = Files.list(dir)) {
        assertThat(files.toList()).isEmpty();
      }
    }
  }

  /** An order of the current user in the work directory, output to the file {@code out}. */
  final class OrderBuilder {
    StepKey key = BATCH;
    int attempt;
    UserIdentity user = self();
    String workDir = work.toString();
    int umask = 022;
    List<ResourceLimit> limits = List.of();
    Map<String, String> environment =
        new LinkedHashMap<>(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin"));
    Program program;
    List<TaskOrder> tasks = List.of(task(0, file("out")));
    Containment containment = Containment.none();
    LaunchOptions options = LaunchOptions.defaults();
    ParallelWorld world = ParallelWorld.NONE;

    OrderBuilder(Program program) {
      this.program = program;
    }

    OrderBuilder env(String name, String value) {
      environment.put(name, value);
      return this;
    }

    OrderBuilder key(long job, int step) {
      key = new StepKey(job, step);
      return this;
    }

    OrderBuilder tasks(TaskOrder... orders) {
      tasks = List.of(orders);
      return this;
    }

    LaunchOrder build() {
      return new LaunchOrder(
          key,
          attempt,
          "node1",
          user,
          workDir,
          umask,
          limits,
          environment,
          program,
          tasks,
          containment,
          options,
          world);
    }

    /** Launches and waits for the end. */
    StepResult run() {
      launcher.launch(build(), listener);
      return listener.awaitEnded(key);
    }

    OrderBuilder launch() {
      launcher.launch(build(), listener);
      return this;
    }
  }
}
