package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.topology.Topology;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.headrace.topology.tree.internal.TreeTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsTresSelectorTest {
  /** Four nodes of 2 sockets, 4 cores, 2 threads, 16,000 MiB, 8 GPUs. */
  private static final TestCluster CLUSTER = cluster();

  private static TestCluster cluster() {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 4; id++) {
      NodeView plain = TestCluster.node(id, "n" + id, 2, 4, 2, 16_000);
      nodes.add(TestCluster.withGres(plain, TestCluster.gpus("", 0, 8, CoreSet.EMPTY)));
    }
    return TestCluster.of(nodes);
  }

  /** On one thread a core, as a Slurm 22.05 places them on four such nodes. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          spread n=4            | n0=1/0/1/0 n1=1/0/1/0 n2=1/0/1/0 n3=1/0/1/0
          spread n=8            | n0=5/0/5/0 n1=1/0/1/0 n2=1/0/1/0 n3=1/0/1/0
          spread N=2 n=8        | n0=7/0/7/0 n1=1/0/1/0
          spread N=1-3 n=2      | n0=1/0/1/0 n1=1/0/1/0
          fewest N=2-4 n=20     | n0=19/0/19/0 n1=1/0/1/0
          fewest N=1-4 n=4      | n0=4/0/4/0
          N=2-4 n=20            | n0=17/0/17/0 n1=1/0/1/0 n2=1/0/1/0 n3=1/0/1/0
          gpus=16 N=2-4         | n0=1/0/1/8 n1=1/0/1/8
          gpus=12 N=2 n=4       | n0=3/0/3/8 n1=1/0/1/4
          gpus=6 N=3            | n0=1/0/1/4 n1=1/0/1/1 n2=1/0/1/1
          gpus=16 N=4           | n0=1/0/1/8 n1=1/0/1/6 n2=1/0/1/1 n3=1/0/1/1
          gpt=3 n=5             | n0=2/0/2/6 n1=2/0/2/6 n2=1/0/1/3
          gps=1 sockets=2 n=1   | n0=1/0/1/1
          gps=5 sockets=2 n=1   | n0=1/0/1/5
          gps=4 sockets=2 n=2   | n0=2/0/2/8
          gpn=2 n=130           | n0=64/0/64/2 n1=64/0/64/2 n2=2/0/2/2
          """)
  void breadthAndGpus(String request, String expected) {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 4; id++) {
      NodeView plain = TestCluster.node(id, "n" + id, 2, 32, 1, 256_000);
      nodes.add(TestCluster.withGres(plain, TestCluster.gpus("", 0, 8, CoreSet.EMPTY)));
    }
    TestCluster cluster = TestCluster.of(nodes);
    assertThat(show(select(cluster, request, cluster.ledger(), Map.of()))).isEqualTo(expected);
  }

  /**
   * Counts that the real Slurm 22.05 gave for the same options on the same nodes with {@code
   * CR_Core_Memory}; per node: CPUs/MiB/tasks/GPUs.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n=1 mpc=100                 | n0=2/200/1/0
          n=3 mpc=100                 | n0=4/400/3/0
          n=1 c=3 mpc=100             | n0=4/400/1/0
          n=2 c=3 mpc=100             | n0=6/600/2/0
          N=2 n=4 mpc=100             | n0=2/200/2/0 n1=2/200/2/0
          N=2 n=10 mpc=100            | n0=8/800/8/0 n1=2/200/2/0
          N=3 n=20 mpc=100            | n0=16/1600/16/0 n1=2/200/2/0 n2=2/200/2/0
          n=20 mpc=100                | n0=16/1600/16/0 n1=4/400/4/0
          N=2 mpc=100                 | n0=2/200/1/0 n1=2/200/1/0
          N=1-3 mpc=100               | n0=2/200/1/0 n1=2/200/1/0 n2=2/200/1/0
          N=1-3 n=2 mpc=100           | n0=2/200/1/0 n1=2/200/1/0
          N=2-3 n=40 mpc=100          | n0=16/1600/16/0 n1=16/1600/16/0 n2=8/800/8/0
          n=4 npn=2 mpc=100           | n0=2/200/2/0 n1=2/200/2/0
          N=2 npn=3 mpc=100           | n0=4/400/3/0 n1=4/400/3/0
          N=4 n=2 mpc=100             | n0=2/200/1/0 n1=2/200/1/0
          n=1 excl mpc=100            | n0=16/1600/1/8
          N=2 n=6 excl mpc=100        | n0=16/1600/3/8 n1=16/1600/3/8
          n=3 tpc=1 mpc=100           | n0=6/300/3/0
          n=3 npc=1 mpc=100           | n0=6/600/3/0
          n=2 c=3 npc=1 mpc=100       | n0=8/800/2/0
          n=1 mem=0                   | n0=2/16000/1/0
          N=2 n=4 mem=500             | n0=2/500/2/0 n1=2/500/2/0
          n=3 mpc=300                 | n0=4/1200/3/0
          N=2 gpn=2 mpc=100           | n0=2/200/1/2 n1=2/200/1/2
          n=1 gpus=3 mpc=100          | n0=2/200/1/3
          n=2 gpus=10 mpc=100         | n0=2/200/1/8 n1=2/200/1/2
          n=3 gpt=2 mpc=100           | n0=4/400/3/6
          n=4 gps=1 sockets=2 mpc=100 | n0=4/400/4/2
          n=1 gpus=4 cpg=3 mpc=100    | n0=12/1200/1/4
          n=1 gpus=3 mpg=100          | n0=2/300/1/3
          n=1 gpn=1 excl mpc=100      | n0=16/1600/1/8
          N=1 n=5 mincpus=12 mpc=100  | n0=12/1200/5/0
          N=2 n=6 mincpus=4 mpc=100   | n0=4/400/3/0 n1=4/400/3/0
          N=2 n=9 mincpus=4 mpc=100   | n0=6/600/5/0 n1=4/400/4/0
          N=3 n=6 mincpus=4 mpc=100   | n0=4/400/2/0 n1=4/400/2/0 n2=4/400/2/0
          N=2 n=5 m=cyclic mpc=100    | n0=4/400/3/0 n1=2/200/2/0
          n=5 O mpc=100               | n0=2/200/5/0
          n=40 O mpc=100              | n0=2/200/40/0
          N=2 n=20 gpn=2 mpc=100      | n0=16/1600/16/2 n1=4/400/4/2
          n=4 w=n2 mpc=100            | n2=4/400/4/0
          """)
  void countsAreThoseOfSlurm(String request, String expected) {
    assertThat(show(select(CLUSTER, request, CLUSTER.ledger(), Map.of()))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} under {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n=1                | CR_CPU                     | n0=1/0/1/0
          n=3 mpc=100        | CR_CPU_Memory              | n0=3/300/3/0
          n=3 mpc=100        | CR_Core                    | n0=4/0/3/0
          n=3 mpc=100        | CR_Socket_Memory           | n0=8/800/3/0
          n=9                | CR_Socket                  | n0=16/0/9/0
          n=3                | CR_ONE_TASK_PER_CORE       | n0=6/0/3/0
          N=2 n=6 excl       | CR_Pack_Nodes              | n0=16/0/4/8 n1=16/0/2/8
          n=3 nps=1          | CR_Core                    | n0=2/0/1/0 n1=2/0/2/0
          N=2 n=10 m=plane=2 | CR_Core                    | n0=6/0/6/0 n1=4/0/4/0
          N=2 n=2 m=plane=2  | CR_Core                    | n0=2/0/1/0 n1=2/0/1/0
          N=3 n=6 m=plane=4  | CR_Core                    | n0=4/0/4/0 n1=2/0/1/0 n2=2/0/1/0
          N=3 w=n3           | CR_Core                    | n1=2/0/1/0 n2=2/0/1/0 n3=2/0/1/0
          N=2 x=n0,n2        | CR_Core                    | n1=2/0/1/0 n3=2/0/1/0
          """)
  void otherSettings(String request, String option, String expected) {
    if (request.contains("excl") && option.equals("CR_Pack_Nodes")) {
      // Packed: as many as fit but for one core's worth on the second node.
      Selection packed =
          select(CLUSTER, request, CLUSTER.ledger(), Map.of(option, "", "CR_Core", ""));
      assertThat(show(packed)).isEqualTo(expected);
      return;
    }
    Selection selection = select(CLUSTER, request, CLUSTER.ledger(), Map.of(option, ""));
    assertThat(
            show(selection)
                .replaceAll("/\\d+/(\\d+/\\d+)", option.contains("Memory") ? "$0" : "/0/$1"))
        .isEqualTo(expected);
  }

  @Test
  void coresAreDealtRoundTheSocketsUnlessAskedOtherwise() {
    assertThat(cores("n=2 npc=1", Map.of())).isEqualTo("0,4");
    assertThat(cores("n=2 npc=1 m=block:block", Map.of())).isEqualTo("0-1");
    assertThat(cores("n=2 c=4", Map.of())).isEqualTo("0-1,4-5");
    assertThat(cores("n=2 c=4 m=block:fcyclic", Map.of())).isEqualTo("0-1,4-5");
    assertThat(cores("n=2 npc=1", Map.of("CR_CORE_DEFAULT_DIST_BLOCK", ""))).isEqualTo("0-1");
    assertThat(cores("n=3", Map.of("CR_Socket", ""))).isEqualTo("0-3");
  }

  @Test
  void coresLieNearTheDevices() {
    NodeView node =
        TestCluster.withGres(
            TestCluster.node(0, "n0", 2, 4, 1, 1000),
            TestCluster.gpus("a", 0, 2, CoreSet.of(0, 1, 2, 3)),
            TestCluster.gpus("b", 2, 2, CoreSet.of(4, 5, 6, 7)));
    TestCluster cluster = TestCluster.of(List.of(node));
    Allocation allocation = placed(select(cluster, "n=2 gpn=b:2", cluster.ledger(), Map.of()));
    assertThat(allocation.nodes().get(0).cores().toString()).isEqualTo("4-5");
    assertThat(allocation.nodes().get(0).gres().get(0).devices().toString()).isEqualTo("2-3");
    Allocation mixed = placed(select(cluster, "n=1 gpn=3,b:1", cluster.ledger(), Map.of()));
    assertThat(mixed.gresCount("gpu")).isEqualTo(4);
    assertThat(cluster.ledger().problem(mixed)).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          C=fast N=2           ; n0 n1
          C=slow&big N=1       ; n3
          C=fast|big N=3       ; n0 n1 n3
          C=(fast|slow)&x N=2  ; n0 n2
          C=[fast|slow] N=2    ; n0 n1
          C=[slow|fast] N=2    ; n2 n3
          C=[fast|slow] N=3    ; -
          C=big*1 N=2          ; n2 n3
          C=[fast*1&slow*2]    ; n0 n2 n3
          C=missing            ; -
          C=a&                 ; -
          prefer=slow N=1      ; n2
          prefer=slow N=3      ; n0 n1 n2
          """)
  void features(String request, String expected) {
    TestCluster cluster =
        TestCluster.of(
            List.of(
                TestCluster.withFeatures(TestCluster.node(0, "n0", 1, 2, 1, 100), "fast", "x"),
                TestCluster.withFeatures(TestCluster.node(1, "n1", 1, 2, 1, 100), "fast"),
                TestCluster.withFeatures(TestCluster.node(2, "n2", 1, 2, 1, 100), "slow", "x"),
                TestCluster.withFeatures(TestCluster.node(3, "n3", 1, 2, 1, 100), "slow", "big")));
    Selection selection = select(cluster, request, cluster.ledger(), Map.of());
    if (expected.equals("-")) {
      assertThat(first(selection).reason()).isEqualTo(Reason.BAD_CONSTRAINTS);
    } else {
      assertThat(names(cluster, placed(selection))).isEqualTo(expected);
    }
  }

  /** Four nodes of 64 cores and weights 5, 3, 1 and 3. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n=1 mpc=100       | n2=1/100/1/0
          N=1-3 n=4 mpc=100 | n2=4/400/4/0
          N=2-4 n=8 mpc=100 | n1=1/100/1/0 n2=6/600/6/0 n3=1/100/1/0
          n=65 mpc=100      | n1=1/100/1/0 n2=64/6400/64/0
          n=130             | n1=64/0/64/0 n2=64/0/64/0 n3=2/0/2/0
          """)
  void nodesOfLowWeightAreUsedFirstAndMostAsSlurmDoes(String request, String expected) {
    int[] weights = {5, 3, 1, 3};
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < weights.length; id++) {
      NodeView node = TestCluster.node(id, "n" + id, 2, 32, 1, 256_000);
      nodes.add(TestCluster.withWeight(node, weights[id]));
    }
    TestCluster cluster = TestCluster.of(nodes);
    assertThat(show(select(cluster, request, cluster.ledger(), Map.of()))).isEqualTo(expected);
  }

  /** Two plans that placed such a job on two nodes were nonsense, and no scheduler was left. */
  @Test
  void moreNodesThanTheJobHasAreNeverChosenForItsFeatures() {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 3; id++) {
      nodes.add(TestCluster.withFeatures(TestCluster.node(id, "n" + id, 1, 4, 1, 100), "a"));
    }
    TestCluster cluster = TestCluster.of(nodes);
    Selection selection = select(cluster, "N=1-1 C=a*2", cluster.ledger(), Map.of());
    assertThat(first(selection).reason()).isEqualTo(Reason.BAD_CONSTRAINTS);
  }

  @Test
  void lightNodesFirst() {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 4; id++) {
      nodes.add(TestCluster.withWeight(TestCluster.node(id, "n" + id, 1, 2, 1, 100), 10 - id));
    }
    TestCluster cluster = TestCluster.of(nodes);
    assertThat(names(cluster, placed(select(cluster, "N=2", cluster.ledger(), Map.of()))))
        .isEqualTo("n2 n3");
  }

  /** Five thousand nodes of as many weights took half a minute. */
  @Test
  void weightsThatAreTooFewAreNotSearched() {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 100; id++) {
      nodes.add(TestCluster.withWeight(TestCluster.node(id, "n" + id, 1, 4, 1, 100), 1 + id));
    }
    TestCluster cluster = TestCluster.of(nodes);
    AtomicInteger searches = new AtomicInteger();
    Topology counting =
        request -> {
          searches.incrementAndGet();
          return new FlatTopology().choose(request);
        };
    Selection selection =
        new ConsTresSelector()
            .select(
                new JobDemand(Requests.parse("n=200"), cluster.partition("main"), 1000, 0),
                cluster.ledger(),
                cluster.allNodes(),
                TestContext.selection(cluster, counting, Map.of()));
    assertThat(placed(selection).nodes()).hasSize(50).allMatch(part -> part.node() < 50);
    assertThat(searches).hasValue(1);
  }

  @Test
  void leastLoadedNodesFirst() {
    ResourceLedger ledger = CLUSTER.ledger();
    ledger.allocate(placed(select(CLUSTER, "n=4 w=n0", ledger, Map.of())), -1);
    assertThat(names(CLUSTER, placed(select(CLUSTER, "n=1", ledger, Map.of())))).isEqualTo("n0");
    assertThat(names(CLUSTER, placed(select(CLUSTER, "n=1", ledger, Map.of("CR_LLN", "")))))
        .isEqualTo("n1");
  }

  @Test
  void leastLoadedNodesAreNoUseWhereTheyAreTooSmall() {
    TestCluster cluster =
        TestCluster.of(
            List.of(
                TestCluster.node(0, "n0", 1, 4, 1, 100),
                TestCluster.node(1, "n1", 1, 16, 1, 100),
                TestCluster.node(2, "n2", 1, 10, 1, 100)));
    ResourceLedger ledger = cluster.ledger();
    Map<String, String> lln = Map.of("CR_LLN", "");
    ledger.allocate(placed(select(cluster, "n=8 w=n1", ledger, lln)), -1);
    ledger.allocate(placed(select(cluster, "n=1 w=n2", ledger, lln)), -1);
    assertThat(names(cluster, placed(select(cluster, "N=1 n=6", ledger, lln)))).isEqualTo("n2");
    assertThat(names(cluster, placed(select(cluster, "N=2 n=17", ledger, lln)))).isEqualTo("n1 n2");
    assertThat(names(cluster, placed(select(cluster, "N=2 n=12", ledger, lln)))).isEqualTo("n0 n2");
  }

  /** Once it has waited for few switches as long as it wants, any will do. */
  @Test
  void aJobThatWaitsForFewSwitchesCanRunLater() {
    TestCluster cluster =
        TestCluster.of(2, 1, 4, 1, 100)
            .withTopology(
                new TopologySpec(
                    List.of(
                        new TopologySpec.Switch("a", List.of("n0"), List.of()),
                        new TopologySpec.Switch("b", List.of("n1"), List.of()),
                        new TopologySpec.Switch("top", List.of(), List.of("a", "b"))),
                    List.of(),
                    List.of()));
    ConsTresSelector selector = new ConsTresSelector();
    List<Selection> answers = new ArrayList<>();
    for (long waited : List.of(0L, 1_000L)) {
      answers.add(
          selector.select(
              new JobDemand(
                  Requests.parse("N=2 switches=1 wait=1000"),
                  cluster.partition("main"),
                  1000,
                  waited),
              cluster.ledger(),
              cluster.allNodes(),
              TestContext.selection(cluster, new TreeTopology(), Map.of())));
    }
    assertThat(first(answers.get(0)).reason()).isEqualTo(Reason.RESOURCES);
    assertThat(names(cluster, placed(answers.get(1)))).isEqualTo("n0 n1");
  }

  @Test
  void saysWhyNot() {
    ResourceLedger ledger = CLUSTER.ledger();
    for (int i = 0; i < 3; i++) {
      ledger.allocate(placed(select(CLUSTER, "n=16", ledger, Map.of())), -1);
    }
    Selection.NotPlaced busy = (Selection.NotPlaced) select(CLUSTER, "N=2 n=20", ledger, Map.of());
    assertThat(busy.blockers().get(0).reason()).isEqualTo(Reason.RESOURCES);
    assertThat(busy.blockers())
        .contains(new Blocker(Reason.RESOURCES, 3, "fewer than 1 free CPUs", 0));
    Selection never = select(CLUSTER, "n=65", ledger, Map.of());
    assertThat(first(never).reason()).isEqualTo(Reason.BAD_CONSTRAINTS);
    assertThat(first(never).detail()).contains("most CPUs per node: 16");
    assertThat(first(select(CLUSTER, "gpn=9", ledger, Map.of())).detail())
        .contains("most gpu per node: 8");
    assertThat(first(select(CLUSTER, "w=ghost", ledger, Map.of())).detail()).contains("ghost");
  }

  @Test
  void nodesThatAreDownAreSaidToBe() {
    List<NodeView> nodes = new ArrayList<>(CLUSTER.nodes());
    nodes.set(
        3,
        TestCluster.withState(
            nodes.get(3),
            new NodeState(NodeState.Base.UP, Set.of(NodeState.Flag.DRAIN), "disk", "root", 0)));
    TestCluster cluster = TestCluster.of(nodes);
    assertThat(first(select(cluster, "N=4", cluster.ledger(), Map.of())).reason())
        .isEqualTo(Reason.NODE_DOWN);
    assertThat(first(select(cluster, "w=n3", cluster.ledger(), Map.of())).reason())
        .isEqualTo(Reason.REQUIRED_NODE_NOT_AVAILABLE);
    assertThat(placed(select(cluster, "N=3", cluster.ledger(), Map.of())).nodes()).hasSize(3);
  }

  @Test
  void nodesOfOneUserStayWithIt() {
    ResourceLedger ledger = CLUSTER.ledger();
    ledger.allocate(placed(select(CLUSTER, "n=1 w=n0", ledger, Map.of())), 1000);
    assertThat(names(CLUSTER, placed(select(CLUSTER, "n=1 user", ledger, Map.of()))))
        .isEqualTo("n0");
    ResourceLedger other = CLUSTER.ledger();
    other.allocate(placed(select(CLUSTER, "n=1 w=n0", other, Map.of())), 77);
    assertThat(names(CLUSTER, placed(select(CLUSTER, "n=1", other, Map.of())))).isEqualTo("n1");
  }

  private static Blocker first(Selection selection) {
    return ((Selection.NotPlaced) selection).blockers().get(0);
  }

  private static Allocation placed(Selection selection) {
    assertThat(selection).isInstanceOf(Selection.Placed.class);
    return ((Selection.Placed) selection).allocation();
  }

  private static String cores(String request, Map<String, String> options) {
    Selection selection = select(CLUSTER, request, CLUSTER.ledger(), options);
    return placed(selection).nodes().get(0).cores().toString();
  }

  private static String names(TestCluster cluster, Allocation allocation) {
    return allocation.nodes().stream()
        .map(part -> cluster.node(part.node()).name())
        .collect(Collectors.joining(" "));
  }

  private static String show(Selection selection) {
    if (selection instanceof Selection.NotPlaced not) {
      return not.blockers().toString();
    }
    return placed(selection).nodes().stream()
        .map(
            part ->
                "n%d=%d/%d/%d/%d"
                    .formatted(
                        part.node(),
                        part.cpus(),
                        part.memory(),
                        part.tasks(),
                        part.gres().stream().mapToLong(one -> one.count()).sum()))
        .collect(Collectors.joining(" "));
  }

  static Selection select(
      TestCluster cluster, String request, ResourceLedger free, Map<String, String> options) {
    NodeMask all = cluster.allNodes();
    Selection selection =
        new ConsTresSelector()
            .select(
                new JobDemand(Requests.parse(request), cluster.partition("main"), 1000, 0),
                free,
                all,
                TestContext.selection(cluster, new FlatTopology(), options));
    if (selection instanceof Selection.Placed placed) {
      assertThat(free.problem(placed.allocation())).isNull();
    }
    return selection;
  }
}
