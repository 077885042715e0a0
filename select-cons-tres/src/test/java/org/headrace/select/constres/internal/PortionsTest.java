package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

/** Portions of GPUs (shards) beside whole ones: two nodes, two GPUs of four shards each. */
class PortionsTest {
  private final TestCluster cluster = TestCluster.of(List.of(node(0), node(1)));
  private final ResourceLedger free = cluster.ledger();

  private static NodeView node(int id) {
    List<GresDevice> shared = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      shared.add(new GresDevice(i, "/dev/nvidia" + i, CoreSet.EMPTY, "", 4));
    }
    return TestCluster.withGres(
        TestCluster.node(id, "n" + id, 1, 16, 1, 16_000),
        TestCluster.gpus("", 0, 2, CoreSet.EMPTY),
        new GresInventory("shard", "", 8, shared, "gpu"));
  }

  private Selection ask(String kind, long count, Map<String, String> options) {
    ResourceRequest request =
        ResourceRequest.singleCpu()
            .withGres(List.of(new GresRequest(kind, "", count, GresRequest.Scope.NODE)));
    return new ConsTresSelector()
        .select(
            new JobDemand(request, cluster.partitions().get(0), 1, 0),
            free,
            NodeMask.of(0, 1),
            TestContext.selection(cluster, new FlatTopology(), options));
  }

  private GresAllocation place(String kind, long count, Map<String, String> options) {
    Selection selection = ask(kind, count, options);
    assertThat(selection).isInstanceOf(Selection.Placed.class);
    Allocation found = ((Selection.Placed) selection).allocation();
    assertThat(free.problem(found)).isNull();
    free.allocate(found, ResourceLedger.NO_USER);
    return found.nodes().get(0).gres().get(0);
  }

  private GresAllocation place(String kind, long count) {
    return place(kind, count, Map.of());
  }

  @Test
  void aDeviceIsFilledBeforeTheNextIsBroken() {
    assertThat(place("shard", 3).devices()).isEqualTo(CoreSet.of(0));
    assertThat(place("shard", 1).devices()).isEqualTo(CoreSet.of(0));
    assertThat(place("shard", 1).devices()).isEqualTo(CoreSet.of(1));
  }

  @Test
  void aDeviceIsWholeOrInPortions() {
    place("shard", 1);
    assertThat(place("gpu", 1).devices()).isEqualTo(CoreSet.of(1));
    assertThat(free.freeGres(0, 0)).isZero();
    assertThat(free.freeGres(0, 1)).isEqualTo(3);
    assertThat(place("gpu", 2).count()).isEqualTo(2);
    assertThat(ask("gpu", 1, Map.of())).isInstanceOf(Selection.NotPlaced.class);
    assertThat(ask("shard", 4, Map.of())).isInstanceOf(Selection.NotPlaced.class);
  }

  @Test
  void aJobGetsPortionsOfSeveralDevicesOnlyWhereThatIsAllowed() {
    assertThat(ask("shard", 6, Map.of())).isInstanceOf(Selection.NotPlaced.class);
    GresAllocation both = place("shard", 6, Map.of("MULTIPLE_SHARING_GRES_PJ", ""));
    assertThat(both.devices()).isEqualTo(CoreSet.of(0, 1));
    assertThat(both.portions()).containsExactly(4L, 2L);
  }

  @Test
  void loadIsSpreadWhereThatIsAskedFor() {
    Map<String, String> spread = Map.of("LL_SHARED_GRES", "");
    assertThat(place("shard", 1, spread).devices()).isEqualTo(CoreSet.of(0));
    assertThat(place("shard", 1, spread).devices()).isEqualTo(CoreSet.of(1));
  }

  @Test
  void whatIsGivenBackIsFreeBothWays() {
    ResourceLedger before = free.copy();
    Allocation found = ((Selection.Placed) ask("shard", 3, Map.of())).allocation();
    before.allocate(found, ResourceLedger.NO_USER);
    assertThat(before.freeGres(0, 0)).isEqualTo(1);
    assertThat(before.freeGres(0, 1)).isEqualTo(5);
    before.release(found);
    assertThat(before.freeGres(0, 0)).isEqualTo(2);
    assertThat(before.freeGres(0, 1)).isEqualTo(8);
  }
}
