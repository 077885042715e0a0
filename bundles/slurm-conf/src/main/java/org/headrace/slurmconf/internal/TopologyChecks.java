package org.headrace.slurmconf.internal;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.Topology;
import org.headrace.slurmconf.Topology.Block;
import org.headrace.slurmconf.Topology.Switch;

/**
 * What must hold in a topology as a whole: unique names, known children, no circles, known nodes.
 */
final class TopologyChecks {
  private final Diagnostics diagnostics;
  private final Set<String> nodes;

  TopologyChecks(Diagnostics diagnostics, Set<String> nodes) {
    this.diagnostics = diagnostics;
    this.nodes = nodes;
  }

  void check(List<Topology> topologies) {
    for (Topology topology : topologies) {
      if (topology instanceof Topology.Tree tree) {
        tree(tree);
      } else if (topology instanceof Topology.Blocks blocks) {
        blocks(blocks);
      }
    }
  }

  private void tree(Topology.Tree tree) {
    Map<String, Switch> byName = new HashMap<>();
    for (Switch one : tree.switches()) {
      Switch before = byName.putIfAbsent(one.name(), one);
      if (before != null) {
        diagnostics.error(
            one.position(), "switch " + one.name() + " is already defined at " + before.position());
      }
      knownNodes(one.nodes(), one.position(), "switch " + one.name());
    }
    Map<String, Switch> parents = new HashMap<>();
    for (Switch one : tree.switches()) {
      for (String child : one.children()) {
        if (!byName.containsKey(child)) {
          diagnostics.error(
              one.position(),
              "switch "
                  + one.name()
                  + " names switch "
                  + child
                  + ", which is not defined"
                  + Spelling.hint(child, byName.keySet()));
        } else {
          Switch other = parents.putIfAbsent(child, one);
          if (other != null) {
            diagnostics.error(
                one.position(),
                "switch "
                    + child
                    + " is already under "
                    + other.name()
                    + "; a tree has one way up");
          }
        }
      }
    }
    for (Switch one : tree.switches()) {
      Set<String> seen = new HashSet<>();
      for (Switch up = one; up != null; up = parents.get(up.name())) {
        if (!seen.add(up.name())) {
          diagnostics.error(one.position(), "switch " + one.name() + " is above itself");
          return;
        }
      }
    }
  }

  private void blocks(Topology.Blocks blocks) {
    Set<String> names = new HashSet<>();
    Map<String, String> owner = new HashMap<>();
    for (Block block : blocks.blocks()) {
      if (!names.add(block.name())) {
        diagnostics.error(block.position(), "block " + block.name() + " is defined twice");
      }
      for (String node : block.nodes()) {
        String other = owner.putIfAbsent(node, block.name());
        if (other != null) {
          diagnostics.error(block.position(), "node " + node + " is already in block " + other);
          break;
        }
      }
      knownNodes(block.nodes(), block.position(), "block " + block.name());
    }
    List<Integer> sizes = blocks.blockSizes();
    for (Block block : blocks.blocks()) {
      if (!sizes.isEmpty() && block.nodes().size() < sizes.get(0)) {
        diagnostics.warning(
            block.position(),
            "block "
                + block.name()
                + " has "
                + block.nodes().size()
                + " nodes; by block size "
                + sizes.get(0)
                + " jobs are planned for that many");
      }
    }
    for (int i = 1; i < sizes.size(); i++) {
      int base = sizes.get(0);
      int factor = sizes.get(i) / base;
      if (sizes.get(i) % base != 0
          || Integer.bitCount(factor) != 1
          || sizes.get(i) <= sizes.get(i - 1)) {
        diagnostics.error(
            blocks.blocks().isEmpty()
                ? new Position("topology.conf", 0)
                : blocks.blocks().get(0).position(),
            "block size "
                + sizes.get(i)
                + " is not a larger power of two times the base size "
                + base);
      }
    }
  }

  private void knownNodes(List<String> members, Position position, String what) {
    for (String node : members) {
      if (!nodes.contains(node)) {
        diagnostics.warning(
            position,
            what
                + " names node "
                + node
                + ", which slurm.conf does not define"
                + Spelling.hint(node, nodes));
        return;
      }
    }
  }
}
