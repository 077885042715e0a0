package org.headrace.topology.tree.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.topology.TopologyRequest;

/**
 * Chooses nodes in the closest group that can serve a request: the lowest common switch, or the
 * fewest blocks. Among groups of one level the one with the least to spare is taken.
 */
final class Grouping {
  private Grouping() {}

  static int[] choose(TopologyRequest request, Wiring wiring) {
    List<int[]> byLeaf = new ArrayList<>(wiring.leaves().size());
    for (Wiring.Group leaf : wiring.leaves()) {
      byLeaf.add(eligible(request, leaf.nodes()));
    }
    int[] best = null;
    int bestLevel = Integer.MAX_VALUE;
    long bestSize = 0;
    for (Wiring.Group group : wiring.groups()) {
      if (group.level() > bestLevel) {
        break;
      }
      long capacity = 0;
      int nodes = 0;
      for (int leaf : group.leafNumbers()) {
        for (int node : byLeaf.get(leaf)) {
          capacity += request.capacity().applyAsInt(node);
          nodes++;
        }
      }
      if (capacity < request.needed()
          || nodes < request.minNodes()
          || !holdsAll(group.nodes(), request)
          || (best != null && capacity >= bestSize)) {
        continue;
      }
      int[] found = new Choice(request, wiring, byLeaf).within(group);
      if (found != null && (!request.contiguous() || adjacent(found))) {
        best = found;
        bestLevel = group.level();
        bestSize = capacity;
      }
    }
    return best;
  }

  private static boolean holdsAll(BitSet nodes, TopologyRequest request) {
    int node = request.required().next(0);
    while (node >= 0) {
      if (!nodes.get(node)) {
        return false;
      }
      node = request.required().next(node + 1);
    }
    return true;
  }

  private static boolean adjacent(int[] nodes) {
    int[] sorted = nodes.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 || sorted[sorted.length - 1] - sorted[0] == sorted.length - 1;
  }

  /** Eligible nodes of {@code nodes}, largest capacity first, then by id. */
  private static int[] eligible(TopologyRequest request, BitSet nodes) {
    long[] keys = new long[nodes.cardinality()];
    int count = 0;
    for (int id = nodes.nextSetBit(0); id >= 0; id = nodes.nextSetBit(id + 1)) {
      if (request.eligible().contains(id)) {
        keys[count++] = (-(long) request.capacity().applyAsInt(id) << 32) | id;
      }
    }
    keys = Arrays.copyOf(keys, count);
    Arrays.sort(keys);
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = (int) keys[i];
    }
    return ids;
  }
}
