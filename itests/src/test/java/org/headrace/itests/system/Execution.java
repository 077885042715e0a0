package org.headrace.itests.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that has run to its end.
 *
 * @param command the program and its arguments
 * @param status exit status
 * @param output standard output
 * @param errors standard error
 */
record Execution(List<String> command, int status, String output, String errors) {

  /** How to run a program; each method gives a changed copy. */
  record Plan(
      List<String> command,
      Map<String, String> environment,
      Path directory,
      byte[] input,
      Duration limit) {

    Plan in(Path other) {
      return new Plan(command, environment, other, input, limit);
    }

    Plan fed(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return new Plan(command, environment, directory, bytes, limit);
    }

    Plan within(Duration other) {
      return new Plan(command, environment, directory, input, other);
    }

    Plan with(String name, String value) {
      Map<String, String> more = new TreeMap<>(environment);
      more.put(name, value);
      return new Plan(command, more, directory, input, limit);
    }

    /** The same program, started by another one. */
    Plan under(String... wrapper) {
      List<String> all = Stream.concat(Stream.of(wrapper), command.stream()).toList();
      return new Plan(all, environment, directory, input, limit);
    }

    /** Starts it with its output in files, for a program that a test goes on beside. */
    Process start(Path output, Path errors) throws IOException {
      ProcessBuilder builder =
          builder().redirectOutput(output.toFile()).redirectError(errors.toFile());
      return builder.start();
    }

    /** Runs it, and kills it if it takes longer than its limit. */
    Execution run() throws IOException, InterruptedException {
      Path output = Files.createTempFile("execution", ".out");
      Path errors = Files.createTempFile("execution", ".err");
      try {
        Process process = start(output, errors);
        try (OutputStream in = process.getOutputStream()) {
          in.write(input);
        } catch (IOException e) {
          // It ended without reading all of it; its status tells.
          process.isAlive();
        }
        boolean inTime = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        if (!inTime) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly().waitFor();
        }
        Execution done =
            new Execution(
                command, process.exitValue(), Files.readString(output), Files.readString(errors));
        if (!inTime) {
          throw new AssertionError("took longer than " + limit.toSeconds() + " s: " + done);
        }
        return done;
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    }

    private ProcessBuilder builder() {
      ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
      builder.environment().putAll(environment);
      return builder;
    }
  }

  static Plan of(Path directory, Map<String, String> environment, String... command) {
    return new Plan(List.of(command), environment, directory, new byte[0], Duration.ofSeconds(60));
  }

  /** Standard output without the line's end; the program must have succeeded. */
  String text() {
    if (status != 0) {
      throw new AssertionError("failed: " + this);
    }
    return output.stripTrailing();
  }

  /** Lines of standard output; the program must have succeeded. */
  List<String> lines() {
    return text().lines().toList();
  }

  @Override
  public String toString() {
    return String.join(" ", command)
        + "\nexit status "
        + status
        + "\n--- output\n"
        + output
        + "--- errors\n"
        + errors;
  }
}
