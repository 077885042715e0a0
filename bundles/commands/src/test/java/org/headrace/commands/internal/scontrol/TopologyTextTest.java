package org.headrace.commands.internal.scontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.TopologySpec;
import org.junit.jupiter.api.Test;

class TopologyTextTest {
  private static final TopologySpec RACKS =
      new TopologySpec(
          List.of(),
          List.of(
              new TopologySpec.Block("r1", List.of("n1", "n2")),
              new TopologySpec.Block("r2", List.of("n3", "n4"))),
          List.of(2, 4),
          "racks",
          "block",
          Map.of());
  private static final TopologySpec ETHERNET =
      new TopologySpec(
          List.of(new TopologySpec.Switch("e", List.of("n1", "n2", "n3", "n4"), List.of())),
          List.of(),
          List.of(),
          "eth",
          "tree",
          Map.of());

  @Test
  void blocksAreShownLevelByLevel() {
    assertThat(new TopologyText(List.of(RACKS)).lines(""))
        .containsExactly(
            "BlockName=r1 BlockIndex=0 Nodes=n[1-2] BlockSize=2",
            "BlockName=r2 BlockIndex=1 Nodes=n[3-4] BlockSize=2",
            "AggregatedBlock=r[1-2] BlockIndex=2 Nodes=n[1-4] BlockSize=4");
    assertThat(new TopologyText(List.of(RACKS)).lines("n3"))
        .containsExactly(
            "BlockName=r2 BlockIndex=1 Nodes=n[3-4] BlockSize=2",
            "AggregatedBlock=r[1-2] BlockIndex=2 Nodes=n[1-4] BlockSize=4");
  }

  @Test
  void ofSeveralEachHasALineOfItsOwn() {
    TopologyText both = new TopologyText(List.of(RACKS, ETHERNET));
    assertThat(both.lines("n1"))
        .containsExactly(
            "Topology=racks Type=block ClusterDefault=YES",
            "BlockName=r1 BlockIndex=0 Nodes=n[1-2] BlockSize=2",
            "AggregatedBlock=r[1-2] BlockIndex=2 Nodes=n[1-4] BlockSize=4",
            "Topology=eth Type=tree ClusterDefault=NO",
            "SwitchName=e Level=0 LinkSpeed=1 Nodes=n[1-4]");
    assertThat(both.lines("eth")).containsExactly("SwitchName=e Level=0 LinkSpeed=1 Nodes=n[1-4]");
    assertThat(both.lines("unit=r2"))
        .containsExactly(
            "Topology=racks Type=block ClusterDefault=YES",
            "BlockName=r2 BlockIndex=1 Nodes=n[3-4] BlockSize=2",
            "AggregatedBlock=r[1-2] BlockIndex=2 Nodes=n[1-4] BlockSize=4");
    assertThatThrownBy(() -> both.lines("ghost")).hasMessageContaining("named ghost");
  }
}
