package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can't work is refused with a message that says where and why, and what runs goes on. */
class RefusalsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.ONE_NODE;

  private ProcessHandle running;

  /** A file system of a few MiB, where root may mount one; elsewhere the test is skipped. */
  private record SmallDisk(Path path) implements AutoCloseable {
    SmallDisk(String name, int mebibytes) throws Exception {
      this(Files.createDirectories(CLUSTER.directory().resolve(name)));
      String size = "size=" + mebibytes + "m";
      Execution mount =
          Execution.of(path, Map.of(), "mount", "-t", "tmpfs", "-o", size, "tmpfs", "" + path)
              .in(CLUSTER.work())
              .run();
      assumeTrue(mount.status() == 0, "a file system can't be mounted here: " + mount.errors());
    }

    /** Leaves room for what is written anyway, but not for more jobs. */
    void fill() throws Exception {
      CLUSTER
          .shell(
              "head -c $(($(df -B1 --output=avail "
                  + path
                  + " | tail -1) - 50000000))"
                  + " /dev/zero >"
                  + path
                  + "/filler")
          .run()
          .text();
    }

    void empty() throws IOException {
      Files.delete(path.resolve("filler"));
    }

    @Override
    public void close() throws Exception {
      Execution.of(CLUSTER.work(), Map.of(), "umount", "-l", path.toString()).run().text();
    }
  }

  @Test
  void brokenConfigurationNamesFileAndLine() throws Exception {
    Path conf = copyOfConfiguration("broken");
    List<String> lines = Files.readAllLines(conf);
    Files.write(conf, List.of("SlurmdTimeout=soon"), StandardOpenOption.APPEND);
    Execution refused = foreground(conf);
    assertThat(refused.status()).as("%s", refused).isNotZero();
    assertThat(refused.output() + refused.errors())
        .contains(conf + ":" + (lines.size() + 1))
        .contains("SlurmdTimeout");
  }

  @Test
  void missingConfigurationIsNamed() throws Exception {
    Path conf = CLUSTER.directory().resolve("no/such.conf");
    Execution refused = foreground(conf);
    assertThat(refused.status()).isNotZero();
    assertThat(refused.errors()).contains(conf.toString());
    Execution node = CLUSTER.daemonCommand("slurmd", "-D", "-N", "n1", "-f", conf.toString()).run();
    assertThat(node.status()).isNotZero();
    assertThat(node.errors()).contains(conf.toString());
  }

  @Test
  void aNodeThatIsNotConfiguredIsNamedAndNothingElseSaid() throws Exception {
    String conf = CLUSTER.configuration().toString();
    Execution node = CLUSTER.daemonCommand("slurmd", "-D", "-N", "nope", "-f", conf).run();
    assertThat(node.status()).isNotZero();
    assertThat(node.errors()).contains("nope").doesNotContain("\tat ");
  }

  @Test
  void configurationThatIsNoTextIsRefusedByBothDaemons() throws Exception {
    Path folder = Files.createDirectories(CLUSTER.directory().resolve("folder.conf"));
    Path binary = Files.write(CLUSTER.directory().resolve("binary.conf"), new byte[] {'#', 0});
    for (Path conf : List.of(folder, binary)) {
      Execution controller = foreground(conf);
      Execution node =
          CLUSTER.daemonCommand("slurmd", "-D", "-N", "n1", "-f", conf.toString()).run();
      for (Execution refused : List.of(controller, node)) {
        assertThat(refused.status()).as("%s", refused).isEqualTo(1);
        assertThat(refused.errors())
            .contains("cannot read " + conf)
            .contains(conf == folder ? "not a plain file" : "not text");
      }
    }
  }

  @Test
  void secondDaemonsOnOneDirectoryAreRefused() throws Exception {
    Execution controller = foreground(CLUSTER.configuration());
    assertThat(controller.status()).isNotZero();
    assertThat(controller.errors())
        .contains("another slurmctld")
        .contains(CLUSTER.directory().resolve("state").toString());
    Execution node =
        CLUSTER
            .daemonCommand("slurmd", "-D", "-N", "n1", "-f", CLUSTER.configuration().toString())
            .run();
    assertThat(node.status()).isNotZero();
    assertThat(node.errors()).contains("another slurmd");
    assertThat(CLUSTER.command("scontrol", "ping").run().text()).contains("is UP");
  }

  @Test
  void aControllerAtTheSocketOfAnotherIsRefused() throws Exception {
    Path conf = copyOfConfiguration("door");
    replace(conf, "HeadraceSocket=.*", "HeadraceSocket=" + CLUSTER.socket());
    Execution background = CLUSTER.daemonCommand("slurmctld", "-c", "-f", conf.toString()).run();
    for (Execution refused : List.of(background, foreground(conf))) {
      assertThat(refused.status()).as("%s", refused).isEqualTo(1);
      assertThat(refused.errors())
          .contains("another controller (pid " + CLUSTER.daemon("slurmctld").process().pid())
          .contains("in " + CLUSTER.daemon("slurmctld").place())
          .contains("set HeadraceSocket in " + conf);
    }
    assertThat(CLUSTER.command("scontrol", "ping").run().text()).contains("is UP");
  }

  /** What the script can't see, the controller finds when it opens its door. */
  @Test
  void aControllerWhoseSocketSomethingElseServesEnds() throws Exception {
    Path conf = copyOfConfiguration("taken");
    replace(conf, "SlurmctldPort=\\d+", "SlurmctldPort=" + Ports.free());
    Path path = conf.resolveSibling("socket");
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path));
      Execution refused = foreground(conf);
      assertThat(refused.status()).as("%s", refused).isEqualTo(1);
      assertThat(refused.errors())
          .contains("fatal: user commands can't be served: socket " + path + " is in use");
    }
  }

  @Test
  void takenPortIsNamed() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
      Path conf = copyOfConfiguration("port");
      int port = socket.getLocalPort();
      replace(conf, "SlurmctldPort=.*", "SlurmctldPort=" + port);
      Execution refused = foreground(conf);
      assertThat(refused.status()).as("%s", refused).isNotZero();
      assertThat(refused.output() + refused.errors()).contains(Integer.toString(port));
    }
  }

  @Test
  void stateOnATooSmallDiskIsRefused() throws Exception {
    try (SmallDisk disk = new SmallDisk("tiny", 16)) {
      Path conf = copyOfConfiguration("tiny-conf");
      replace(conf, "StateSaveLocation=.*", "StateSaveLocation=" + disk.path().resolve("state"));
      Execution refused = foreground(conf);
      assertThat(refused.status()).as("%s", refused).isNotZero();
      assertThat(refused.errors()).contains(disk.path().toString()).contains("is full");
    }
  }

  @Test
  void aDiskThatFillsUpStopsSubmissionsAndNothingElse() throws Exception {
    try (SmallDisk disk = new SmallDisk("small", 400)) {
      Path conf = copyOfConfiguration("small-conf");
      replace(conf, "StateSaveLocation=.*", "StateSaveLocation=" + disk.path().resolve("state"));
      replace(conf, "SlurmctldPort=\\d+", "SlurmctldPort=" + Ports.free());
      start(conf);
      String job = to(conf, "sbatch", "--parsable", "--wrap", "true").text();
      disk.fill();
      List<String> known = new ArrayList<>(List.of(job));
      Execution refused =
          Patience.value(
              "refusal on a full disk",
              Patience.USUAL,
              () -> {
                Execution done = to(conf, "sbatch", "--parsable", "--wrap", "true");
                if (done.status() == 0) {
                  known.add(done.text());
                }
                return done.status() == 0 ? null : done;
              },
              () -> to(conf, "squeue").toString());
      assertThat(refused.errors()).contains("is full").contains(disk.path().toString());
      assertThat(to(conf, "squeue", "-h", "-o", "%i").lines()).hasSameElementsAs(known);
      running.destroyForcibly();
      running.onExit().get();
      assertThat(foreground(conf).errors()).contains("is full");
      disk.empty();
      start(conf);
      assertThat(to(conf, "squeue", "-h", "-o", "%i").lines()).hasSameElementsAs(known);
      String next = to(conf, "sbatch", "--parsable", "--wrap", "true").text();
      assertThat(known).doesNotContain(next);
    } finally {
      if (running != null) {
        running.destroyForcibly();
        running.onExit().get();
      }
    }
  }

  /** A controller beside that of the cluster, with the state that it had before, if any. */
  private void start(Path conf) throws Exception {
    CLUSTER.daemonCommand("slurmctld", "-f", conf.toString()).run().text();
    String pid = Files.readString(conf.resolveSibling("pid")).strip();
    running = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    Patience.until(
        "second controller",
        Patience.LONG,
        () -> to(conf, "scontrol", "ping").output().contains("is UP"),
        () -> Files.readString(conf.resolveSibling("log")));
  }

  private static Execution to(Path conf, String command, String... arguments) throws Exception {
    return CLUSTER
        .command(command, arguments)
        .with("SLURM_CONF", conf.toString())
        .with("HEADRACE_SOCKET", conf.resolveSibling("socket").toString())
        .run();
  }

  /** It would answer for the one that is started here. */
  @Test
  void upAtTheSocketOfAnotherClusterIsRefused() throws Exception {
    Path conf = copyOfConfiguration("neighbour");
    replace(conf, "HeadraceSocket=.*", "HeadraceSocket=" + CLUSTER.socket());
    String place = conf.resolveSibling("cluster").toString();
    Execution refused =
        CLUSTER.command("headrace", "up", "--conf", conf.toString(), "--dir", place).run();
    assertThat(refused.status()).as("%s", refused).isEqualTo(1);
    assertThat(refused.errors())
        .contains("another cluster is at the socket " + CLUSTER.socket())
        .contains("in " + CLUSTER.daemon("slurmctld").place())
        .contains(conf.toString());
  }

  @Test
  void serviceWithoutAHomeCanAskForTheStatus() throws Exception {
    Execution status =
        CLUSTER
            .command("headrace", "status", "--dir", CLUSTER.directory().toString())
            .under("env", "-u", "HOME", "-u", "XDG_STATE_HOME")
            .run();
    assertThat(status.status()).as("%s", status).isZero();
    assertThat(status.output()).contains("running");
  }

  @Test
  void reconfigureRefusesABrokenFileWholeAndAppliesARightOne() throws Exception {
    String job =
        CLUSTER.submit("until [ -e refuse-go ]; do sleep 0.1; done; exit 8", "-o", "/dev/null");
    CLUSTER.awaitState(job, "RUNNING");
    List<String> before = Files.readAllLines(CLUSTER.configuration());
    CLUSTER.configure("PartitionName=second Nodes=n1", "PartitionName=third Nodes=n[7-9]");
    Execution refused = CLUSTER.command("scontrol", "reconfigure").run();
    assertThat(refused.status()).as("%s", refused).isNotZero();
    assertThat(refused.errors()).contains("slurm.conf:" + (before.size() + 2));
    assertThat(partitions()).doesNotContain("second", "third");
    assertThat(CLUSTER.states(job)).containsExactly("RUNNING");

    Files.write(CLUSTER.configuration(), before);
    String node = before.stream().filter(l -> l.startsWith("NodeName=n1 ")).findFirst().get();
    int port = CLUSTER.daemon("n1").port() + 1;
    CLUSTER.configure(
        node.replace("NodeName=n1 ", "NodeName=n2 ")
            .replaceAll(" Port=\\d+", " Port=" + port)
            .replaceAll(" Gres=\\S+", ""),
        "PartitionName=second Nodes=n[1-2] MaxTime=30");
    CLUSTER.command("scontrol", "reconfigure").run().text();
    assertThat(partitions()).contains("second");
    assertThat(CLUSTER.states(job)).containsExactly("RUNNING");
    CLUSTER.startNode("n2", port);
    CLUSTER.awaitNode("n2", Patience.LONG, "IDLE");
    String second = CLUSTER.submit("true", "-p", "second", "-w", "n2", "-o", "/dev/null");
    assertThat(CLUSTER.awaitEnd(second)).isEqualTo("COMPLETED");
    Files.createFile(CLUSTER.work().resolve("refuse-go"));
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("FAILED");
    assertThat(CLUSTER.jobField(job, "ExitCode")).isEqualTo("8:0");
  }

  private static String partitions() throws Exception {
    return CLUSTER.command("sinfo", "-h", "-o", "%R").run().text();
  }

  private static Execution foreground(Path conf) throws Exception {
    return CLUSTER.daemonCommand("slurmctld", "-D", "-f", conf.toString()).within(SOON).run();
  }

  /** The cluster's configuration with directories of its own. */
  private static Path copyOfConfiguration(String name) throws IOException {
    Path directory = Files.createDirectories(CLUSTER.directory().resolve(name));
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(conf, Files.readString(CLUSTER.configuration()));
    Files.copy(CLUSTER.configuration().resolveSibling("gres.conf"), directory.resolve("gres.conf"));
    replace(conf, "StateSaveLocation=.*", "StateSaveLocation=" + directory.resolve("state"));
    replace(conf, "HeadraceSocket=.*", "HeadraceSocket=" + directory.resolve("socket"));
    replace(conf, "SlurmctldPidFile=.*", "SlurmctldPidFile=" + directory.resolve("pid"));
    replace(conf, "SlurmctldLogFile=.*", "SlurmctldLogFile=" + directory.resolve("log"));
    return conf;
  }

  private static void replace(Path file, String pattern, String replacement) throws IOException {
    Files.writeString(file, Files.readString(file).replaceAll(pattern, replacement));
  }
}
