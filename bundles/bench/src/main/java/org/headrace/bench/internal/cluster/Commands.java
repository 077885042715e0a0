package org.headrace.bench.internal.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.headrace.bench.internal.BenchException;

/** Runs the user commands of one cluster, each a process of its own. Thread-safe. */
public final class Commands {
  /** The longest that any single command may take. */
  public static final Duration LIMIT = Duration.ofMinutes(5);

  private final Path folder;
  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final Path loop;

  /**
   * @param folder where the commands are
   * @param own variables that point the commands at their cluster
   * @param workingDirectory an existing folder for scripts and output
   */
  public Commands(Path folder, Map<String, String> own, Path workingDirectory) {
    this.folder = folder;
    this.workingDirectory = workingDirectory;
    this.environment = environment(folder, own);
    this.loop = workingDirectory.resolve("loop.sh");
    try (InputStream script = BenchException.class.getResourceAsStream("loop.sh")) {
      Files.copy(script, loop, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BenchException("cannot write " + loop + ": " + e.getMessage(), e);
    }
  }

  /** What a command printed and how it ended. */
  public record Output(int status, String out, String err) {
    public List<String> lines() {
      return out.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
  }

  /** A process whose end nobody has waited for yet. */
  public record Running(Process process, Path out, Path err, List<String> command) {}

  /** The same for all clusters but for what names the cluster. */
  private static Map<String, String> environment(Path folder, Map<String, String> own) {
    Map<String, String> all = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (!name.matches("(SLURM|SBATCH|SQUEUE|SINFO|HEADRACE|PEER)_.*")) {
                all.put(name, value);
              }
            });
    all.put("PATH", folder + ":" + all.getOrDefault("PATH", "/usr/bin:/bin"));
    all.putAll(own);
    return all;
  }

  public Map<String, String> environment() {
    return environment;
  }

  public Path folder() {
    return folder;
  }

  public Path workingDirectory() {
    return workingDirectory;
  }

  /** Runs a command of the cluster; whatever its exit status, it is the caller's matter. */
  public Output run(String... command) {
    return await(start(named(command)));
  }

  /**
   * The same for a command that has to succeed.
   *
   * @throws BenchException with what it said, if its exit status isn't 0
   */
  public Output need(String... command) {
    Output output = run(command);
    if (output.status() != 0) {
      throw failure(List.of(command), output);
    }
    return output;
  }

  /** Runs the command {@code count} times and gives the milliseconds of each run. */
  public List<Double> timed(int count, String... command) {
    return millis(startTimed(count, command));
  }

  /** Starts {@link #timed} without waiting for its end. */
  public Running startTimed(int count, String... command) {
    List<String> all = new ArrayList<>(List.of("bash", loop.toString(), Integer.toString(count)));
    all.addAll(named(command));
    return start(all);
  }

  /** Waits for {@link #startTimed}. */
  public List<Double> millis(Running running) {
    Output output = await(running);
    if (output.status() != 0) {
      throw failure(running.command(), output);
    }
    return output.lines().stream().map(line -> Long.parseLong(line) / 1e3).toList();
  }

  /** Starts any program in the cluster's environment. */
  public Running start(List<String> command) {
    try {
      Path out = Files.createTempFile(workingDirectory, "out", ".txt");
      Path err = Files.createTempFile(workingDirectory, "err", ".txt");
      Process process =
          builder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      process.getOutputStream().close();
      return new Running(process, out, err, command);
    } catch (IOException e) {
      throw new BenchException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  /** A builder for any program in the cluster's environment and the working directory. */
  public ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingDirectory.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder;
  }

  /** Waits for the end of a program. */
  public Output await(Running running) {
    try {
      if (!running.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        running.process().destroyForcibly();
        throw new BenchException(
            String.join(" ", running.command())
                + " did not end within "
                + LIMIT.toSeconds()
                + " s");
      }
      String out = Files.readString(running.out(), StandardCharsets.ISO_8859_1);
      String err = Files.readString(running.err(), StandardCharsets.ISO_8859_1);
      Files.delete(running.out());
      Files.delete(running.err());
      return new Output(running.process().exitValue(), out, err);
    } catch (IOException e) {
      throw new BenchException("cannot read what a command printed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      running.process().destroyForcibly();
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** The command line with its program as a path into the folder of commands. */
  public List<String> named(String... command) {
    List<String> all = new ArrayList<>(List.of(command));
    Path program = folder.resolve(command[0]);
    if (Files.isExecutable(program)) {
      all.set(0, program.toString());
    }
    return all;
  }

  private static BenchException failure(List<String> command, Output output) {
    String said = output.err().isBlank() ? output.out() : output.err();
    return new BenchException(
        "'%s' failed with status %d: %s"
            .formatted(
                String.join(" ", command),
                output.status(),
                said.strip().lines().limit(3).reduce((a, b) -> a + "; " + b).orElse("no message")));
  }
}
