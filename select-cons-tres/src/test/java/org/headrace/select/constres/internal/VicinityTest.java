package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.DevicePolicy.Locality;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

/** Cores and devices that have to be close to each other; a failure names the seed. */
class VicinityTest {
  /**
   * Two sockets of eight cores with two GPUs each, as the Slurm 22.05 had that this was tried on.
   */
  private final TestCluster cluster = TestCluster.of(List.of(node(8, 2, 2)));

  private final ResourceLedger free = cluster.ledger();

  private static NodeView node(int cores, int gpusOfFirst, int gpusOfSecond) {
    List<GresDevice> gpus = new ArrayList<>();
    for (int i = 0; i < gpusOfFirst + gpusOfSecond; i++) {
      gpus.add(new GresDevice(i, "", CoreSet.of(socket(cores, i < gpusOfFirst ? 0 : 1)), ""));
    }
    return TestCluster.withGres(
        TestCluster.node(0, "n0", 2, cores, 1, 64_000),
        new GresInventory("gpu", "", gpus.size(), gpus));
  }

  private static int[] socket(int cores, int number) {
    int[] members = new int[cores];
    for (int i = 0; i < cores; i++) {
      members[i] = number * cores + i;
    }
    return members;
  }

  private static Selection select(
      TestCluster cluster,
      ResourceLedger free,
      String request,
      Locality locality,
      Map<String, String> options) {
    ResourceRequest wanted =
        Requests.parse(request)
            .withDevices(new DevicePolicy(locality, DevicePolicy.TaskSharing.USUAL));
    return new ConsTresSelector()
        .select(
            new JobDemand(wanted, cluster.partitions().get(0), 1, 0),
            free,
            cluster.partitions().get(0).nodes(),
            TestContext.selection(cluster, new FlatTopology(), options));
  }

  /** Cores and GPUs that the job is given, and holds from then on. */
  private String given(String request, Locality locality, Map<String, String> options) {
    Selection selection = select(cluster, free, request, locality, options);
    if (!(selection instanceof Selection.Placed placed)) {
      return "waits";
    }
    assertThat(free.problem(placed.allocation())).isNull();
    free.allocate(placed.allocation(), ResourceLedger.NO_USER);
    NodeAllocation part = placed.allocation().nodes().get(0);
    return part.cores() + " " + (part.gres().isEmpty() ? "" : part.gres().get(0).devices());
  }

  private String enforced(String request) {
    return given(request, Locality.ENFORCED, Map.of());
  }

  @Test
  void coresAndDevicesAreCloseWhereTheyHaveToBe() {
    assertThat(enforced("n=1 gpn=3")).as("two sockets, one core").isEqualTo("waits");
    assertThat(enforced("n=10 gpn=1")).as("more cores than are close").isEqualTo("waits");
    assertThat(enforced("n=2 gpn=3")).isEqualTo("0,8 0-2");
    assertThat(enforced("n=1 gpn=1")).isEqualTo("9 3");
    assertThat(enforced("n=1 gpn=1")).as("no GPU is left").isEqualTo("waits");
  }

  @Test
  void aJobWaitsForDevicesThatAreCloseToFreeCores() {
    assertThat(given("n=8 m=block:block", Locality.USUAL, Map.of())).isEqualTo("0-7 ");
    assertThat(enforced("n=2 gpn=3")).isEqualTo("waits");
    assertThat(enforced("n=2 gpn=2")).isEqualTo("8-9 2-3");
    assertThat(given("n=2 gpn=2", Locality.USUAL, Map.of())).as("far away").isEqualTo("10-11 0-1");
  }

  @Test
  void whatIsCloseMeansNothingWhereThatIsSaid() {
    assertThat(given("n=4 m=block:block", Locality.USUAL, Map.of())).isEqualTo("0-3 ");
    assertThat(given("n=5 gpn=1 m=block:block", Locality.IGNORED, Map.of()))
        .as("the socket with room for all, though the GPU is close to the other one")
        .isEqualTo("8-12 0");
    assertThat(given("n=5 gpn=1 m=block:block", Locality.USUAL, Map.of()))
        .as("close cores first, and others")
        .isEqualTo("4-7,13 1");
  }

