package org.headrace.bench.internal.workloads;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.headrace.bench.internal.emulated.Ports;

/** The configuration of a Headrace that has the same machine as the peer. */
final class OwnSite {
  private static final int KEY_BYTES = 64;

  private OwnSite() {}

  /** Writes it into a directory; gives the file. */
  static Path write(Path directory) throws IOException {
    Path key = directory.resolve("headrace.key");
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    byte[] secret = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(secret);
    Files.writeString(key, HexFormat.of().formatHex(secret), StandardCharsets.US_ASCII);
    List<String> devices = new ArrayList<>();
    for (int gpu = 0; gpu < Site.GPUS; gpu++) {
      devices.add(Files.createFile(directory.resolve("gpu" + gpu)).toString());
    }
    Files.writeString(
        directory.resolve("gres.conf"),
        "NodeName=n[1-%d] Name=gpu File=%s\n".formatted(Site.NODES, String.join(",", devices)));
    // One switch for all, as the peer has.
    Files.writeString(
        directory.resolve("topology.conf"),
        "SwitchName=sn Nodes=n[1-%d]\nSwitchName=top Switches=sn\n".formatted(Site.NODES));
    Path conf = directory.resolve("slurm.conf");
    Files.write(conf, lines(directory, key, Ports.free()));
    return conf;
  }

  private static List<String> lines(Path directory, Path key, Ports ports) {
    String user = System.getProperty("user.name");
    List<String> lines =
        new ArrayList<>(
            List.of(
                "ClusterName=workloads",
                "SlurmctldHost=workloads(127.0.0.1)",
                "SlurmctldPort=" + ports.controller(),
                "SlurmUser=" + user,
                "SlurmdUser=" + user,
                "AuthType=auth/key",
                "HeadraceKeyFile=" + key,
                "HeadraceSocket=" + directory.resolve("door.sock"),
                "StateSaveLocation=" + directory.resolve("state"),
                "SlurmdSpoolDir=" + directory.resolve("spool") + "/%n",
                "SlurmctldPidFile=" + directory.resolve("slurmctld.pid"),
                "SlurmdPidFile=" + directory.resolve("slurmd-%n.pid"),
                "SlurmctldLogFile=" + directory.resolve("slurmctld.log"),
                "SlurmdLogFile=" + directory.resolve("slurmd-%n.log"),
                "SlurmdParameters=config_overrides",
                "ProctrackType=proctrack/linuxproc",
                "TaskPlugin=task/none",
                "SchedulerType=sched/backfill",
                "SelectType=select/cons_tres",
                "SelectTypeParameters=CR_Core_Memory",
                "PriorityType=priority/multifactor",
                "TopologyPlugin=topology/tree",
                "GresTypes=gpu",
                "AccountingStorageType=accounting_storage/sqlite",
                "AccountingStorageTRES=gres/gpu",
                "ReturnToService=2",
                "KillWait=5",
                "MinJobAge=300",
                "MaxArraySize=200001",
                "DefMemPerCPU=100"));
    lines.addAll(Site.LINES);
    for (int node = 1; node <= Site.NODES; node++) {
      lines.add(
          "NodeName=n%d NodeHostname=%s NodeAddr=127.0.0.1 Port=%d CPUs=%d Boards=1 SocketsPerBoard=2 CoresPerSocket=%d ThreadsPerCore=1 RealMemory=%d Gres=gpu:%d State=UNKNOWN"
              .formatted(
                  node,
                  "workloads",
                  ports.agent(node),
                  Site.CPUS,
                  Site.CPUS / 2,
                  Site.MEMORY,
                  Site.GPUS));
    }
    lines.add("PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP");
    return lines;
  }
}
