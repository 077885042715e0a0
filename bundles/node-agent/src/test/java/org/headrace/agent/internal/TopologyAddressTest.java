package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.Topology;
import org.junit.jupiter.api.Test;

class TopologyAddressTest {
  private static final Position HERE = new Position("topology.conf", 1);

  private static Topology.Switch leaf(String name, String... nodes) {
    return new Topology.Switch(name, List.of(nodes), List.of(), "", HERE);
  }

  private static Topology.Switch over(String name, String... switches) {
    return new Topology.Switch(name, List.of(), List.of(switches), "", HERE);
  }

  @Test
  void aTreeIsNamedFromItsTop() {
    Topology tree =
        new Topology.Tree(
            "default",
            true,
            List.of(
                leaf("s0", "n1"), leaf("s1", "n2"), over("top", "s0", "s1"), leaf("own", "n3")));
    assertThat(TopologyAddress.of("n2", List.of(tree)))
        .isEqualTo(new TopologyAddress("top.s1.n2", "switch.switch.node"));
    assertThat(TopologyAddress.of("n3", List.of(tree)))
        .isEqualTo(new TopologyAddress("own.n3", "switch.node"));
    assertThat(TopologyAddress.of("n9", List.of(tree)))
        .isEqualTo(new TopologyAddress("n9", "node"));
  }

  @Test
  void aCircleEnds() {
    Topology tree =
        new Topology.Tree(
            "default", true, List.of(leaf("s0", "n1"), over("a", "s0", "b"), over("b", "a")));
    assertThat(TopologyAddress.of("n1", List.of(tree)).address()).endsWith("a.s0.n1");
  }

  @Test
  void blocksAndNothingAtAll() {
    Topology blocks =
        new Topology.Blocks(
            "racks", true, List.of(new Topology.Block("b1", List.of("n1"), HERE)), List.of(1));
    Topology flat = new Topology.Flat("flat", false);
    assertThat(TopologyAddress.of("n1", List.of(flat, blocks)))
        .isEqualTo(new TopologyAddress("b1.n1", "block.node"));
    assertThat(TopologyAddress.of("n1", List.of(flat)))
        .isEqualTo(new TopologyAddress("n1", "node"));
    assertThat(TopologyAddress.of("n1", List.of())).isEqualTo(new TopologyAddress("n1", "node"));
  }
}
