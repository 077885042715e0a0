package org.headrace.itests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.headrace.testkit.Ports;

/** The configuration of a small cluster on this machine, in a directory of its own. */
final class Site {
  static final int CPUS = 32;
  static final int MEMORY = 64_000;

  private final Path directory;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, Integer> nodes = new LinkedHashMap<>();
  private final int port;

  Site(Path directory, int nodeCount) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
    port = Ports.free();
    for (int i = 1; i <= nodeCount; i++) {
      nodes.put("n" + i, Ports.free());
    }
    settings.put("ClusterName", "itest");
    settings.put("SlurmctldHost", "localhost(127.0.0.1)");
    settings.put("SlurmctldPort", Integer.toString(port));
    settings.put("SlurmUser", System.getProperty("user.name"));
    settings.put("AuthType", "auth/key");
    settings.put("HeadraceKeyFile", directory.resolve("key").toString());
    settings.put("HeadraceSocket", socket().toString());
    settings.put("StateSaveLocation", directory.resolve("state").toString());
    settings.put("SlurmdSpoolDir", directory.resolve("spool-%n").toString());
    settings.put("SlurmctldLogFile", log().toString());
    settings.put("SlurmctldPidFile", directory.resolve("slurmctld.pid").toString());
    settings.put("SlurmdTimeout", "600");
    settings.put("ReturnToService", "2");
    settings.put("MinJobAge", "3600");
    settings.put("MaxJobCount", "200000");
    settings.put("SelectType", "select/cons_tres");
    settings.put("SelectTypeParameters", "CR_Core_Memory");
    settings.put("SchedulerType", "sched/backfill");
  }

  Site with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Writes slurm.conf; a running controller takes it over by {@code scontrol reconfigure}. */
  Site write() throws IOException {
    StringBuilder lines = new StringBuilder();
    settings.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
    nodes.forEach(
        (name, nodePort) ->
            lines.append(
                "NodeName=%s NodeAddr=127.0.0.1 Port=%d CPUs=%d CoresPerSocket=%d RealMemory=%d\n"
                    .formatted(name, nodePort, CPUS, CPUS, MEMORY)));
    lines.append("PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n");
    Files.writeString(configuration(), lines);
    return this;
  }

  Path directory() {
    return directory;
  }

  Path configuration() {
    return directory.resolve("slurm.conf");
  }

  Path socket() {
    return directory.resolve("sock");
  }

  Path log() {
    return directory.resolve("slurmctld.log");
  }

  Map<String, String> settings() {
    return settings;
  }

  Map<String, Integer> nodes() {
    return nodes;
  }

  int port() {
    return port;
  }
}
