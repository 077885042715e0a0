package org.headrace.bench.internal.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.headrace.bench.internal.BenchException;

/** A cluster that {@code headrace up} has started. */
public final class HeadraceCluster implements Cluster {
  private final Path script;
  private final Path directory;
  private final Commands commands;
  private final ClusterStatus status;
  private final boolean disposable;
  private final String description;

  private HeadraceCluster(
      Path script, Path directory, Commands commands, ClusterStatus status, boolean disposable) {
    this.script = script;
    this.directory = directory;
    this.commands = commands;
    this.status = status;
    this.disposable = disposable;
    this.description = Questions.description(commands);
  }

  /**
   * The cluster in a directory.
   *
   * @param script the {@code headrace} script
   * @param workingDirectory where commands run
   * @param disposable whether its controller may be killed
   */
  public static HeadraceCluster in(
      Path script, Path directory, Path workingDirectory, boolean disposable) {
    ClusterStatus status = ClusterStatus.ask(script, directory);
    if (!status.allRun()) {
      throw new BenchException(
          "not all daemons of the cluster in %s run; '%s status --dir %s' shows which"
              .formatted(directory, script, directory));
    }
    Commands commands =
        new Commands(
            folder(directory),
            Map.of("SLURM_CONF", status.conf(), "HEADRACE_SOCKET", status.socket()),
            workingDirectory);
    return new HeadraceCluster(script, directory, commands, status, disposable);
  }

  private static Path folder(Path directory) {
    try {
      return Files.readAllLines(directory.resolve("cluster"), StandardCharsets.UTF_8).stream()
          .filter(line -> line.startsWith("dist="))
          .map(line -> Path.of(line.substring("dist=".length()), "bin"))
          .findFirst()
          .orElseThrow(() -> new BenchException(directory + "/cluster has no line dist="));
    } catch (IOException e) {
      throw new BenchException("cannot read " + directory + "/cluster: " + e.getMessage(), e);
    }
  }

  @Override
  public String label() {
    return "headrace";
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Commands commands() {
    return commands;
  }

  /** The state directory knows the process, whoever has started it. */
  @Override
  public long controllerPid() {
    Path file = Path.of(status.controller().directory(), "karaf", "pid");
    try {
      return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      throw new BenchException("cannot read the controller's process id from " + file, e);
    }
  }

  @Override
  public List<Long> agentPids() {
    return status.agents().stream().map(ClusterStatus.Daemon::pid).toList();
  }

  @Override
  public Optional<Path> socket() {
    return Optional.of(Path.of(status.socket()));
  }

  @Override
  public long roomForJobs() {
    return Questions.number(Questions.configuration(commands), "MaxJobCount")
        - Questions.jobs(commands);
  }

  @Override
  public long largestArray() {
    return Questions.number(Questions.configuration(commands), "MaxArraySize") - 1;
  }

  @Override
  public boolean canStartController() {
    return disposable;
  }

  @Override
  public void startController() {
    Path daemon = commands.folder().resolveSibling("sbin").resolve("slurmctld");
    commands.start(List.of(daemon.toString(), "-f", status.conf()));
  }

  @Override
  public String toString() {
    return script + " --dir " + directory;
  }
}
