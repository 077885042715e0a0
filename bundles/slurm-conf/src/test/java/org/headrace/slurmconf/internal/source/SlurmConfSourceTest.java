package org.headrace.slurmconf.internal.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Sharing;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ConfigurationSource;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.definition.Controllers;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlurmConfSourceTest {
  private static final String CONF =
      """
      ClusterName=c
      SlurmctldHost=head(127.0.0.1)
      SlurmUser=slurm
      SlurmdTimeout=100
      KillWait=5
      DefMemPerCPU=100
      GresTypes=gpu
      PriorityWeightAge=1000
      NodeName=n[1-2] NodeAddr=127.0.0.1 Port=[7001-7002] Sockets=2 CoresPerSocket=4 \
      ThreadsPerCore=2 RealMemory=8000 Gres=gpu:a100:2,gpu:t4:1 Feature=fast
      PartitionName=p Nodes=n[1-2] Default=YES MaxTime=1-0 DefaultTime=30 OverSubscribe=EXCLUSIVE
      PartitionName=q Nodes=n2 State=DRAIN MaxNodes=1
      """;

  @TempDir Path directory;

  private ClusterDefinition load(String conf) throws Exception {
    Path file = directory.resolve("slurm.conf");
    Files.writeString(file, conf);
    Files.writeString(
        directory.resolve("gres.conf"),
        """
        NodeName=n1 Name=gpu Type=a100 File=/dev/null,/dev/zero Cores=0-3
        """);
    return new SlurmConfSource(file, "anywhere").load().definition();
  }

  private Controllers controllers(String name) throws Exception {
    load(CONF);
    Path file = directory.resolve("slurm.conf");
    Files.writeString(
        file, CONF + "SlurmctldHost=second\nSlurmctldHost=third.site.org(10.0.0.3)\n");
    return new SlurmConfSource(file, name).load().controllers();
  }

  @Test
  void partitionsNameOneOfSeveralWirings() throws Exception {
    Files.writeString(
        directory.resolve("topology.yaml"),
        """
        - topology: racks
          block:
            block_sizes: [1, 2]
            blocks:
              - {block: a, nodes: n1}
              - {block: b, nodes: n2}
        - topology: eth
          cluster_default: true
          tree: {switches: [{switch: s, nodes: 'n[1-2]'}]}
        """);
    ClusterDefinition cluster =
        load(CONF.replace("MaxNodes=1", "Topology=racks") + "TopologyParam=Dragonfly\n");
    assertThat(cluster.topology().name()).isEqualTo("eth");
    assertThat(cluster.topology().kind()).isEqualTo("tree");
    assertThat(cluster.topology().options()).containsKey("dragonfly");
    assertThat(cluster.otherTopologies())
        .singleElement()
        .satisfies(
            racks -> {
              assertThat(racks.name()).isEqualTo("racks");
              assertThat(racks.kind()).isEqualTo("block");
              assertThat(racks.blockSizes()).containsExactly(1, 2);
            });
    assertThat(cluster.partitions().get(1).options()).containsEntry("Topology", "racks");
  }

  @Test
  void aControllerFindsItselfByItsName() throws Exception {
    Controllers controllers = controllers("third");
    assertThat(controllers.own())
        .isEqualTo(new ControllerMember("third.site.org", "10.0.0.3", 6817));
    assertThat(controllers.self()).isEqualTo(2);
    assertThat(controllers("head.site.org").self()).isZero();
    assertThatThrownBy(() -> controllers("login"))
        .isInstanceOf(ConfigurationSource.ConfigurationInvalid.class)
        .hasMessageContaining("no SlurmctldHost line is for login")
        .hasMessageContaining("head, second, third.site.org")
        .hasMessageContaining("-N");
  }

  @Test
  void whoIsRefusedReadsWhatWasIgnored() {
    String conf = CONF.replace("PartitionName=", "PartitonName=");
    assertThatThrownBy(() -> load(conf))
        .isInstanceOf(ConfigurationSource.ConfigurationInvalid.class)
        .hasMessageContaining("no partition is defined")
        .hasMessageContaining("slurm.conf:10: warning: unknown key 'PartitonName' is ignored");
  }

  @Test
  void whatIsRequeuedWaitsForAsLongAsACredentialLives() throws Exception {
    assertThat(load(CONF).limits().requeueDelay()).isEqualTo(121_000);
    assertThat(load(CONF + "AuthInfo=cred_expire=5\n").limits().requeueDelay()).isEqualTo(6_000);
    assertThat(load(CONF + "AuthInfo=cred_expire=0\n").limits().requeueDelay()).isZero();
    assertThat(
            load(CONF + "SchedulerParameters=bf_continue,requeue_delay=30\n")
                .limits()
                .requeueDelay())
        .isEqualTo(30_000);
  }

  @Test
  void theDialectBecomesADefinition() throws Exception {
    ClusterDefinition definition = load(CONF);
    assertThat(definition.name()).isEqualTo("c");
    assertThat(definition.administrators()).containsExactly("root", "slurm");
    assertThat(definition.limits().nodeTimeout()).isEqualTo(100_000);
    assertThat(definition.limits().killWait()).isEqualTo(5_000);
    assertThat(definition.limits().defaultMemory()).isEqualTo(MemoryRequest.perCpu(100));
    assertThat(definition.settings())
        .containsEntry("PriorityWeightAge", "1000")
        .containsEntry("SlurmctldHost", "head(127.0.0.1)");
    NodeDefinition second = definition.nodes().get(1);
    assertThat(second.port()).isEqualTo(7002);
    assertThat(second.hardware().cpus()).isEqualTo(16);
    PartitionDefinition p = definition.partitions().get(0);
    assertThat(p.maxTime()).isEqualTo(86_400_000);
    assertThat(p.defaultTime()).isEqualTo(1_800_000);
    assertThat(p.sharing()).isEqualTo(Sharing.EXCLUSIVE);
    assertThat(p.maxNodes()).isEqualTo(Integer.MAX_VALUE);
    PartitionDefinition q = definition.partitions().get(1);
    assertThat(q.state()).isEqualTo(PartitionView.State.DRAIN);
    assertThat(q.maxNodes()).isEqualTo(1);
    assertThat(q.maxTime()).isEqualTo(Long.MAX_VALUE);
    assertThat(q.defaultTime()).isZero();
  }

  @Test
  void devicesAreNumberedOverAllTypes() throws Exception {
    NodeDefinition node = load(CONF).nodes().get(0);
    assertThat(node.gres().get(0).devices().get(1).file()).isEqualTo("/dev/zero");
    assertThat(node.gres().get(0).devices().get(1).cores().toString()).isEqualTo("0-3");
    assertThat(node.gres().get(1).type()).isEqualTo("t4");
    assertThat(node.gres().get(1).devices().get(0).number()).isEqualTo(2);
  }

  @Test
  void coresForTheSystemAreCountedOrNamed() throws Exception {
    String more = "RealMemory=8000 Gres=gpu:a100:2,gpu:t4:1";
    assertThat(load(CONF).nodes().get(0).hardware().system().isEmpty()).isTrue();
    NodeDefinition counted =
        load(CONF.replace(more, "CoreSpecCount=3 MemSpecLimit=500 " + more)).nodes().get(0);
    assertThat(counted.hardware().system().toString()).isEqualTo("3,6-7");
    assertThat(counted.hardware().usableCpus()).isEqualTo(10);
    assertThat(counted.hardware().memory()).isEqualTo(7500);
    NodeDefinition named = load(CONF.replace(more, "CpuSpecList=2,9 " + more)).nodes().get(0);
    assertThat(named.hardware().system().toString()).isEqualTo("1,4");
  }

  @Test
  void aBrokenFileIsRefusedWholeByFileAndLine() {
    assertThatThrownBy(() -> load(CONF + "PartitionName=r Nodes=unknown1 State=UPP\n"))
        .isInstanceOf(ConfigurationSource.ConfigurationInvalid.class)
        .hasMessageContaining("slurm.conf:12");
  }
}
