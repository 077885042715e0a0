package org.headrace.agent.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.slurmconf.Topology;

/**
 * Where a node is in the network, for programs that place their work by it.
 *
 * @param address names from the top to the node, joined by dots: {@code core.leaf2.n7}
 * @param pattern what each of them is: {@code switch.switch.node}
 */
record TopologyAddress(String address, String pattern) {
  private static final String NODE = "node";

  static TopologyAddress flat(String node) {
    return new TopologyAddress(node, NODE);
  }

  /** The node's place in the cluster's default topology, which is the first unless one says so. */
  static TopologyAddress of(String node, List<Topology> topologies) {
    Topology topology =
        topologies.stream()
            .filter(Topology::clusterDefault)
            .findFirst()
            .orElse(topologies.isEmpty() ? null : topologies.get(0));
    if (topology instanceof Topology.Tree tree) {
      return inTree(node, tree);
    }
    if (topology instanceof Topology.Blocks blocks) {
      return blocks.blocks().stream()
          .filter(block -> block.nodes().contains(node))
          .findFirst()
          .map(block -> new TopologyAddress(block.name() + "." + node, "block." + NODE))
          .orElse(flat(node));
    }
    return flat(node);
  }

  private static TopologyAddress inTree(String node, Topology.Tree tree) {
    Deque<String> names = new ArrayDeque<>();
    Set<String> seen = new HashSet<>();
    String below =
        tree.switches().stream()
            .filter(candidate -> candidate.nodes().contains(node))
            .findFirst()
            .map(Topology.Switch::name)
            .orElse(null);
    while (below != null && seen.add(below)) {
      names.addFirst(below);
      String child = below;
      below =
          tree.switches().stream()
              .filter(candidate -> candidate.children().contains(child))
              .findFirst()
              .map(Topology.Switch::name)
              .orElse(null);
    }
    String switches = "switch.".repeat(names.size());
    names.addLast(node);
    return new TopologyAddress(String.join(".", names), switches + NODE);
  }
}
