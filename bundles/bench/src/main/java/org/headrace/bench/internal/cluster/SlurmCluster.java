package org.headrace.bench.internal.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.headrace.bench.internal.BenchException;

/** The real Slurm, running already, known by its commands and its configuration. */
public final class SlurmCluster implements Cluster {
  private final Commands commands;
  private final String pidFile;
  private final String startCommand;
  private final String description;
  private final Map<String, String> configuration;

  /**
   * @param folder folder of its commands
   * @param conf its slurm.conf
   * @param pidFile file whose first word is the controller's process id; empty for the configured
   * @param startCommand shell command that starts the controller again, or empty
   * @param workingDirectory where commands run
   */
  public SlurmCluster(
      Path folder, Path conf, String pidFile, String startCommand, Path workingDirectory) {
    if (!Files.isReadable(conf)) {
      throw new BenchException("cannot read the peer's configuration " + conf);
    }
    if (!Files.isExecutable(folder.resolve("sbatch"))) {
      throw new BenchException("the peer's folder " + folder + " has no sbatch");
    }
    this.commands = new Commands(folder, Map.of("SLURM_CONF", conf.toString()), workingDirectory);
    this.configuration = Questions.configuration(commands);
    this.pidFile = pidFile.isEmpty() ? configuration.get("slurmctldpidfile") : pidFile;
    this.startCommand = startCommand;
    this.description = Questions.description(commands);
  }

  @Override
  public String label() {
    return "slurm";
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public Commands commands() {
    return commands;
  }

  @Override
  public long controllerPid() {
    return pid(Path.of(pidFile));
  }

  @Override
  public List<Long> agentPids() {
    String pattern = configuration.getOrDefault("slurmdpidfile", "");
    List<Long> pids = new ArrayList<>();
    for (String node : commands.need("sinfo", "-h", "-N", "-o", "%N").lines()) {
      Path file = Path.of(pattern.replace("%n", node).replace("%h", node));
      if (Files.isReadable(file) && !pids.contains(pid(file))) {
        pids.add(pid(file));
      }
    }
    return pids;
  }

  private static long pid(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      return Long.parseLong(text.split("\\s", 2)[0]);
    } catch (IOException | NumberFormatException e) {
      throw new BenchException(
          "cannot read a process id from " + file + "; --peer-pid-file names another", e);
    }
  }

  @Override
  public Optional<Path> socket() {
    return Optional.empty();
  }

  @Override
  public long roomForJobs() {
    return Questions.number(configuration, "MaxJobCount") - Questions.jobs(commands);
  }

  @Override
  public long largestArray() {
    return Questions.number(configuration, "MaxArraySize") - 1;
  }

  @Override
  public boolean canStartController() {
    return !startCommand.isEmpty();
  }

  @Override
  public void startController() {
    commands.start(List.of("sh", "-c", startCommand));
  }
}
