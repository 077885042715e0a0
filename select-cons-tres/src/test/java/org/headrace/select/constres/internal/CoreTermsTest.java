package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

/**
 * Two nodes of 2 sockets of 4 cores and 2 GPUs; what jobs get there a Slurm 22.05 gave them on such
 * nodes, but for limits of sockets, which it doesn't know.
 */
class CoreTermsTest {
  private static final NodeMask BOTH = NodeMask.of(0, 1);
  private static final TestCluster CLUSTER =
      TestCluster.of(List.of(node(0), node(1)))
          .withPartitions(
              TestCluster.partition("main", BOTH),
              partition("cpu", "MaxCPUsPerNode", "5"),
              partition("gpu", "MaxCPUsPerNode", "3"),
              partition("socket", "MaxCPUsPerSocket", "2"),
              partition("two", "OverSubscribe", "FORCE:2"),
              partition("three", "OverSubscribe", "FORCE:3"),
              partition("yes", "OverSubscribe", "YES:2"));

  private final ResourceLedger free = CLUSTER.ledger();

  private static org.headrace.api.model.NodeView node(int id) {
    return TestCluster.withGres(
        TestCluster.node(id, "n" + id, 2, 4, 1, 16_000),
        TestCluster.gpus("", 0, 2, org.headrace.api.model.CoreSet.EMPTY));
  }

  private static org.headrace.api.model.PartitionView partition(
      String name, String option, String value) {
    return TestCluster.withOptions(TestCluster.partition(name, BOTH), Map.of(option, value));
  }

  private Selection select(String partition, String request) {
    JobDemand demand =
        new JobDemand(Requests.parse(request), CLUSTER.partition(partition), 1000, 0);
    return new ConsTresSelector()
        .select(
            demand,
            free,
            CLUSTER.allNodes(),
            TestContext.selection(CLUSTER, new FlatTopology(), Map.of()));
  }

  /** Starts a job; nodes and cores that it got, or the reason why it got none. */
  private String start(String partition, String request) {
    Selection selection = select(partition, request);
    if (selection instanceof Selection.NotPlaced not) {
      return not.blockers().get(0).reason().name();
    }
    Allocation allocation = ((Selection.Placed) selection).allocation();
    assertThat(free.problem(allocation)).isNull();
    free.allocate(allocation, ResourceLedger.NO_USER);
    StringBuilder text = new StringBuilder();
    allocation
        .nodes()
        .forEach(part -> text.append(" n").append(part.node()).append(':').append(part.cores()));
    return text.toString().trim();
  }

  @Test
  void aPartitionUsesNoMoreOfANodeThanItMay() {
    assertThat(start("cpu", "N=1 n=5 w=n0")).isEqualTo("n0:0-2,4-5");
    assertThat(start("cpu", "N=1 n=1 w=n0")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("gpu", "N=1 n=2 w=n0 gpn=1")).isEqualTo("n0:3,6");
    assertThat(start("gpu", "N=1 n=2 w=n0")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("gpu", "N=1 n=1 w=n0")).isEqualTo("n0:7");
    assertThat(start("cpu", "n=1")).as("elsewhere").isEqualTo("n1:0");
  }

  @Test
  void whatAPartitionNeverHasIsNeverWaitedFor() {
    assertThat(start("cpu", "N=1 n=6")).isEqualTo(Reason.BAD_CONSTRAINTS.name());
    assertThat(start("cpu", "N=1 excl")).isEqualTo(Reason.BAD_CONSTRAINTS.name());
    assertThat(start("cpu", "c=6")).isEqualTo(Reason.BAD_CONSTRAINTS.name());
    assertThat(start("cpu", "n=10")).isEqualTo("n0:0-2,4-5 n1:0-2,4-5");
  }

  @Test
  void nodesThatAJobKeepsFromOthersAreNotShared() {
    Selection whole = select("main", "N=1 excl w=n0");
    Allocation alone = ((Selection.Placed) whole).allocation();
    free.allocate(alone.withKept(List.of(1)), ResourceLedger.NO_USER);
    assertThat(start("two", "N=1 n=1")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("three", "N=1 n=8")).isEqualTo(Reason.RESOURCES.name());
  }

