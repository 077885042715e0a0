package org.headrace.bench.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/**
 * A made-up machine: of ten nodes, seven have 64 cores, two have 128, one has 64 and eight GPUs. A
 * leaf switch has forty nodes. Partitions overlap, and differ in limits and tier.
 */
final class Machine {
  static final long HOUR = 3_600_000;
  static final int GPUS_PER_NODE = 8;

  private static final int NODES_PER_LEAF = 40;
  private static final long GIB = 1024;
  private static final NodeHardware THIN = new NodeHardware(1, 2, 32, 1, 256 * GIB, 0);
  private static final NodeHardware FAT = new NodeHardware(1, 2, 64, 1, 1024 * GIB, 0);
  private static final NodeHardware GPU = new NodeHardware(1, 2, 32, 1, 512 * GIB, 0);

  private Machine() {}

  /**
   * The mixed machine.
   *
   * @param more settings beside those of all machines
   */
  static ClusterDefinition mixed(int nodes, Map<String, String> more) {
    List<NodeDefinition> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(
          switch (i % 10) {
            case 8, 4 -> node(i, FAT, List.of("fat", "amd"), List.of());
            case 9 -> node(i, GPU, List.of("gpu"), List.of(gpus(GPU)));
            default -> node(i, THIN, List.of("thin", i % 20 < 10 ? "intel" : "amd"), List.of());
          });
    }
    List<String> names = all.stream().map(NodeDefinition::name).toList();
    List<String> cpu = named(all, "thin", "fat");
    return definition(
        all,
        List.of(
            partition("batch", cpu, true, 1, Integer.MAX_VALUE, 72 * HOUR, 1),
            partition("gpu", named(all, "gpu"), false, 1, 256, 48 * HOUR, 1),
            partition("large", cpu, false, 16, Integer.MAX_VALUE, 24 * HOUR, 1),
            partition("short", names, false, 1, 64, 4 * HOUR, 1),
            partition(
                "debug", names.subList(0, Math.max(1, nodes / 50)), false, 1, 4, HOUR / 2, 2)),
        more);
  }

  /** Nodes of eight GPUs and nothing else. */
  static ClusterDefinition ofGpus(int nodes) {
    List<NodeDefinition> all = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      all.add(node(i, GPU, List.of("gpu"), List.of(gpus(GPU))));
    }
    List<String> names = all.stream().map(NodeDefinition::name).toList();
    return definition(
        all, List.of(partition("gpu", names, true, 1, Integer.MAX_VALUE, 72 * HOUR, 1)), Map.of());
  }

  private static List<String> named(List<NodeDefinition> nodes, String... features) {
    return nodes.stream()
        .filter(node -> List.of(features).contains(node.features().get(0)))
        .map(NodeDefinition::name)
        .toList();
  }

  private static GresInventory gpus(NodeHardware hardware) {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = 0; i < GPUS_PER_NODE; i++) {
      int socket = i * hardware.sockets() / GPUS_PER_NODE;
      int first = socket * hardware.coresPerSocket();
      int[] near = new int[hardware.coresPerSocket()];
      for (int core = 0; core < near.length; core++) {
        near[core] = first + core;
      }
      devices.add(new GresDevice(i, "/dev/nvidia" + i, CoreSet.of(near), ""));
    }
    return new GresInventory("gpu", "h100", GPUS_PER_NODE, devices);
  }

  private static NodeDefinition node(
      int number, NodeHardware hardware, List<String> features, List<GresInventory> gres) {
    String name = "n" + number;
    return new NodeDefinition(
        name, hardware, features, gres, 1, name, name, 6818, false, "UNKNOWN", "");
  }

  private static ClusterDefinition definition(
      List<NodeDefinition> nodes, List<PartitionDefinition> partitions, Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("SelectType", "select/cons_tres");
    settings.put("SelectTypeParameters", "CR_Core_Memory");
    settings.put("SchedulerType", "sched/backfill");
    settings.put("TopologyPlugin", "topology/tree");
    settings.put("PriorityType", "priority/multifactor");
    settings.put("PriorityWeightAge", "1000");
    settings.put("PriorityWeightJobSize", "1000");
    settings.put("PriorityWeightPartition", "1000");
    settings.putAll(more);
    return new ClusterDefinition(
        "bench",
        nodes,
        partitions,
        tree(nodes),
        Map.of("solver", 10),
        limits(),
        List.of(),
        settings);
  }

  private static TopologySpec tree(List<NodeDefinition> nodes) {
    List<TopologySpec.Switch> switches = new ArrayList<>();
    List<String> leaves = new ArrayList<>();
    for (int from = 0; from < nodes.size(); from += NODES_PER_LEAF) {
      int to = Math.min(nodes.size(), from + NODES_PER_LEAF);
      String name = "leaf" + leaves.size();
      leaves.add(name);
      switches.add(
          new TopologySpec.Switch(
              name,
              nodes.subList(from, to).stream().map(NodeDefinition::name).toList(),
              List.of()));
    }
    switches.add(new TopologySpec.Switch("spine", List.of(), leaves));
    return new TopologySpec(switches, List.of(), List.of());
  }

  private static Limits limits() {
    return new Limits(
        2_000_000_000,
        1,
        Integer.MAX_VALUE,
        4_000_001,
        100,
        0,
        512,
        1000,
        1000,
        0,
        Long.MAX_VALUE / 4,
        1,
        MemoryRequest.NONE,
        false);
  }

  private static PartitionDefinition partition(
      String name,
      List<String> nodes,
      boolean isDefault,
      int minNodes,
      int maxNodes,
      long maxTime,
      int tier) {
    return PartitionDefinition.open(name, nodes)
        .withLimits(minNodes, maxNodes, maxTime, tier)
        .withDefault(isDefault);
  }

  /** What the node's agent reports when it comes up. */
  static NodeReport report(NodeDefinition node, long now) {
    return new NodeReport(
        node.name(),
        node.hardware(),
        node.gres(),
        "bench",
        "bench",
        "bench",
        now,
        now,
        0,
        node.hardware().memory(),
        node.name(),
        node.name(),
        List.of());
  }
}
