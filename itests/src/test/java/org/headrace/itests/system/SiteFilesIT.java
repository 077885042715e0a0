package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

  /** The script says so then, and doesn't just end. */
  @Test
  void aFileWithoutNodesIsNoFault() throws Exception {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(conf, "ClusterName=site\nSlurmctldHost=ctl\n");
    assertThat(localNodes(conf).output()).isEmpty();
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
