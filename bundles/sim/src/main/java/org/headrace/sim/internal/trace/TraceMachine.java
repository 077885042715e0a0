package org.headrace.sim.internal.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/** A trace's machine and jobs, in the words of the core. */
final class TraceMachine {
  static final Actor USER = new Actor(1000, 1000, "trace", "trace", false);

  private static final String PARTITION = "main";
  private static final int MEMORY = 1_000_000;
  private static final int MOST_JOBS = 100_000_000;

  private static final JobSpec JOB =
      new JobSpec(
          "job",
          new Owner(USER.uid(), USER.gid(), USER.user(), USER.group()),
          new Charge("", "", ""),
          List.of(PARTITION),
          "",
          ResourceRequest.singleCpu(),
          Timing.ANY,
          JobArray.NONE,
          Dependency.NONE,
          new Execution(
              true,
              List.of(),
              "/",
              "",
              "",
              "",
              false,
              0,
              Map.of(),
              List.of(),
              false,
              Execution.Warning.NONE),
          Map.of());

  private TraceMachine() {}

  /**
   * The cluster.
   *
   * @param more settings beyond those of the policy, or instead of them
   */
  static ClusterDefinition definition(MachineShape shape, Policy policy, Map<String, String> more) {
    List<NodeDefinition> nodes = new ArrayList<>();
    for (int i = 1; i <= shape.nodes(); i++) {
      String name = "n" + i;
      nodes.add(
          new NodeDefinition(
              name, hardware(shape), List.of(), List.of(), 1, name, name, 0, false, "UNKNOWN", ""));
    }
    Map<String, String> settings = new HashMap<>(policy.settings());
    settings.put("SelectType", "select/cons_tres");
    settings.put("SelectTypeParameters", "CR_Core");
    settings.put("PriorityType", "priority/basic");
    settings.put("TopologyPlugin", "topology/flat");
    settings.putAll(more);
    return new ClusterDefinition(
        "trace",
        nodes,
        List.of(partition(nodes.stream().map(NodeDefinition::name).toList())),
        TopologySpec.FLAT,
        Map.of(),
        limits(shape),
        List.of(),
        settings);
  }

  private static NodeHardware hardware(MachineShape shape) {
    return new NodeHardware(1, 1, shape.cpusPerNode(), 1, MEMORY, 0);
  }

  /** Jobs end exactly at their limit and are forgotten soon. */
  private static Limits limits(MachineShape shape) {
    return new Limits(
        MOST_JOBS,
        1,
        Integer.MAX_VALUE,
        1,
        1,
        0,
        Math.max(512, shape.cpusPerNode()),
        1000,
        1000,
        0,
        Long.MAX_VALUE / 4,
        1,
        MemoryRequest.NONE,
        false);
  }

  private static PartitionDefinition partition(List<String> nodes) {
    return new PartitionDefinition(
        PARTITION,
        nodes,
        true,
        false,
        PartitionView.State.UP,
        1,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        0,
        1,
        1,
        Sharing.CORES,
        MemoryRequest.NONE,
        MemoryRequest.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        0,
        0,
        Map.of());
  }

  static NodeReport report(NodeDefinition node, long now) {
    return new NodeReport(
        node.name(),
        node.hardware(),
        List.of(),
        "sim",
        "sim",
        "sim",
        now,
        now,
        0,
        MEMORY,
        node.name(),
        node.name(),
        List.of());
  }

  /** As many tasks of one CPU as the job has processors, wherever they are. */
  static JobSpec job(TraceJob job) {
    ResourceRequest one = JOB.request();
    return JOB.withName(Long.toString(job.id()))
        .withRequest(one.withLayout(one.layout().withTasks(job.cpus())))
        .withTiming(Timing.ANY.withTimeLimit(TraceRun.limit(job) * 1000));
  }
}
