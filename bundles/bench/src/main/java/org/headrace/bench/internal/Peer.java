package org.headrace.bench.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.headrace.bench.internal.cluster.SlurmCluster;

/** Finds the real Slurm that the caller has pointed us at. */
final class Peer {
  private Peer() {}

  /**
   * @param environment of the caller, in which {@code HEADRACE_CALLER_PATH} and {@code
   *     HEADRACE_CALLER_SLURM_CONF} are what PATH and SLURM_CONF were before the script changed
   *     them
   */
  static SlurmCluster find(
      Options options, Map<String, String> environment, Path workingDirectory) {
    String conf =
        first(
            options.peerConf(),
            environment.get("PEER_SLURM_CONF"),
            environment.get("HEADRACE_CALLER_SLURM_CONF"));
    if (conf.isEmpty()) {
      throw new BenchException(
          "--peer needs a running Slurm: its slurm.conf by --peer-conf, PEER_SLURM_CONF or"
              + " SLURM_CONF");
    }
    String folder = first(options.peerBin(), environment.get("PEER_BIN"));
    String path =
        first(environment.get("HEADRACE_CALLER_PATH"), environment.getOrDefault("PATH", ""));
    return new SlurmCluster(
        folder.isEmpty() ? search(path) : Path.of(folder),
        Path.of(conf).toAbsolutePath(),
        first(options.peerPidFile(), environment.get("PEER_SLURMCTLD_PIDFILE")),
        first(options.peerStart(), environment.get("PEER_START")),
        workingDirectory);
  }

  /** The first folder of a PATH whose squeue isn't ours. */
  static Path search(String path) {
    for (String folder : path.split(":")) {
      Path found = Path.of(folder, "squeue");
      if (Files.isExecutable(found)
          && Files.isExecutable(Path.of(folder, "sbatch"))
          && !Files.isExecutable(Path.of(folder, "headrace-client"))) {
        return Path.of(folder);
      }
    }
    throw new BenchException(
        "--peer found no Slurm commands in PATH; --peer-bin DIR says where they are");
  }

  private static String first(String... texts) {
    for (String text : texts) {
      if (text != null && !text.isEmpty()) {
        return text;
      }
    }
    return "";
  }
}
