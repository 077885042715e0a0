package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.junit.jupiter.api.Assumptions;

/** A front door in a folder of its own, and clients for it. */
final class Doors implements AutoCloseable {
  /** The body of a command. */
  interface Body {
    int run(Invocation in) throws Exception;
  }

  final Path folder;
  final Path socket;
  final CommandRegistry commands = new CommandRegistry();
  final FrontDoor door;

  Doors() throws IOException {
    this(0);
  }

  /** With a limit for the request's time, or the usual one for 0. */
  Doors(long helloMillis) throws IOException {
    this(helloMillis, Route.HERE);
  }

  /** With a way to whoever carries the commands out. */
  Doors(long helloMillis, Route route) throws IOException {
    folder = Files.createTempDirectory("door");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    socket = folder.resolve("run/s");
    FrontDoorSettings usual = FrontDoorSettings.at(socket);
    door =
        FrontDoor.open(
            new FrontDoorSettings(
                socket,
                64,
                32,
                helloMillis == 0 ? usual.helloMillis() : helloMillis,
                16 << 20,
                2000,
                2000,
                false),
            commands,
            route);
  }

  UserCommand command(String name, Body body) {
    UserCommand command =
        new UserCommand() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public String summary() {
            return "for a test";
          }

          @Override
          public int run(Invocation invocation) throws Exception {
            return body.run(invocation);
          }
        };
    commands.add(command, 0);
    return command;
  }

  /** The native client as its module built it; skips the test where there was no C compiler. */
  static Path nativeClient() {
    Path built = Path.of("../client/target/native/headrace-client").toAbsolutePath().normalize();
    Assumptions.assumeTrue(Files.isExecutable(built), () -> built + " was not built; needs cc");
    return built;
  }

  static List<String> javaClient() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    return List.of(
        java,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-cp",
        classes,
        "org.headrace.client.Main");
  }

  ProcessBuilder client(List<String> program, String... arguments) {
    List<String> words = new ArrayList<>(program);
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().put("HEADRACE_SOCKET", socket.toString());
    return builder;
  }

  ProcessBuilder nativeCall(String... arguments) throws Exception {
    return client(List.of(nativeClient().toString()), arguments);
  }

  /** What a process left behind. */
  record Result(int code, String out, String err) {}

  static Result run(ProcessBuilder builder, byte[] input) throws Exception {
    Path err = Files.createTempFile("client", ".err");
    Process process = builder.redirectError(err.toFile()).start();
    try {
      Thread feeder = new Thread(() -> feed(process, input));
      feeder.start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new AssertionError("client does not end; so far: " + out);
      }
      feeder.join();
      return new Result(process.exitValue(), out, Files.readString(err));
    } finally {
      process.destroyForcibly();
      Files.delete(err);
    }
  }

  static Result run(ProcessBuilder builder) throws Exception {
    return run(builder, new byte[0]);
  }

  private static void feed(Process process, byte[] input) {
    try (var out = process.getOutputStream()) {
      out.write(input);
    } catch (IOException e) {
      // The client did not want it all.
      return;
    }
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never happened: " + what);
      }
      Thread.onSpinWait();
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    try (var files = Files.walk(folder)) {
      files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
    }
  }
}
