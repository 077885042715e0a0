package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
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
    return ask(
        cluster,
        free,
        ResourceRequest.singleCpu()
            .withGres(List.of(new GresRequest(kind, "", count, GresRequest.Scope.NODE))),
        options);
  }

  private static Selection ask(
      TestCluster cluster,
      ResourceLedger free,
      ResourceRequest request,
      Map<String, String> options) {
    return new ConsTresSelector()
        .select(
            new JobDemand(request, cluster.partitions().get(0), 1, 0),
            free,
            cluster.partitions().get(0).nodes(),
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

  /** One node; portions of each of its two GPUs, which are of two types. */
  private static TestCluster divided(String kind, boolean oneAtATime, long ofFirst, long ofSecond) {
    GresInventory first =
        new GresInventory(
            kind,
            "a",
            ofFirst,
            List.of(new GresDevice(0, "", CoreSet.EMPTY, "", ofFirst)),
            "gpu",
            oneAtATime);
    GresInventory second =
        new GresInventory(
            kind,
            "b",
            ofSecond,
            List.of(new GresDevice(1, "", CoreSet.EMPTY, "", ofSecond)),
            "gpu",
            oneAtATime);
    return TestCluster.of(
        List.of(
            TestCluster.withGres(
                TestCluster.node(0, "n0", 1, 16, 1, 16_000),
                TestCluster.gpus("a", 0, 1, CoreSet.EMPTY),
                TestCluster.gpus("b", 1, 1, CoreSet.EMPTY),
                first,
                second)));
  }

  private static GresAllocation placed(
      TestCluster cluster, ResourceLedger free, String type, long count) {
    Selection selection =
        ask(
            cluster,
            free,
            ResourceRequest.singleCpu()
                .withGres(
                    List.of(
                        new GresRequest(
                            cluster.node(0).gres().get(2).name(),
                            type,
                            count,
                            GresRequest.Scope.NODE))),
            Map.of());
    if (!(selection instanceof Selection.Placed one)) {
      return null;
    }
    assertThat(free.problem(one.allocation())).isNull();
    free.allocate(one.allocation(), ResourceLedger.NO_USER);
    return one.allocation().nodes().get(0).gres().get(0);
  }

  @Test
  void portionsThatNameNoTypeAreOfOneDeviceWhateverItsType() {
    TestCluster cluster = divided("shard", false, 2, 8);
    ResourceLedger free = cluster.ledger();
    assertThat(placed(cluster, free, "", 1).type()).as("the least left").isEqualTo("a");
    assertThat(placed(cluster, free, "", 3).type()).isEqualTo("b");
    assertThat(placed(cluster, free, "", 6)).as("6 are free, of two devices").isNull();
    assertThat(placed(cluster, free, "a", 2)).isNull();
    assertThat(placed(cluster, free, "b", 5).devices()).isEqualTo(CoreSet.of(1));
    assertThat(free.freeGres(0, 0)).as("neither GPU can be had whole").isZero();
    assertThat(free.freeGres(0, 1)).isZero();
  }

  @Test
  void oneDeviceOfANodeServesMpsAtATime() {
    TestCluster cluster = divided("mps", true, 100, 200);
    ResourceLedger free = cluster.ledger();
    GresAllocation first = placed(cluster, free, "b", 150);
    assertThat(first.devices()).isEqualTo(CoreSet.of(1));
    assertThat(placed(cluster, free, "a", 10)).as("the other one serves").isNull();
    assertThat(placed(cluster, free, "", 60)).isNull();
    assertThat(placed(cluster, free, "", 50).type()).isEqualTo("b");
    assertThat(free.freeGres(0, 0)).as("the other is to be had whole").isEqualTo(1);
  }

  @Test
  void eachTaskHasItsPortionsOfOneDevice() {
    ResourceRequest tasks =
        Requests.parse("N=1 n=4")
            .withGres(List.of(new GresRequest("shard", "", 1, GresRequest.Scope.TASK)));
    ResourceRequest large =
        Requests.parse("N=1 n=2")
            .withGres(List.of(new GresRequest("shard", "", 3, GresRequest.Scope.TASK)));
    assertThat(ask(cluster, free, large, Map.of()))
        .as("six of one device, which has four")
        .isInstanceOf(Selection.NotPlaced.class);
    Map<String, String> several = Map.of("MULTIPLE_SHARING_GRES_PJ", "");
    Selection.Placed two = (Selection.Placed) ask(cluster, free, large, several);
    assertThat(two.allocation().nodes().get(0).gres().get(0).portions()).containsExactly(3L, 3L);
    Selection.Placed one = (Selection.Placed) ask(cluster, free, tasks, Map.of());
    assertThat(one.allocation().nodes().get(0).gres().get(0).portions()).containsExactly(4L);
    ResourceRequest three =
        Requests.parse("N=1 n=3")
            .withGres(List.of(new GresRequest("shard", "", 3, GresRequest.Scope.TASK)));
    assertThat(ask(cluster, free, three, several)).isInstanceOf(Selection.NotPlaced.class);
  }

  @Test
  void tasksHaveGpusOfTheirOwnWhateverTheTypes() {
    TestCluster types = divided("shard", false, 8, 8);
    ResourceRequest two =
        Requests.parse("N=1 n=2")
            .withGres(List.of(new GresRequest("shard", "", 2, GresRequest.Scope.TASK)))
            .withDevices(
                new DevicePolicy(DevicePolicy.Locality.USUAL, DevicePolicy.TaskSharing.APART));
    Selection selection = ask(types, types.ledger(), two, Map.of());
    assertThat(selection).isInstanceOf(Selection.Placed.class);
    assertThat(((Selection.Placed) selection).allocation().nodes().get(0).gres())
        .extracting(GresAllocation::type, GresAllocation::count)
        .containsExactly(tuple("a", 2L), tuple("b", 2L));
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
