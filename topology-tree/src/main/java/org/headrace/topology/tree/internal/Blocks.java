package org.headrace.topology.tree.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.TopologySpec;

/**
 * Base blocks in their order, and the sizes in which neighbours are joined to larger ones.
 * Immutable.
 *
 * @param nodes by base block: ids of its nodes, ascending
 * @param joined so many of the base blocks can be joined; the others are nodes that no block has,
 *     each alone
 * @param base nodes that a base block is planned to have; what it has beyond is spare
 * @param levels by level, from 0: how many base blocks are one block there; ascending, 1 first
 * @param blockOf by node id: its base block
 */
record Blocks(int[][] nodes, int joined, int base, int[] levels, int[] blockOf) {
  static Blocks of(ClusterView view, TopologySpec wiring) {
    List<int[]> blocks = new ArrayList<>();
    BitSet seen = new BitSet();
    int smallest = Integer.MAX_VALUE;
    for (TopologySpec.Block block : wiring.blocks()) {
      int[] ids =
          block.nodes().stream()
              .map(view::node)
              .filter(node -> node != null)
              .mapToInt(NodeView::id)
              .sorted()
              .toArray();
      Arrays.stream(ids).forEach(seen::set);
      blocks.add(ids);
      smallest = Math.min(smallest, Math.max(1, block.nodes().size()));
    }
    int joined = blocks.size();
    if (joined == 0) {
      // Nothing is known of the wiring: all nodes are equally close.
      blocks.add(view.nodes().stream().mapToInt(NodeView::id).toArray());
      joined = 1;
      smallest = Math.max(1, view.nodes().size());
    } else {
      view.nodes().stream()
          .mapToInt(NodeView::id)
          .filter(id -> !seen.get(id))
          .forEach(id -> blocks.add(new int[] {id}));
    }
    List<Integer> sizes = wiring.blockSizes();
    int base = sizes.isEmpty() ? smallest : Math.max(1, sizes.get(0));
    int[] levels = sizes.stream().mapToInt(size -> Math.max(1, size / base)).distinct().toArray();
    return new Blocks(
        blocks.toArray(int[][]::new),
        joined,
        base,
        levels.length == 0 ? new int[] {1} : levels,
        blockOf(blocks));
  }

  private static int[] blockOf(List<int[]> blocks) {
    int limit = blocks.stream().flatMapToInt(Arrays::stream).max().orElse(-1) + 1;
    int[] blockOf = new int[limit];
    for (int block = 0; block < blocks.size(); block++) {
      for (int id : blocks.get(block)) {
        blockOf[id] = block;
      }
    }
    return blockOf;
  }

  /** The lowest level at which a block is planned to have so many nodes; {@link #all} if none. */
  int level(int wanted) {
    int level = 0;
    while (level < levels.length && (long) levels[level] * base < wanted) {
      level++;
    }
    return level;
  }

  /** The level above all sizes, at which all blocks are one. */
  int all() {
    return levels.length;
  }

  /** Blocks of one level within a range of base blocks. A lone node is a block of level 0. */
  List<Range> at(int level, Range within) {
    List<Range> ranges = new ArrayList<>();
    int end = Math.min(within.end(), level == 0 ? nodes.length : joined);
    int step = level == all() ? Math.max(1, joined) : levels[level];
    for (int first = within.first(); first < end; first += step) {
      ranges.add(new Range(first, Math.min(end, first + step)));
    }
    return ranges;
  }

  /** All base blocks. */
  Range everything() {
    return new Range(0, nodes.length);
  }

  /**
   * Base blocks that follow each other.
   *
   * @param first the first
   * @param end the one after the last
   */
  record Range(int first, int end) {}
}
