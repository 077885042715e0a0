package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code headrace up --conf} takes out of a site's files, as the daemons read them. */
class SiteFilesIT {
  @TempDir private Path directory;

  @Test
  void nodesOfIncludedFilesAreFoundWithWhatIsUsualForThem() throws Exception {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(
        conf,
        """
        ClusterName=site
        SlurmdPort=7000
        SlurmctldHost=ctl
        NodeName=first NodeAddr=localhost # NodeName=none
        Include nodes.conf
        """);
    Files.writeString(
        directory.resolve("nodes.conf"),
        """
        nodename=default CPUs=4 NodeAddr=127.0.0.1
        NodeName=a[1-2] Port=[7101-7102]
        NodeName=far NodeAddr=192.0.2.1
        #NodeName=gone
        NodeName=DEFAULT Port=7200
        NodeName=b1 CPUs=8 \\
          Port=7300
        NodeName=c1
        """);
    assertThat(localNodes(conf).lines())
        .containsExactly("first 7000", "a1 7101", "a2 7102", "b1 7300", "c1 7200");
  }

  @Test
  void blanksAroundEqualSignsAndQuotesAreReadAsInSlurm() throws Exception {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(
        conf,
        """
        ClusterName=site SlurmdPort = 7200
        nodename = "a[1-2]"  NodeAddr = "127.0.0.1" PORT="[7101-7102]"
        NodeName = c1 NodeAddr=localhost
        """);
    assertThat(localNodes(conf).lines()).containsExactly("a1 7101", "a2 7102", "c1 7200");
  }

  /** The script says so then, and doesn't just end. */
  @Test
  void aFileWithoutNodesIsNoFault() throws Exception {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(conf, "ClusterName=site\nSlurmctldHost=ctl\n");
    assertThat(localNodes(conf).output()).isEmpty();
  }

  /** Two clusters whose files are silent about it would be at the same socket. */
  @Test
  void aClusterWhoseFileNamesNoSocketHasOneInItsDirectory() throws Exception {
    Path home = Installation.get().root().resolve("site");
    Path conf = Files.createDirectories(home).resolve("slurm.conf");
    int ports = Ports.free(2);
    Files.writeString(
        conf,
        """
        ClusterName=site
        SlurmctldHost=localhost
        SlurmctldPort = %1$d  SlurmUser=%3$s # as legal as one in a line
        SlurmdUser=%3$s
        AuthType=auth/key
        HeadraceKeyFile=%4$s/key
        KillWait=5 StateSaveLocation="%4$s/state" SlurmdSpoolDir = %4$s/spool
        SlurmctldPidFile=%4$s/ctld.pid
        SlurmdPidFile=%4$s/d.pid
        AccountingStorageType=accounting_storage/none
        NodeName=s1 NodeAddr=127.0.0.1 Port=%2$d CPUs=1
        PartitionName=p Nodes=s1 Default=YES
        """
            .formatted(ports, ports + 1, System.getProperty("user.name"), home));
    Files.writeString(home.resolve("key"), "0123456789".repeat(10));
    Files.setPosixFilePermissions(
        home.resolve("key"), PosixFilePermissions.fromString("rw-------"));
    Path place = home.resolve("up");
    try {
      String up = verb(place, "up", "--conf", conf.toString()).text();
      assertThat(up).contains("1 nodes ready");
      assertThat(verb(place, "status", "--json").text())
          .contains("\"socket\":\"" + place.resolve("run/headrace.sock") + "\"");
      // The script has nothing of its caller's, but calls commands.
      Path bin = Installation.get().file("bin");
      String script = "%1$s/squeue -h -o %%j; %1$s/scontrol ping".formatted(bin);
      Execution job =
          Execution.of(
                  home,
                  Map.of("SLURM_CONF", conf.toString()),
                  "bash",
                  "-c",
                  "eval \"$("
                      + script()
                      + " env --dir "
                      + place
                      + ")\"; "
                      + "sbatch -W --export=NONE -o out --wrap '"
                      + script
                      + "'")
              .run();
      assertThat(job.status()).as("%s", job).isZero();
      assertThat(home.resolve("out")).content().contains("wrap").contains("is UP");
      long pid = Long.parseLong(Files.readString(home.resolve("ctld.pid")).strip());
      ProcessHandle controller = ProcessHandle.of(pid).orElseThrow();
      controller.destroyForcibly();
      controller.onExit().get();
      assertThat(verb(place, "up", "--conf", conf.toString()).text())
          .contains("Starting slurmctld again");
      assertThat(place.resolve("run/headrace.sock")).exists();
    } finally {
      verb(place, "down");
    }
  }

  private static String script() throws Exception {
    return Installation.get().file("bin/headrace").toString();
  }

  private static Execution verb(Path place, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(script()));
    all.addAll(List.of(words));
    all.addAll(List.of("--dir", place.toString()));
    return Execution.of(place.getParent(), Map.of(), all.toArray(String[]::new))
        .within(Patience.LONG)
        .run();
  }

  private Execution localNodes(Path conf) throws Exception {
    Path scripts = Installation.get().file("libexec");
    String script =
        "fail() { exit 9; }; . %1$s/daemon.sh; . %1$s/cluster.sh; read_settings %2$s; local_nodes %2$s"
            .formatted(scripts, conf);
    Execution done =
        Execution.of(directory, Map.of(), "bash", "-euo", "pipefail", "-c", script).run();
    assertThat(done.status()).as("%s", done).isZero();
    return done;
  }
}
