package org.headrace.bench.internal.emulated;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.headrace.api.model.NodeHardware;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Folder;
import org.headrace.bench.internal.Progress;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.Commands;
import org.headrace.bench.internal.cluster.ControllerProcess;
import org.headrace.bench.internal.stat.Stopwatch;
import org.headrace.transport.NodeLinks;

/** A real controller with emulated nodes, in a directory of its own, for as long as it is used. */
public final class EmulatedCluster implements Cluster, AutoCloseable {
  private static final int MAX_JOBS = 2_000_000;
  private static final int MAX_ARRAY = 4_000_001;
  private static final int KEY_BYTES = 64;
  private static final double START_SECONDS = 120;
  private static final double STOCKED_START_SECONDS = 600;
  private static final double SECONDS_PER_NODE = 0.05;
  private static final long POLL_MILLIS = 200;
  private static final String HOST = "127.0.0.1";

  private final Path directory;
  private final Path dist;
  private final NodeShape shape;
  private final String partition;
  private final Commands commands;
  private final Progress progress;
  private final Thread atExit = new Thread(this::end, "end-emulated-cluster");
  private final Ports ports = Ports.free();
  private final String heap;
  private EmulatedNodes nodes;

  private EmulatedCluster(
      Path directory,
      Path dist,
      NodeShape shape,
      String partition,
      String heap,
      Path workingDirectory,
      Progress progress)
      throws IOException {
    this.directory = directory;
    this.heap = heap;
    this.dist = dist;
    this.shape = shape;
    this.partition = partition;
    this.progress = progress;
    commands =
        new Commands(
            dist.resolve("bin"),
            Map.of("SLURM_CONF", conf().toString(), "HEADRACE_SOCKET", door().toString()),
            workingDirectory);
  }

