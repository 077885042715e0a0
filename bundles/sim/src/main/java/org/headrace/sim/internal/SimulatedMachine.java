package org.headrace.sim.internal;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/** What all simulated machines have in common: one partition, one user, no other limits. */
public final class SimulatedMachine {
  /** Whose all jobs are. */
  public static final Actor USER = new Actor(1000, 1000, "trace", "trace", false);

  private static final String PARTITION = "main";
  private static final int MOST_JOBS = 100_000_000;

  private static final JobSpec JOB =
      JobSpec.of(
              "job",
              new Owner(USER.uid(), USER.gid(), USER.user(), USER.group()),
              Execution.plain(true, "/", 0, false))
          .withPartitions(List.of(PARTITION));

  private SimulatedMachine() {}

  /**
   * A cluster of these nodes.
   *
   * @param tasksPerNode most tasks that a job may have on a node
   */
  public static ClusterDefinition cluster(
      List<NodeDefinition> nodes, int tasksPerNode, Map<String, String> settings) {
    return new ClusterDefinition(
        "trace",
        nodes,
        List.of(partition(nodes.stream().map(NodeDefinition::name).toList())),
        TopologySpec.FLAT,
        Map.of(),
        limits(tasksPerNode),
        List.of(),
        settings);
  }

  /** A node that is up. */
  public static NodeDefinition node(String name, NodeHardware hardware, List<GresInventory> gres) {
    return new NodeDefinition(
        name, hardware, List.of(), gres, 1, name, name, 0, false, "UNKNOWN", "");
  }

  /** A job of the user. */
  public static JobSpec job(String name, ResourceRequest request) {
    return JOB.withName(name).withRequest(request);
  }

  /** What a simulated job does: nothing, as a batch job. */
  public static Execution execution() {
    return JOB.execution();
  }

  /** Jobs end exactly at their limit and are forgotten soon. */
  private static Limits limits(int tasksPerNode) {
    return new Limits(
        MOST_JOBS,
        1,
        Integer.MAX_VALUE,
        1,
        1,
        0,
        Math.max(512, tasksPerNode),
        1000,
        1000,
        0,
        Long.MAX_VALUE / 4,
        1,
        MemoryRequest.NONE,
        false);
  }

  private static PartitionDefinition partition(List<String> nodes) {
    return PartitionDefinition.open(PARTITION, nodes).withDefault(true);
  }

  /** What an agent says that finds what is configured. */
  public static NodeReport report(NodeDefinition node, long now) {
    return new NodeReport(
        node.name(),
        node.hardware(),
        node.gres(),
        "sim",
        "sim",
        "sim",
        now,
        now,
        0,
        node.hardware().memory(),
        node.name(),
        node.name(),
        List.of());
  }
}
