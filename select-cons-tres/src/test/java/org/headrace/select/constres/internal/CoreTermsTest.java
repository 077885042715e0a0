package org.headrace.select.constres.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeMask;
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
              partition("socket", "MaxCPUsPerSocket", "2"));

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
  void aPartitionUsesNoMoreOfASocketThanItMay() {
    assertThat(start("socket", "N=1 n=3")).isEqualTo("n0:0-1,4");
    assertThat(start("socket", "N=1 n=1 w=n0")).isEqualTo("n0:5");
    assertThat(start("socket", "N=1 n=1 w=n0")).isEqualTo(Reason.RESOURCES.name());
    assertThat(start("socket", "n=4")).isEqualTo("n1:0-1,4-5");
    assertThat(start("main", "N=1 n=4 w=n0")).isEqualTo("n0:2-3,6-7");
  }
}
