package org.headrace.accounting.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.headrace.testkit.Ports;

/**
 * A private database server: its own directory and port on loopback, run by an unprivileged user
 * even when the tests are run by root. The driver's user is {@code headrace}, as is the database.
 */
abstract class DatabaseServer implements AutoCloseable {
  /** Holds what could be mistaken for syntax in a URL or in SQL. */
  static final String PASSWORD = "p&w'=?\"%41;@:/";

  private static final String NOBODY = "65534";
  private static final long START_SECONDS = 60;

  private final Path directory;
  private final int port;
  private Process process;

  DatabaseServer() throws IOException {
    directory = Files.createTempDirectory("headrace-db");
    port = Ports.free();
  }

  Path directory() {
    return directory;
  }

  int port() {
    return port;
  }

  /** The server's command line. */
  abstract List<String> command();

  /** True when the server takes connections. */
  abstract boolean answers();

  /** First of the places where the program is; empty when it isn't installed. */
  static Optional<Path> program(String name, String... places) {
    List<Path> all = new ArrayList<>();
    for (String place : places) {
      all.add(Path.of(place, name));
    }
    for (String place : System.getenv("PATH").split(File.pathSeparator)) {
      all.add(Path.of(place, name));
    }
    return all.stream().filter(Files::isExecutable).findFirst();
  }

  /** Gives the directory to the user that the server runs as. */
  void handOver() throws IOException {
    if (isRoot()) {
      run(List.of("chown", "-R", NOBODY + ":" + NOBODY, directory.toString()));
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static List<String> unprivileged(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (isRoot()) {
      whole.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    }
    whole.addAll(command);
    return whole;
  }

  /** Runs a program to its end as the server's user. */
  void runUnprivileged(List<String> command) throws IOException {
    run(unprivileged(command));
  }

  private void run(List<String> command) throws IOException {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    Process started = builder(command, log).start();
    try {
      if (!started.waitFor(START_SECONDS, TimeUnit.SECONDS) || started.exitValue() != 0) {
        throw new IOException(command + " failed: " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private ProcessBuilder builder(List<String> command, Path log) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.environment().put("HOME", directory.toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder;
  }

  /** Starts the server, and waits until it answers; tries again while an old one still ends. */
  void start() throws IOException {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (process == null || !answers()) {
      if (process == null || !process.isAlive()) {
        process = builder(unprivileged(command()), log).start();
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the server doesn't answer: " + Files.readString(log));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  /** {@code kill -9} for the server and all its processes. */
  void kill() throws InterruptedException {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
    all.forEach(each -> each.onExit().join());
  }

  @Override
  public void close() throws Exception {
    if (process != null) {
      kill();
    }
    Files.deleteIfExists(directory.resolveSibling(directory.getFileName() + ".log"));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
