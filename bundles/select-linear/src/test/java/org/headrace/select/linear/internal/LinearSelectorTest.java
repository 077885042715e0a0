package org.headrace.select.linear.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearSelectorTest {
  private static final TestCluster CLUSTER = cluster();

  private static TestCluster cluster() {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 4; id++) {
      NodeView plain = TestCluster.node(id, "n" + id, 2, 4, 2, 1000);
      NodeView named = TestCluster.withFeatures(plain, id < 2 ? "a" : "b");
      nodes.add(TestCluster.withGres(named, TestCluster.gpus("", 0, 2, CoreSet.EMPTY)));
    }
    TestCluster cluster = TestCluster.of(nodes);
    return cluster.withPartitions(
        cluster.partition("main"),
        TestCluster.withOptions(
            TestCluster.partition("two", cluster.allNodes()), Map.of("OverSubscribe", "FORCE:2")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          1; 2147483647;  1; ''        ; n0=16/1
          1; 2147483647; 20; ''        ; n0=16/10 n1=16/10
          2; 2         ;  0; ''        ; n0=16/1 n1=16/1
          1; 3         ;  0; ''        ; n0=16/1 n1=16/1 n2=16/1
          2; 2         ;  6; ''        ; n0=16/3 n1=16/3
          1; 1         ;  1; b         ; n2=16/1
          3; 3         ;  0; a         ; BAD_CONSTRAINTS
          1; 1         ;  1; a&b       ; BAD_CONSTRAINTS
          3; 3         ;  0; (a|b)     ; n0=16/1 n1=16/1 n2=16/1
          1; 1         ;  1; a&        ; BAD_CONSTRAINTS
          1; 1         ; 17; ''        ; BAD_CONSTRAINTS
          """)
  void wholeNodes(int min, int max, int tasks, String features, String expected) {
    assertThat(show(select(request(min, max, tasks, features), CLUSTER.ledger())))
        .isEqualTo(expected);
  }

  @Test
  void neverShares() {
    ResourceLedger ledger = CLUSTER.ledger();
    for (int i = 0; i < 4; i++) {
      Selection.Placed placed = (Selection.Placed) select(request(1, 1, 1, ""), ledger);
      assertThat(ledger.problem(placed.allocation())).isNull();
      assertThat(placed.allocation().gresCount("gpu")).isEqualTo(2);
      ledger.allocate(placed.allocation(), ResourceLedger.NO_USER);
    }
    Selection.NotPlaced full = (Selection.NotPlaced) select(request(1, 1, 1, ""), ledger);
    assertThat(full.blockers().get(0).reason()).isEqualTo(Reason.RESOURCES);
    assertThat(full.blockers().get(0).detail()).contains("4 busy");
  }

  /** Idle nodes first; each has all cores, and of memory and devices what it asked for. */
  @Test
  void sharesNodesWhereThePartitionSaysSo() {
    ResourceLedger ledger = CLUSTER.ledger();
    for (int i = 0; i < 8; i++) {
      ResourceRequest request = request(1, 1, 1, "");
      if (i >= 6) {
        request = request.withGres(List.of(new GresRequest("gpu", "", 2, GresRequest.Scope.NODE)));
      }
      Selection selection = select("two", request, ledger);
      assertThat(show(selection)).isEqualTo("n" + i % 4 + "=16/1");
      Allocation allocation = ((Selection.Placed) selection).allocation();
      assertThat(ledger.problem(allocation)).isNull();
      assertThat(allocation.gresCount("gpu")).isEqualTo(i >= 6 ? 2 : 0);
      ledger.allocate(allocation, ResourceLedger.NO_USER);
    }
    assertThat(show(select("two", request(1, 1, 1, ""), ledger)))
        .isEqualTo(Reason.RESOURCES.name());
    assertThat(show(select("main", request(1, 1, 1, ""), ledger)))
        .isEqualTo(Reason.RESOURCES.name());
  }

  /** Whole nodes leave nothing to others: limits of nodes and sockets don't hold for them. */
  @Test
  void limitsOfNodesDoNotHoldForWholeNodes() {
    for (String share : List.of("NO", "FORCE:2")) {
      for (String limit : List.of("MaxCPUsPerNode", "MaxCPUsPerSocket")) {
        PartitionView without =
            TestCluster.withOptions(
                CLUSTER.partition("main"),
                Map.of(limit, "3", "OverSubscribe", share, "SelectType", "select/linear"));
        ResourceRequest one = request(1, 1, 1, "");
        Allocation allocation =
            ((Selection.Placed) selectIn(without, one, CLUSTER.ledger())).allocation();
        assertThat(allocation.cpus()).isEqualTo(16);
        assertThat(allocation.terms()).isEqualTo(CoreTerms.of(without, one));
        assertThat(CLUSTER.ledger().problem(allocation)).isNull();
        PartitionView with =
            TestCluster.withOptions(
                CLUSTER.partition("main"), Map.of(limit, "3", "OverSubscribe", share));
        assertThat(show(selectIn(with, one, CLUSTER.ledger())))
            .as("chosen beside the configuration")
            .isEqualTo(Reason.BAD_CONSTRAINTS.name());
      }
    }
  }

  /** Memory is not shared: two jobs that want all of it are on two nodes. */
  @Test
  void jobsThatWantAllMemoryAreOnNodesOfTheirOwn() {
    ResourceLedger ledger = CLUSTER.ledger();
    ResourceRequest all = request(4, 4, 0, "").withMemory(MemoryRequest.perNode(1000));
    ledger.allocate(
        ((Selection.Placed) select("two", all, ledger)).allocation(), ResourceLedger.NO_USER);
    assertThat(show(select("two", request(1, 1, 1, ""), ledger)))
        .isEqualTo(Reason.RESOURCES.name());
  }

  private static ResourceRequest request(int min, int max, int tasks, String features) {
    return ResourceRequest.singleCpu()
        .withNodes(min, max)
        .withLayout(TaskLayout.SINGLE.withTasks(tasks))
        .withMemory(MemoryRequest.perNode(500))
        .withConstraint(
            new NodeConstraint(features, "", List.of(), List.of(), 0, 0, 0, 0, 0, false, 0, 0));
  }

  private static Selection select(ResourceRequest request, ResourceLedger free) {
    return select("main", request, free);
  }

  private static Selection select(String partition, ResourceRequest request, ResourceLedger free) {
    return selectIn(CLUSTER.partition(partition), request, free);
  }

  private static Selection selectIn(
      PartitionView partition, ResourceRequest request, ResourceLedger free) {
    return new LinearSelector()
        .select(
            new JobDemand(request, partition, 1, 0),
            free,
            CLUSTER.allNodes(),
            TestContext.selection(CLUSTER, new FlatTopology(), Map.of()));
  }

  private static String show(Selection selection) {
    if (selection instanceof Selection.NotPlaced not) {
      return not.blockers().get(0).reason().name();
    }
    return ((Selection.Placed) selection)
        .allocation().nodes().stream()
            .map(part -> "n" + part.node() + "=" + part.cpus() + "/" + part.tasks())
            .collect(Collectors.joining(" "));
  }
}