  @Test
  void asFewJobsAsPossibleAreOnACore() {
    assertThat(start("two", "N=1 n=6 w=n0")).isEqualTo("n0:0-2,4-6");
    assertThat(start("two", "N=1 n=6 w=n0")).isEqualTo("n0:0-2,4-6");
    assertThat(start("two", "N=1 n=1 w=n0")).isEqualTo("n0:3");
    assertThat(start("two", "N=1 n=1 w=n0")).isEqualTo("n0:7");
    assertThat(start("two", "N=1 n=8 w=n0")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("main", "N=1 n=1 w=n0")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("two", "N=1 n=8")).as("on free cores first").isEqualTo("n1:0-7");
    assertThat(start("three", "N=1 n=8 w=n1")).as("another partition's").isEqualTo("n1:0-7");
  }

  @Test
  void jobsOfAPartitionShareCoresAcrossNodes() {
    assertThat(start("two", "n=12")).isEqualTo("n0:0-7 n1:0-1,4-5");
    assertThat(start("two", "n=12")).isEqualTo("n0:0-7 n1:0-1,4-5");
    assertThat(start("two", "n=4")).isEqualTo("n1:2-3,6-7");
    assertThat(start("two", "n=16")).isEqualTo(Reason.RESOURCES.name());
  }

  @Test
  void threeJobsOnACore() {
    assertThat(start("three", "N=1 n=2 w=n0")).isEqualTo("n0:0,4");
    assertThat(start("three", "N=1 n=7 w=n0")).isEqualTo("n0:0-6");
    assertThat(start("three", "N=1 n=3 w=n0")).isEqualTo("n0:1-2,5");
    assertThat(start("three", "N=1 n=8 w=n0")).isEqualTo("n0:0-7");
    assertThat(start("three", "N=1 n=4 w=n0")).isEqualTo(Reason.RESOURCES.name());
  }

  @Test
  void whoDoesNotAskToShareHasItsCoresForItselfUnlessItIsForced() {
    assertThat(start("yes", "N=1 n=8 w=n0")).isEqualTo("n0:0-7");
    assertThat(start("yes", "N=1 n=8 w=n0 share")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("yes", "N=1 n=6 w=n1 share")).isEqualTo("n1:0-2,4-6");
    assertThat(start("yes", "N=1 n=3 w=n1")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("yes", "N=1 n=3 w=n1 share")).isEqualTo("n1:0-1,4");
    assertThat(start("main", "N=1 n=1 w=n1 share")).as("no sharing here").isEqualTo("n1:3");
  }

  @Test
  void neitherMemoryNorDevicesAreShared() {
    assertThat(start("two", "N=1 n=6 w=n0 mem=10000")).isEqualTo("n0:0-2,4-6");
    assertThat(start("two", "N=1 n=6 w=n0 mem=10000")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("two", "N=1 n=6 w=n0 gpn=1")).isEqualTo("n0:0-2,4-6");
    assertThat(start("two", "N=1 n=1 w=n0 gpn=2")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("two", "N=1 n=1 w=n0 gpn=1")).isEqualTo("n0:3");
  }

  /** Where sharing is forced, whole nodes are shared as well, but for their devices. */
  @Test
  void wholeNodes() {
    assertThat(start("two", "N=1 w=n0 excl")).isEqualTo("n0:0-7");
    assertThat(start("two", "N=1 n=1 w=n0")).isEqualTo("n0:0");
    assertThat(start("two", "N=1 w=n0 excl")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("yes", "N=1 w=n1 excl")).isEqualTo("n1:0-7");
    assertThat(start("two", "N=1 n=1 w=n1")).isEqualTo(Reason.RESOURCES.name());
  }

