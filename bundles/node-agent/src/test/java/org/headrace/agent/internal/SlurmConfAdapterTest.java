package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.model.GresDevice;
import org.headrace.transport.NodeLinks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlurmConfAdapterTest {
  @TempDir Path directory;

  private Path conf(String... more) throws Exception {
    return Files.writeString(
        directory.resolve("slurm.conf"),
        String.join(
            "\n",
            "ClusterName=c",
            "SlurmctldHost=head(127.0.0.1)",
            "SlurmctldHost=second(127.0.0.2)",
            "SlurmctldHost=third(127.0.0.3)",
            "SlurmctldPort=7001",
            "SlurmdSpoolDir=/spool/%h-%n",
            "KillWait=5",
            "GresTypes=gpu",
            "NodeName=n[1-2] NodeHostname=thishost NodeAddr=127.0.0.1 Port=[8001-8002] CPUs=4"
                + " SocketsPerBoard=1 CoresPerSocket=4 RealMemory=100 Gres=gpu:2",
            "NodeName=lone NodeHostname=other NodeAddr=127.0.0.1 CPUs=1",
            "PartitionName=p Nodes=ALL Default=YES",
            String.join("\n", more),
            ""));
  }

  @Test
  void aLineWithoutNameSaysHowANodeLooksForItsGpus() throws Exception {
    Files.writeString(directory.resolve("gres.conf"), "NodeName=n2 AutoDetect=nvml\n");
    assertThat(SlurmConfAdapter.load(conf(), "n2", "thishost").settings().gres())
        .as("what is looked for is what the node's line promises")
        .containsExactly(
            new AgentSettings.GresLine(
                "gpu", "nvml", List.of(new ConfiguredGres("", List.of(), 2, "", List.of()))));
    assertThat(SlurmConfAdapter.load(conf(), "n1", "thishost").settings().gres())
        .singleElement()
        .satisfies(line -> assertThat(line.autoDetect()).isEmpty());
  }

  @Test
  void filesOfOneDeviceLinksAndPortionsAreKnown() throws Exception {
    Files.writeString(
        directory.resolve("gres.conf"),
        """
        Name=gpu MultipleFiles=/dev/null,/dev/zero Links=-1,2 Flags=nvidia_gpu_env
        Name=gpu File=/dev/full
        """);
    Path conf = conf();
    Files.writeString(
        conf,
        Files.readString(conf)
            .replace("GresTypes=gpu", "GresTypes=gpu,shard")
            .replace("Gres=gpu:2", "Gres=gpu:2,shard:6"));
    AgentSettings settings = SlurmConfAdapter.load(conf, "n2", "thishost").settings();
    assertThat(settings.gres().get(0).lines().get(0))
        .isEqualTo(
            new ConfiguredGres(
                "",
                List.of("/dev/null", "/dev/zero"),
                1,
                "",
                List.of("nvidia_gpu_env"),
                true,
                List.of(-1, 2)));
    assertThat(settings.portions())
        .singleElement()
        .satisfies(
            shards ->
                assertThat(shards.devices()).extracting(GresDevice::units).containsExactly(3L, 3L));
  }

  @Test
  void findsTheNodesOwnLine() throws Exception {
    Files.writeString(
        directory.resolve("gres.conf"),
        "NodeName=n1 Name=gpu File=/dev/null Cores=0-1\nNodeName=n[1-2] Name=gpu Count=1\n");
    AgentSettings settings =
        SlurmConfAdapter.load(conf("SlurmdParameters=config_overrides"), "n2", "thishost")
            .settings();
    assertThat(settings.node()).isEqualTo("n2");
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8002);
    assertThat(settings.controllers())
        .containsExactly(
            new NodeLinks.Address("127.0.0.1", 7001),
            new NodeLinks.Address("127.0.0.2", 7001),
            new NodeLinks.Address("127.0.0.3", 7001));
    assertThat(settings.spoolDirectory()).isEqualTo("/spool/thishost-n2");
    assertThat(settings.hardware().cores()).isEqualTo(4);
    assertThat(settings.reportConfigured()).isTrue();
    assertThat(settings.settings())
        .containsEntry("KillWait", "5")
        .containsEntry("ClusterName", "c");
    assertThat(settings.gres()).hasSize(1);
    assertThat(settings.gres().get(0).lines()).hasSize(1);
  }

  @Test
  void goesByTheHostWhereThatIsClear() throws Exception {
    Path conf = conf();
    assertThat(SlurmConfAdapter.load(conf, "other", "other").settings().node()).isEqualTo("lone");
    assertThat(SlurmConfAdapter.load(conf, "", "other").settings().node()).isEqualTo("lone");
    assertThatThrownBy(() -> SlurmConfAdapter.load(conf, "", "thishost"))
        .isInstanceOf(SlurmConfAdapter.UnusableException.class)
        .hasMessageContaining("this host has the nodes n[1-2]")
        .hasMessageContaining("-N");
    assertThatThrownBy(() -> SlurmConfAdapter.load(conf, "n9", "elsewhere"))
        .hasMessageContaining("no NodeName=n9")
        .hasMessageContaining("NodeHostname=elsewhere");
  }

  @Test
  void aBrokenFileIsRefusedWithTheLine() throws Exception {
    Path conf = conf("KillWait=soon");
    assertThatThrownBy(() -> SlurmConfAdapter.load(conf, "n1", "thishost"))
        .isInstanceOf(SlurmConfAdapter.UnusableException.class)
        .hasMessageContaining("slurm.conf:12");
    assertThatThrownBy(() -> SlurmConfAdapter.load(directory.resolve("none"), "n1", "h"))
        .isInstanceOf(SlurmConfAdapter.UnusableException.class);
    assertThat(SlurmConfAdapter.hostlist(List.of("n1", "n2", "x"))).isEqualTo("n[1-2],x");
  }
}
