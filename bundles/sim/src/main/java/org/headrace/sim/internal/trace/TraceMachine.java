package org.headrace.sim.internal.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.sim.internal.SimulatedMachine;

/** A trace's machine and jobs, in the words of the core. */
final class TraceMachine {
  private static final int MEMORY = 1_000_000;

  private TraceMachine() {}

  /**
   * The cluster.
   *
   * @param more settings beyond those of the policy, or instead of them
   */
  static ClusterDefinition definition(MachineShape shape, Policy policy, Map<String, String> more) {
    NodeHardware hardware = new NodeHardware(1, 1, shape.cpusPerNode(), 1, MEMORY, 0);
    List<NodeDefinition> nodes = new ArrayList<>();
    for (int i = 1; i <= shape.nodes(); i++) {
      nodes.add(SimulatedMachine.node("n" + i, hardware, List.of()));
    }
    Map<String, String> settings = new HashMap<>(policy.settings());
    settings.put("SelectType", "select/cons_tres");
    settings.put("SelectTypeParameters", "CR_Core");
    settings.put("PriorityType", "priority/basic");
    settings.put("TopologyPlugin", "topology/flat");
    settings.putAll(more);
    return SimulatedMachine.cluster(nodes, shape.cpusPerNode(), settings);
  }

  /** As many tasks of one CPU as the job has processors, wherever they are. */
  static JobSpec job(TraceJob job) {
    ResourceRequest one = ResourceRequest.singleCpu();
    return SimulatedMachine.job(
            Long.toString(job.id()), one.withLayout(one.layout().withTasks(job.cpus())))
        .withTiming(Timing.ANY.withTimeLimit(TraceRun.limit(job) * 1000));
  }
}