  /** What a Slurm 22.05 gives of nodes with {@code CoreSpecCount=3} and {@code CpuSpecList=1,4}. */
  @Test
  void coresForTheSystem() {
    NodeHardware all = new NodeHardware(1, 2, 4, 1, 16_000, 0);
    List<NodeView> nodes = new ArrayList<>();
    for (CoreSet system : List.of(all.lastCores(3), CoreSet.of(1, 4))) {
      int id = nodes.size();
      nodes.add(
          new NodeView(
              id, "n" + id, all.withSystem(system), Set.of(), List.of(), 1, NodeState.USABLE));
    }
    TestCluster cluster = TestCluster.of(nodes);
    assertThat(cores(cluster, "N=1 n=5 w=n0")).isEqualTo("0-2,4-5");
    assertThat(cores(cluster, "N=1 n=6 w=n0")).isEqualTo(Reason.BAD_CONSTRAINTS.name());
    assertThat(cores(cluster, "N=1 w=n0 excl")).isEqualTo("0-2,4-5");
    assertThat(cores(cluster, "N=1 w=n1 excl")).isEqualTo("0,2-3,5-7");
    assertThat(cores(cluster, "N=1 n=6 w=n1")).isEqualTo("0,2-3,5-7");
    assertThat(cores(cluster, "N=1 n=1 w=n0 system=1")).isEqualTo("0-6");
    assertThat(cores(cluster, "N=1 n=7 w=n0 system=1")).isEqualTo("0-6");
    assertThat(cores(cluster, "N=1 n=1 w=n0 system=0")).isEqualTo("0-7");
    assertThat(cores(cluster, "N=1 n=1 w=n0 system=4")).isEqualTo("0-1,4-5");
    assertThat(cores(cluster, "N=1 n=5 w=n0 system=4")).isEqualTo(Reason.BAD_CONSTRAINTS.name());
    assertThat(cores(cluster, "N=1 n=1 w=n1 system=3")).isEqualTo("0,2-3,5-6");
  }

  private static String cores(TestCluster cluster, String request) {
    Selection selection = ConsTresSelectorTest.select(cluster, request, cluster.ledger(), Map.of());
    return selection instanceof Selection.Placed placed
        ? placed.allocation().nodes().get(0).cores().toString()
        : ((Selection.NotPlaced) selection).blockers().get(0).reason().name();
  }

  /** Whole sockets, but for what the system keeps of them, and what the partition may use. */
  @Test
  void socketsOfWhichNotAllCoresAreForJobs() {
    NodeHardware one = new NodeHardware(1, 1, 8, 1, 16_000, 0);
    NodeHardware two = new NodeHardware(1, 2, 4, 1, 16_000, 0);
    List<NodeView> nodes = new ArrayList<>();
    for (NodeHardware hardware :
        List.of(
            one.withSystem(one.lastCores(1)),
            two.withSystem(two.lastCores(2)),
            two.withSystem(CoreSet.of(0, 1, 2, 3)))) {
      int id = nodes.size();
      nodes.add(new NodeView(id, "n" + id, hardware, Set.of(), List.of(), 1, NodeState.USABLE));
    }
    TestCluster cluster = TestCluster.of(nodes);
    assertThat(ofSockets(cluster, "N=1 n=1 w=n0")).isEqualTo("0-6");
    assertThat(ofSockets(cluster, "N=1 n=1 w=n1")).isEqualTo("0-2");
    assertThat(ofSockets(cluster, "N=1 n=4 w=n1")).isEqualTo("0-2,4-6");
    assertThat(ofSockets(cluster, "N=1 n=1 w=n2")).isEqualTo("4-7");
    assertThat(ofSockets(cluster, "N=1 n=5 w=n2")).isEqualTo(Reason.BAD_CONSTRAINTS.name());
    PartitionView few =
        TestCluster.withOptions(cluster.partition("main"), Map.of("MaxCPUsPerNode", "6"));
    TestCluster limited = cluster.withPartitions(few);
    assertThat(ofSockets(limited, "N=1 n=1 w=n0")).isEqualTo("0-5");
    PartitionView narrow =
        TestCluster.withOptions(cluster.partition("main"), Map.of("MaxCPUsPerSocket", "2"));
    assertThat(ofSockets(cluster.withPartitions(narrow), "N=1 n=4 w=n1")).isEqualTo("0-1,4-5");
  }

  private static String ofSockets(TestCluster cluster, String request) {
    Selection selection =
        ConsTresSelectorTest.select(
            cluster, request, cluster.ledger(), Map.of("CR_Socket_Memory", ""));
    return selection instanceof Selection.Placed placed
        ? placed.allocation().nodes().get(0).cores().toString()
        : ((Selection.NotPlaced) selection).blockers().get(0).reason().name();
  }

  @Test
  void aPartitionUsesNoMoreOfASocketThanItMay() {
    assertThat(start("socket", "N=1 n=3")).isEqualTo("n0:0-1,4");
    assertThat(start("socket", "N=1 n=1 w=n0")).isEqualTo("n0:5");
    assertThat(start("socket", "N=1 n=1 w=n0")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("socket", "n=4")).isEqualTo("n1:0-1,4-5");
    assertThat(start("main", "N=1 n=4 w=n0")).isEqualTo("n0:2-3,6-7");
  }
}
