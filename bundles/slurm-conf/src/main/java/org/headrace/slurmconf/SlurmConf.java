package org.headrace.slurmconf;

import java.nio.file.Path;
import java.util.Map;
import org.headrace.slurmconf.internal.ConfigurationReader;

/**
 * Reads a slurm.conf, and gres.conf, topology.yaml or topology.conf, and cgroup.conf beside it. All
 * mistakes of all files are found in one pass, and one mistake refuses the whole. Stateless.
 */
public final class SlurmConf {
  /** Where the file is when nothing else says so. */
  public static final Path DEFAULT_PATH = Path.of("/etc/slurm/slurm.conf");

  /** The variable that names the file. */
  public static final String VARIABLE = "SLURM_CONF";

  private SlurmConf() {}

  /** The file that an environment means. */
  public static Path locate(Map<String, String> environment) {
    String named = environment.get(VARIABLE);
    return named == null || named.isEmpty() ? DEFAULT_PATH : Path.of(named);
  }

  /**
   * Reads a file and those beside it.
   *
   * @param hostName this host's short name, for {@code Include node_%h.conf}
   */
  public static ConfigurationResult load(Path file, String hostName) {
    return new ConfigurationReader(hostName).read(file);
  }

  /**
   * Reads a file and those beside it as if it had other settings.
   *
   * @param hostName this host's short name, for {@code Include node_%h.conf}
   * @param changes cluster-level settings by key, in place of the file's; a key that there isn't is
   *     a mistake, as nobody has written it for another release
   * @param name how messages call where the changes come from
   */
  public static ConfigurationResult load(
      Path file, String hostName, Map<String, String> changes, String name) {
    return new ConfigurationReader(hostName).read(file, changes, name);
  }

  /**
   * Reads a text with no files beside it.
   *
   * @param name how messages call it
   */
  public static ConfigurationResult parse(String text, String name) {
    return new ConfigurationReader("localhost").read(text, name);
  }
}