  /** A GPU of each type, close to a socket of its own. */
  @Test
  void devicesOfSeveralTypesTogetherAreInAllLocalities() {
    GresInventory first =
        new GresInventory("gpu", "a", 1, List.of(new GresDevice(0, "", CoreSet.of(0, 1), "")));
    GresInventory second =
        new GresInventory("gpu", "b", 1, List.of(new GresDevice(1, "", CoreSet.of(2, 3), "")));
    TestCluster types =
        TestCluster.of(
            List.of(
                TestCluster.withGres(TestCluster.node(0, "n0", 2, 2, 1, 64_000), first, second)));
    Selection both = select(types, types.ledger(), "n=2 gpn=a:1,b:1", Locality.ENFORCED, Map.of());
    assertThat(both).isInstanceOf(Selection.Placed.class);
    assertThat(((Selection.Placed) both).allocation().nodes().get(0).cores())
        .isEqualTo(CoreSet.of(0, 2));
    assertThat(select(types, types.ledger(), "n=1 gpn=a:1,b:1", Locality.ENFORCED, Map.of()))
        .isInstanceOf(Selection.NotPlaced.class);
  }

  @Test
  void theClusterMaySayThatItIsUsual() {
    Map<String, String> usual = Map.of("ENFORCE_BINDING_GRES", "");
    assertThat(given("n=10 gpn=1", Locality.USUAL, usual)).isEqualTo("waits");
    assertThat(given("n=10 gpn=1", Locality.IGNORED, usual)).isNotEqualTo("waits");
  }

  @Test
  void devicesAreFoundExactlyWhereThereAreSome() {
    int placed = 0;
    int waiting = 0;
    for (int seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      int cores = 1 + random.nextInt(4);
      NodeView node = node(cores, random.nextInt(4), 1 + random.nextInt(3));
      TestCluster one = TestCluster.of(List.of(node));
      ResourceLedger left = one.ledger();
      for (int i = 0; i < 5; i++) {
        int tasks = 1 + random.nextInt(4);
        int gpus = 1 + random.nextInt(3);
        String request = "n=" + tasks + " gpn=" + gpus;
        Selection selection = select(one, left, request, Locality.ENFORCED, Map.of());
        String what = "seed %d: %s got %s".formatted(seed, request, selection);
        assertThat(selection instanceof Selection.Placed)
            .as(what)
            .isEqualTo(possible(node, left, tasks, gpus));
        if (selection instanceof Selection.Placed found) {
          check(what, node, found.allocation(), tasks, gpus);
          assertThat(left.problem(found.allocation())).as(what).isNull();
          left.allocate(found.allocation(), ResourceLedger.NO_USER);
          placed++;
        } else {
          waiting++;
        }
      }
    }
    assertThat(placed).isGreaterThan(1000);
    assertThat(waiting).isGreaterThan(1000);
  }

  private static void check(String what, NodeView node, Allocation given, int tasks, int gpus) {
    NodeAllocation part = given.nodes().get(0);
    assertThat(part.cores().size()).as(what).isEqualTo(tasks);
    assertThat(part.gres().get(0).count()).as(what).isEqualTo(gpus);
    CoreSet near = CoreSet.EMPTY;
    for (int device : part.gres().get(0).devices().toArray()) {
      CoreSet here = node.gres().get(0).devices().get(device).cores();
      assertThat(here.intersects(part.cores())).as(what).isTrue();
      near = near.union(here);
    }
    assertThat(near.containsAll(part.cores())).as(what).isTrue();
  }

  /** Whether there are such devices and cores, by the number of devices taken of each socket. */
  private static boolean possible(NodeView node, ResourceLedger left, int tasks, int gpus) {
    int each = node.hardware().coresPerSocket();
    int[] freeCores = new int[2];
    int[] freeGpus = new int[2];
    for (int socket = 0; socket < 2; socket++) {
      CoreSet members = CoreSet.of(socket(each, socket));
      freeCores[socket] = left.freeCores(0).intersection(members).size();
      for (int device : left.freeDevices(0, 0).toArray()) {
        CoreSet near = node.gres().get(0).devices().get(device).cores();
        freeGpus[socket] += near.equals(members) ? 1 : 0;
      }
    }
    for (int first = 0; first <= gpus; first++) {
      int second = gpus - first;
      int most = (first > 0 ? freeCores[0] : 0) + (second > 0 ? freeCores[1] : 0);
      int least = (first > 0 ? 1 : 0) + (second > 0 ? 1 : 0);
      boolean there = first <= freeGpus[0] && second <= freeGpus[1];
      boolean open = (first == 0 || freeCores[0] > 0) && (second == 0 || freeCores[1] > 0);
      if (there && open && tasks <= most && tasks >= least) {
        return true;
      }
    }
    return false;
  }
}
