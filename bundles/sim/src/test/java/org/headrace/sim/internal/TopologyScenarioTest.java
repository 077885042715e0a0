package org.headrace.sim.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Segments;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The core, planning and plugins together on twelve nodes: racks of four for partition {@code
 * main}, a tree of switches with three nodes each for partition {@code eth}.
 */
class TopologyScenarioTest {
  private static final int NODES = 12;
  private static final long HOUR = 3_600_000;

  private final Map<String, String> settings =
      Map.of(
          "SelectType", "select/cons_tres",
          "SchedulerType", "sched/backfill",
          "PriorityType", "priority/basic",
          "TopologyPlugin", "topology/flat");
  private final Cluster cluster = new Cluster(Plugins.all(), settings);

  @BeforeEach
  void begin() {
    List<NodeDefinition> nodes =
        names(0, NODES).stream()
            .map(
                name ->
                    SimulatedMachine.node(name, new NodeHardware(1, 1, 4, 1, 1_000, 0), List.of()))
            .toList();
    ClusterDefinition plain = SimulatedMachine.cluster(nodes, 4, settings);
    PartitionDefinition main = plain.partitions().get(0);
    PartitionDefinition eth =
        PartitionDefinition.open("eth", main.nodes())
            .withSettings(0, Map.of("Topology", "switches"));
    TopologySpec racks =
        new TopologySpec(
            List.of(),
            IntStream.range(0, 3)
                .mapToObj(i -> new TopologySpec.Block("rack" + i, names(4 * i, 4 * i + 4)))
                .toList(),
            List.of(4),
            "racks",
            "block",
            Map.of());
    TopologySpec switches =
        new TopologySpec(
            IntStream.range(0, 4)
                .mapToObj(i -> new TopologySpec.Switch("s" + i, names(3 * i, 3 * i + 3), List.of()))
                .toList(),
            List.of(),
            List.of(),
            "switches",
            "tree",
            Map.of());
    cluster.advance(1_000_000_000_000L);
    cluster.system(
        new Command.Configure(
            new ClusterDefinition(
                plain.name(),
                plain.nodes(),
                List.of(main, eth),
                racks,
                plain.licenses(),
                plain.limits(),
                plain.administrators(),
                settings,
                List.of(switches))));
    for (NodeDefinition node : nodes) {
      cluster.system(new Command.RegisterNode(SimulatedMachine.report(node, cluster.now())));
    }
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toList();
  }

  private long submit(String partition, int nodes, NodeConstraint constraint) {
    return submit(partition, nodes, constraint, Sharing.CORES);
  }

  private long submit(String partition, int nodes, NodeConstraint constraint, Sharing sharing) {
    return submit(partition, nodes, constraint, sharing, HOUR);
  }

  private long submit(
      String partition, int nodes, NodeConstraint constraint, Sharing sharing, long limit) {
    ResourceRequest request =
        ResourceRequest.singleCpu()
            .withNodes(nodes, nodes)
            .withLayout(new TaskLayout(nodes * 4, 1, 4, 0, 0, false, ""))
            .withSharing(sharing)
            .withConstraint(constraint);
    Outcome outcome =
        cluster.apply(
            new Command.SubmitJob(
                SimulatedMachine.job("job", request)
                    .withPartitions(List.of(partition))
                    .withTiming(Timing.ANY.withTimeLimit(limit)),
                JobFiles.EMPTY,
                0),
            SimulatedMachine.USER);
    long id = ((Outcome.JobAccepted) outcome).jobId();
    cluster.advance(cluster.now() + 1_000);
    cluster.plan(true);
    return id;
  }

  private List<String> nodes(long id) {
    Job job = cluster.state().job(id);
    return job.status().state() == JobState.PENDING
        ? List.of()
        : job.status().allocation().nodes().stream()
            .map(NodeAllocation::node)
            .map(node -> cluster.state().node(node).name())
            .toList();
  }

  private void end(long id) {
    List<String> held = nodes(id);
    cluster.system(
        new Command.SignalJob(
            JobTarget.of(id), 0, Command.SignalScope.FULL, false, ExitStatus.SUCCESS));
    held.forEach(node -> cluster.system(new Command.NodeReleased(id, 0, node, "")));
    cluster.advance(cluster.now() + 1_000);
    cluster.plan(true);
  }