  /**
   * Starts one, and waits until all of its nodes are idle.
   *
   * @param script the {@code headrace} script
   * @param partition name of its only partition
   * @param heap largest heap of the controller, as for {@code -Xmx}
   */
  public static EmulatedCluster start(
      Path script,
      NodeShape shape,
      String partition,
      String heap,
      Path workingDirectory,
      Progress progress)
      throws IOException {
    Path directory = Files.createTempDirectory("headrace-emulated-");
    Path dist = script.toAbsolutePath().getParent().getParent();
    EmulatedCluster cluster =
        new EmulatedCluster(directory, dist, shape, partition, heap, workingDirectory, progress);
    Runtime.getRuntime().addShutdownHook(cluster.atExit);
    progress.tell("starting a controller and " + shape.count() + " emulated nodes in " + directory);
    try {
      cluster.begin();
      return cluster;
    } catch (IOException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private Path conf() {
    return directory.resolve("slurm.conf");
  }

  private Path pidFile() {
    return directory.resolve("state").resolve("karaf").resolve("pid");
  }

  private Path door() {
    return directory.resolve("door.sock");
  }

  private void begin() throws IOException {
    Path key = directory.resolve("headrace.key");
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    byte[] secret = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(secret);
    Files.writeString(key, HexFormat.of().formatHex(secret), StandardCharsets.US_ASCII);
    Files.writeString(conf(), configuration(key), StandardCharsets.UTF_8);
    runController();
    nodes =
        EmulatedNodes.start(
            shape, directory, ports.nodes(), new NodeLinks.Address(HOST, ports.controller()), key);
    awaitNodes();
  }

  /** Lets many more jobs wait, copies of those that do. The controller is another one then. */
  public void stock(int jobs) throws IOException {
    ProcessHandle.of(controllerPid()).ifPresent(ControllerProcess::end);
    Stock.fill(directory.resolve("state"), jobs, progress);
    Stopwatch starting = Stopwatch.start();
    runController();
    while (commands.run("scontrol", "ping").status() != 0) {
      if (starting.seconds() > STOCKED_START_SECONDS) {
        throw new BenchException("no controller after a start; its log ends with: " + logEnd());
      }
    }
    progress.tell(
        "the controller answers %.1f s after its start with these jobs"
            .formatted(starting.seconds()));
  }

  private void runController() {
    Commands.Output output =
        commands.run(
            "env",
            "HEADRACE_SHELL_PORT=" + ports.shell(),
            "HEADRACE_CONTROLLER_HEAP=" + heap,
            dist.resolve("sbin").resolve("slurmctld").toString(),
            "-f",
            conf().toString());
    if (output.status() != 0) {
      throw new BenchException("slurmctld did not start: " + output.err().strip());
    }
  }

  private void awaitNodes() {
    Stopwatch waiting = Stopwatch.start();
    double most = START_SECONDS + SECONDS_PER_NODE * shape.count();
    long idle = 0;
    while (idle < shape.count()) {
      if (waiting.seconds() > most || !ProcessHandle.of(controllerPid()).isPresent()) {
        throw new BenchException(
            "only %d of %d emulated nodes were ready after %.0f s; the controller's log ends with: %s"
                .formatted(idle, shape.count(), waiting.seconds(), logEnd()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted", e);
      }
      Commands.Output said = commands.run("sinfo", "-h", "-t", "idle", "-o", "%D");
      idle = said.status() == 0 ? said.lines().stream().mapToLong(Long::parseLong).sum() : 0;
      progress.step("%d of %d emulated nodes ready".formatted(idle, shape.count()));
    }
    progress.tell("%d emulated nodes ready after %.1f s".formatted(idle, waiting.seconds()));
  }

  private String logEnd() {
    try {
      List<String> lines = Files.readAllLines(directory.resolve("slurmctld.log"));
      return String.join("; ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  private String configuration(Path key) {
    NodeHardware hardware = shape.hardware();
    String user = System.getProperty("user.name");
    List<String> lines =
        new ArrayList<>(
            List.of(
                "ClusterName=emulated",
                "SlurmctldHost=emulated(" + HOST + ")",
                "SlurmctldPort=" + ports.controller(),
                "SlurmUser=" + user,
                "SlurmdUser=" + user,
                "AuthType=auth/key",
                "HeadraceKeyFile=" + key,
                "HeadraceSocket=" + door(),
                "StateSaveLocation=" + directory.resolve("state"),
                "SlurmctldPidFile=" + directory.resolve("slurmctld.pid"),
                "SlurmctldLogFile=" + directory.resolve("slurmctld.log"),
                "SchedulerType=sched/backfill",
                "SelectType=select/cons_tres",
                "SelectTypeParameters=CR_Core_Memory",
                "PriorityType=priority/multifactor",
                "PriorityWeightAge=1000",
                "PriorityWeightJobSize=1000",
                "TopologyPlugin=topology/flat",
                "AccountingStorageType=accounting_storage/sqlite",
                "DefMemPerCPU=100",
                "MaxJobCount=" + MAX_JOBS,
                "MaxArraySize=" + MAX_ARRAY,
                "SlurmdTimeout=0"));
    for (int i = 0; i < shape.count(); i++) {
      lines.add(
          "NodeName=%s NodeAddr=%s Port=%d Sockets=%d CoresPerSocket=%d ThreadsPerCore=%d RealMemory=%d State=UNKNOWN"
              .formatted(
                  shape.name(i),
                  EmulatedNodes.address(i),
                  ports.nodes(),
                  hardware.sockets(),
                  hardware.coresPerSocket(),
                  hardware.threadsPerCore(),
                  hardware.memory()));
    }
    lines.add("PartitionName=" + partition + " Nodes=ALL Default=YES MaxTime=INFINITE State=UP");
    return String.join("\n", lines) + "\n";
  }

  @Override
  public String label() {
    return "headrace";
  }

  @Override
  public String description() {
    return "%s, %d emulated nodes, %d CPUs"
        .formatted(
            commands.need("squeue", "-V").out().strip(),
            shape.count(),
            shape.count() * shape.cpus());
  }

  @Override
  public Commands commands() {
    return commands;
  }

  @Override
  public long controllerPid() {
    Path file = pidFile();
    try {
      return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      throw new BenchException("cannot read the controller's process id from " + file, e);
    }
  }

  @Override
  public List<Long> agentPids() {
    return List.of();
  }

  @Override
  public Optional<Path> socket() {
    return Optional.of(door());
  }

  @Override
  public long roomForJobs() {
    return MAX_JOBS - commands.need("squeue", "-h", "-o", "%i").lines().size();
  }

  @Override
  public long largestArray() {
    return MAX_ARRAY - 1;
  }

  @Override
  public boolean canStartController() {
    return false;
  }

  @Override
  public void startController() {
    throw new BenchException("an emulated cluster's controller is started once");
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // Already on the way out: the hook does the rest.
    }
    end();
  }

  private void end() {
    if (Files.exists(pidFile())) {
      ProcessHandle.of(controllerPid())
          .filter(process -> ControllerProcess.livesIn(directory, process))
          .ifPresent(ControllerProcess::end);
    }
    if (nodes != null) {
      nodes.close();
    }
    try {
      Folder.delete(directory);
    } catch (IOException e) {
      progress.tell("could not delete " + directory + ": " + e.getMessage());
    }
  }
}
