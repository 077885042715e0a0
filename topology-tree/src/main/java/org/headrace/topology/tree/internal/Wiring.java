package org.headrace.topology.tree.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.TopologySpec;

/**
 * Groups of nodes that lie well together, from the closest to the widest. Immutable.
 *
 * @param leaves groups that hold nodes directly
 * @param groups all groups including the leaves, closest first
 * @param overlapping true when some node is in several leaves
 * @param leafOf by node id: the leaf that it is in, or {@link #NO_LEAF}
 */
record Wiring(List<Group> leaves, List<Group> groups, boolean overlapping, int[] leafOf) {
  static final int NO_LEAF = -1;

  /**
   * Nodes below one switch.
   *
   * @param name for messages
   * @param level 0 for a leaf, else one more than its highest child
   * @param nodes ids of all nodes below
   * @param leafNumbers which leaves lie below
   */
  record Group(String name, int level, BitSet nodes, int[] leafNumbers) {}

  private static Wiring of(List<Group> leaves, List<Group> upper) {
    List<Group> all = new ArrayList<>(leaves);
    all.addAll(upper);
    all.sort(Comparator.comparingInt(Group::level));
    BitSet seen = new BitSet();
    boolean overlapping = false;
    for (Group leaf : leaves) {
      overlapping |= seen.intersects(leaf.nodes());
      seen.or(leaf.nodes());
    }
    int[] leafOf = new int[seen.length()];
    Arrays.fill(leafOf, NO_LEAF);
    for (int number = 0; number < leaves.size(); number++) {
      int leaf = number;
      leaves.get(number).nodes().stream().forEach(id -> leafOf[id] = leaf);
    }
    return new Wiring(List.copyOf(leaves), List.copyOf(all), overlapping, leafOf);
  }

  /**
   * The tree of switches. A node that no switch has is a leaf by itself; without any switch all
   * nodes are one.
   */
  static Wiring of(ClusterView view, TopologySpec wiring) {
    Map<String, TopologySpec.Switch> byName = new HashMap<>();
    List<Group> leaves = new ArrayList<>();
    Map<String, Integer> leafNumber = new HashMap<>();
    BitSet seen = new BitSet();
    for (TopologySpec.Switch one : wiring.switches()) {
      byName.put(one.name(), one);
      if (one.children().isEmpty()) {
        leafNumber.put(one.name(), leaves.size());
        BitSet nodes = ids(view, one.nodes());
        seen.or(nodes);
        leaves.add(new Group(one.name(), 0, nodes, new int[] {leaves.size()}));
      }
    }
    addLoneNodes(view, seen, leaves);
    List<Group> upper = new ArrayList<>();
    for (TopologySpec.Switch one : wiring.switches()) {
      if (!one.children().isEmpty()) {
        upper.add(join(one, byName, leafNumber, leaves));
      }
    }
    return of(leaves, upper);
  }

  /** All leaves as one group. */
  Group everything() {
    BitSet nodes = new BitSet();
    leaves.forEach(leaf -> nodes.or(leaf.nodes()));
    return new Group(
        "everything", Integer.MAX_VALUE, nodes, IntStream.range(0, leaves.size()).toArray());
  }

  private static void addLoneNodes(ClusterView view, BitSet seen, List<Group> leaves) {
    if (leaves.isEmpty()) {
      // Nothing is known of the wiring: all nodes are equally close.
      BitSet all = new BitSet();
      view.nodes().forEach(node -> all.set(node.id()));
      leaves.add(new Group("all", 0, all, new int[] {0}));
      return;
    }
    for (NodeView node : view.nodes()) {
      if (!seen.get(node.id())) {
        BitSet alone = new BitSet();
        alone.set(node.id());
        leaves.add(new Group(node.name(), 0, alone, new int[] {leaves.size()}));
      }
    }
  }

  private static Group join(
      TopologySpec.Switch top,
      Map<String, TopologySpec.Switch> byName,
      Map<String, Integer> leafNumber,
      List<Group> leaves) {
    Set<String> onPath = new HashSet<>();
    Set<Integer> found = new TreeSet<>();
    int level = collect(top, byName, leafNumber, onPath, found);
    BitSet nodes = new BitSet();
    for (int number : found) {
      nodes.or(leaves.get(number).nodes());
    }
    return new Group(
        top.name(), level, nodes, found.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int collect(
      TopologySpec.Switch one,
      Map<String, TopologySpec.Switch> byName,
      Map<String, Integer> leafNumber,
      Set<String> onPath,
      Set<Integer> found) {
    if (one.children().isEmpty()) {
      found.add(leafNumber.get(one.name()));
      return 0;
    }
    if (!onPath.add(one.name())) {
      throw new IllegalArgumentException("switch " + one.name() + " is below itself");
    }
    int level = 0;
    for (String name : one.children()) {
      TopologySpec.Switch child = byName.get(name);
      if (child == null) {
        throw new IllegalArgumentException(
            "switch " + one.name() + " names switch " + name + ", which doesn't exist");
      }
      level = Math.max(level, collect(child, byName, leafNumber, onPath, found));
    }
    onPath.remove(one.name());
    return level + 1;
  }

  private static BitSet ids(ClusterView view, List<String> names) {
    BitSet ids = new BitSet();
    for (String name : names) {
      NodeView node = view.node(name);
      if (node != null) {
        ids.set(node.id());
      }
    }
    return ids;
  }
}
