package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeView;
import org.headrace.api.selector.CountedSelection;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs that may have certain numbers of nodes alone, on five nodes of 8 CPUs and 2 GPUs. */
class NodeCountsTest {
  private static final TestCluster CLUSTER = cluster();

  private static TestCluster cluster() {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < 5; id++) {
      NodeView plain = TestCluster.node(id, "n" + id, 1, 8, 1, 16_000);
      nodes.add(TestCluster.withGres(plain, TestCluster.gpus("", 0, 2, CoreSet.EMPTY)));
    }
    return TestCluster.of(nodes);
  }

  private static Selection select(String counts, String request) {
    List<Integer> allowed = Arrays.stream(counts.split(",")).map(Integer::valueOf).toList();
    JobDemand demand =
        new JobDemand(
            Requests.parse(request).withCounts(allowed), CLUSTER.partition("main"), 1000, 0);
    return CountedSelection.of(
        demand,
        one ->
            new ConsTresSelector()
                .select(
                    one,
                    CLUSTER.ledger(),
                    CLUSTER.allNodes(),
                    TestContext.selection(CLUSTER, new FlatTopology(), Map.of())));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2,4,8   | N=1 excl        | 4
          1,3     | N=1 excl        | 3
          2,4,8   | N=1 n=16        | 4
          2,5     | N=1 n=40        | 5
          2,4     | N=1 fewest n=24 | 4
          2,4     | N=1 fewest n=12 | 2
          2,5     | N=1 gpus=6      | 5
          2,5     | N=1 gpus=4      | 2
          """)
  void asManyAsAreAllowedAndNoOtherNumber(String counts, String request, int nodes) {
    assertThat(select(counts, request))
        .isInstanceOfSatisfying(
            Selection.Placed.class,
            placed -> assertThat(placed.allocation().nodes()).hasSize(nodes));
  }

  /** Three nodes would do, and six, but neither two nor ten. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = "2,10 | N=1 n=24\n6,8 | N=1 excl")
  void whatFitsOnOtherNumbersAloneWaits(String counts, String request) {
    assertThat(select(counts, request))
        .isInstanceOfSatisfying(
            Selection.NotPlaced.class, not -> assertThat(not.blockers()).isNotEmpty());
  }
}