  @Test
  void eachPartitionHasItsWiring() {
    assertThat(nodes(submit("eth", 3, NodeConstraint.ANY))).isEqualTo(names(0, 3));
    // Rack 0 has one node left, rack 1 all.
    assertThat(nodes(submit("main", 2, NodeConstraint.ANY))).isEqualTo(names(4, 6));
    // Switch s1 has n3 left.
    assertThat(nodes(submit("eth", 3, NodeConstraint.ANY))).isEqualTo(names(6, 9));
    // Five nodes are left, but no rack has four of them.
    assertThat(nodes(submit("main", 4, NodeConstraint.ANY))).isEmpty();
  }

  @Test
  void segmentsStayInRacks() {
    submit("eth", 3, NodeConstraint.ANY);
    Segments pairs = new Segments(2, true, false);
    assertThat(nodes(submit("main", 4, NodeConstraint.ANY.withSegments(pairs))))
        .containsExactly("n4", "n5", "n8", "n9");
    assertThat(nodes(submit("main", 6, NodeConstraint.ANY.withSegments(pairs)))).isEmpty();
  }

  @Test
  void aJobMayHaveItsRacksForItself() {
    assertThat(nodes(submit("main", 1, NodeConstraint.ANY))).containsExactly("n0");
    // Rack 0 is in use, so it gets one that isn't.
    long alone = submit("main", 2, NodeConstraint.ANY, Sharing.TOPOLOGY);
    assertThat(nodes(alone)).containsExactly("n4", "n5");
    // What is left of that rack is nobody's, also not of a job on other wiring.
    assertThat(nodes(submit("eth", 1, NodeConstraint.ANY))).doesNotContain("n6", "n7");
    assertThat(nodes(submit("main", 4, NodeConstraint.ANY)))
        .containsExactly("n8", "n9", "n10", "n11");
    long waiting = submit("main", 2, NodeConstraint.ANY.withSegments(new Segments(1, true, false)));
    assertThat(nodes(waiting)).isEmpty();
    end(alone);
    assertThat(nodes(waiting)).hasSize(2).contains("n4");
  }

  /** What a promised job keeps from others is promised, too, not only what it runs on. */
  @Test
  void nobodyIsPutIntoARackThatIsPromisedAsAWhole() {
    submit("main", 4, NodeConstraint.ANY, Sharing.CORES, 100 * HOUR);
    submit("main", 4, NodeConstraint.ANY, Sharing.CORES, 100 * HOUR);
    assertThat(nodes(submit("main", 1, NodeConstraint.ANY))).hasSize(1);
    long alone = submit("main", 1, NodeConstraint.ANY, Sharing.TOPOLOGY);
    assertThat(nodes(alone)).isEmpty();
    assertThat(cluster.state().job(alone).status().expectedStart()).isPositive();
    assertThat(nodes(submit("main", 1, NodeConstraint.ANY, Sharing.CORES, 50 * HOUR))).isEmpty();
    assertThat(nodes(submit("main", 1, NodeConstraint.ANY, Sharing.CORES, HOUR / 2))).hasSize(1);
  }

  /** The other way round: what a newcomer would keep may be promised. */
  @Test
  void nobodyKeepsNodesThatArePromised() {
    submit("main", 4, NodeConstraint.ANY, Sharing.CORES, 100 * HOUR);
    long brief = submit("main", 4, NodeConstraint.ANY);
    Segments threes = new Segments(3, true, false);
    long wide = submit("main", 6, NodeConstraint.ANY.withSegments(threes));
    assertThat(nodes(wide)).isEmpty();
    for (String node : names(8, 12)) { // one of which isn't promised itself
      NodeConstraint there =
          new NodeConstraint("", "", List.of(node), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
      assertThat(nodes(submit("main", 1, there, Sharing.TOPOLOGY, 50 * HOUR))).isEmpty();
    }
    end(brief);
    assertThat(nodes(wide)).hasSize(6);
  }
}
