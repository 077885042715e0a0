package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;

class NodeKindsTest {
  private static NodeView node(int id, int cores) {
    return TestCluster.node(id, "n" + id, 2, cores, 1, 1000);
  }

  @Test
  void nodesThatCanTakeTheSameAreOfOneKind() {
    NodeView plain = node(0, 4);
    NodeView large = node(1, 8);
    NodeView named = TestCluster.withFeatures(node(2, 4), "fast");
    NodeView gpus = TestCluster.withGres(node(3, 4), TestCluster.gpus("a", 0, 2, CoreSet.EMPTY));
    NodeView others = TestCluster.withGres(node(4, 4), TestCluster.gpus("a", 2, 2, CoreSet.EMPTY));
    NodeKinds kinds = new NodeKinds(List.of(plain, large, named, gpus, others));

    assertThat(kinds.count()).isEqualTo(3);
    assertThat(kinds.of(2)).as("features are asked for elsewhere").isEqualTo(kinds.of(0));
    assertThat(kinds.of(1)).isNotEqualTo(kinds.of(0));
    assertThat(kinds.of(3)).isNotEqualTo(kinds.of(0)).isNotEqualTo(kinds.of(1));
    assertThat(kinds.of(4)).as("whichever the devices are").isEqualTo(kinds.of(3));
    assertThat(kinds.devices()).isTrue();
  }

  /** They are asked for again and again, for each node and each number of tasks. */
  @Test
  void placesOfDevicesAreWorkedOutOnceForAKind() {
    NodeView one = near(0, CoreSet.of(0, 1), CoreSet.of(2, 3));
    NodeView other = near(1, CoreSet.of(0, 1), CoreSet.of(2, 3));
    NodeView crossed = near(2, CoreSet.of(2, 3), CoreSet.of(0, 1));
    NodeKinds kinds = new NodeKinds(List.of(one, other, crossed));
    Localities places = kinds.localities(one, new long[] {2});
    assertThat(kinds.localities(one, new long[] {1})).isSameAs(places);
    assertThat(kinds.localities(other, new long[] {2})).isSameAs(places);
    assertThat(kinds.localities(crossed, new long[] {2})).isNotSameAs(places);
    assertThat(kinds.localities(one, new long[] {0}).all())
        .as("no device is wanted")
        .containsExactly(new Localities.Some(List.of(), CoreSet.EMPTY));
    CoreSet first = CoreSet.of(0, 1);
    CoreSet second = CoreSet.of(2, 3);
    assertThat(places.all())
        .containsExactly(
            new Localities.Some(List.of(), CoreSet.EMPTY),
            new Localities.Some(List.of(first), first),
            new Localities.Some(List.of(second), second),
            new Localities.Some(List.of(first, second), CoreSet.of(0, 1, 2, 3)));
  }

  private static NodeView near(int id, CoreSet first, CoreSet second) {
    List<GresDevice> gpus =
        List.of(new GresDevice(0, "", first, ""), new GresDevice(1, "", second, ""));
    return TestCluster.withGres(node(id, 4), new GresInventory("gpu", "", 2, gpus));
  }

  @Test
  void whatHoldsOfAllNodes() {
    NodeKinds kinds = new NodeKinds(List.of(node(0, 4), node(1, 4)));
    assertThat(kinds.devices()).isFalse();
    assertThat(kinds.oneWeight()).isTrue();
    assertThat(kinds.mostThreads()).isEqualTo(1);
    assertThat(kinds.empty().freeCoreCount(1)).isEqualTo(8);
    assertThat(
            new NodeKinds(List.of(node(0, 4), TestCluster.withWeight(node(1, 4), 9))).oneWeight())
        .isFalse();
  }

  @Test
  void nodesOutOfServiceTakeNothing() {
    NodeState drained =
        new NodeState(NodeState.Base.UP, Set.of(NodeState.Flag.DRAIN), "disk", "root", 0);
    NodeKinds kinds =
        new NodeKinds(List.of(node(0, 4), TestCluster.withState(node(1, 4), drained)));
    assertThat(kinds.accepting().contains(0)).isTrue();
    assertThat(kinds.accepting().contains(1)).isFalse();
  }

  @Test
  void aChangedNodeMakesOtherKinds() {
    List<NodeView> nodes = List.of(node(0, 4), node(1, 4));
    NodeKinds kinds = new NodeKinds(nodes);
    assertThat(kinds.areOf(new ArrayList<>(nodes))).isTrue();
    assertThat(kinds.areOf(List.of(node(0, 4), node(1, 8)))).isFalse();
  }
}
