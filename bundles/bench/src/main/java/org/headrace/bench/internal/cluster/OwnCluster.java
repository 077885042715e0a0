package org.headrace.bench.internal.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Folder;
import org.headrace.bench.internal.Progress;

/** A Headrace cluster that lives in a directory of its own for as long as it is measured. */
public final class OwnCluster implements AutoCloseable {
  /** Deep enough for every measure; arrays of 100,000 tasks are beyond Slurm's default of 1,001. */
  private static final List<String> LIMITS = List.of("MaxJobCount=2000000", "MaxArraySize=200001");

  private final Path script;
  private final Path directory;
  private final Progress progress;
  private final Thread atExit = new Thread(this::end, "end-cluster");
  private HeadraceCluster cluster;

  private OwnCluster(Path script, Path directory, Progress progress) {
    this.script = script;
    this.directory = directory;
    this.progress = progress;
  }

  /** Writes a configuration into a directory, and gives its file. */
  @FunctionalInterface
  public interface Configuration {
    Path write(Path directory) throws IOException;
  }

  /** Starts a cluster of so many nodes and waits until they are idle. */
  public static OwnCluster start(Path script, int nodes, Path workingDirectory, Progress progress)
      throws IOException {
    List<String> up = new ArrayList<>(List.of("--nodes", Integer.toString(nodes)));
    LIMITS.forEach(limit -> up.addAll(List.of("--set", limit)));
    return begin(script, directory -> up, workingDirectory, progress);
  }

  /** Starts a cluster with a configuration of its own and waits until its nodes are idle. */
  public static OwnCluster start(
      Path script, Configuration configuration, Path workingDirectory, Progress progress)
      throws IOException {
    return begin(
        script,
        directory -> List.of("--conf", configuration.write(directory).toString()),
        workingDirectory,
        progress);
  }

  @FunctionalInterface
  private interface Start {
    List<String> options(Path directory) throws IOException;
  }

  private static OwnCluster begin(
      Path script, Start start, Path workingDirectory, Progress progress) throws IOException {
    // A socket's path has to be short, so not below a working directory that may be deep.
    Path directory = Files.createTempDirectory("headrace-bench-");
    OwnCluster own = new OwnCluster(script, directory, progress);
    Runtime.getRuntime().addShutdownHook(own.atExit);
    progress.tell("starting a cluster in " + directory);
    try {
      List<String> up = new ArrayList<>(List.of("up"));
      up.addAll(start.options(directory));
      own.call(up);
      own.cluster = HeadraceCluster.in(script, directory, workingDirectory, true);
      return own;
    } catch (IOException | RuntimeException e) {
      own.close();
      throw e;
    }
  }

  public HeadraceCluster cluster() {
    return cluster;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // Already on the way out: the hook does the rest.
      return;
    }
    end();
  }

  private void end() {
    try {
      endRestartedController();
      if (Files.exists(directory.resolve("cluster"))) {
        call(List.of("down", "--purge"));
      }
      Folder.delete(directory);
    } catch (IOException | RuntimeException e) {
      progress.tell("could not end the cluster in " + directory + ": " + e.getMessage());
    }
  }

  /** One that was started after a kill is not in the record that {@code down} works from. */
  private void endRestartedController() {
    if (cluster == null) {
      return;
    }
    ProcessHandle process = ProcessHandle.of(cluster.controllerPid()).orElse(null);
    if (process != null && ControllerProcess.livesIn(directory, process)) {
      ControllerProcess.end(process);
    }
  }

  private void call(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(arguments);
    command.addAll(List.of("--dir", directory.toString()));
    // What the script tells is progress; standard output is for the figures alone.
    Process process =
        new ProcessBuilder(redirected(command))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    try {
      if (process.waitFor() != 0) {
        throw new BenchException(String.join(" ", command) + " failed; its messages are above");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  private static List<String> redirected(List<String> command) {
    List<String> all = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >&2", "sh"));
    all.addAll(command);
    return all;
  }
}
