package org.headrace.topology.tree.internal;

import java.util.Arrays;
import java.util.BitSet;
import org.headrace.api.topology.TopologyRequest;

/** The eligible nodes of each leaf. Nodes are put in order only where one has to be chosen. */
final class Leaves {
  private final TopologyRequest request;
  private final Wiring wiring;
  private final int[] count;
  private final long[] capacity;
  private final int[][] nodes;

  Leaves(TopologyRequest request, Wiring wiring) {
    this.request = request;
    this.wiring = wiring;
    int leaves = wiring.leaves().size();
    count = new int[leaves];
    capacity = new long[leaves];
    nodes = new int[leaves][];
    if (wiring.overlapping()) {
      for (int leaf = 0; leaf < leaves; leaf++) {
        BitSet members = request.eligible().toBitSet();
        members.and(wiring.leaves().get(leaf).nodes());
        for (int id = members.nextSetBit(0); id >= 0; id = members.nextSetBit(id + 1)) {
          add(leaf, id);
        }
      }
      return;
    }
    int[] leafOf = wiring.leafOf();
    for (int id = request.eligible().next(0);
        id >= 0 && id < leafOf.length;
        id = request.eligible().next(id + 1)) {
      if (leafOf[id] != Wiring.NO_LEAF) {
        add(leafOf[id], id);
      }
    }
  }

  private void add(int leaf, int id) {
    count[leaf]++;
    capacity[leaf] += request.capacity().applyAsInt(id);
  }

  /** Number of eligible nodes of a leaf. */
  int count(int leaf) {
    return count[leaf];
  }

  /** Sum of their capacities. */
  long capacity(int leaf) {
    return capacity[leaf];
  }

  /** The eligible nodes of a leaf, largest capacity first, then by id. */
  int[] nodes(int leaf) {
    if (nodes[leaf] == null) {
      BitSet members = wiring.leaves().get(leaf).nodes();
      long[] keys = new long[count[leaf]];
      int next = 0;
      for (int id = members.nextSetBit(0); id >= 0; id = members.nextSetBit(id + 1)) {
        if (request.eligible().contains(id)) {
          keys[next++] = (-(long) request.capacity().applyAsInt(id) << 32) | id;
        }
      }
      Arrays.sort(keys);
      int[] ids = new int[next];
      for (int i = 0; i < next; i++) {
        ids[i] = (int) keys[i];
      }
      nodes[leaf] = ids;
    }
    return nodes[leaf];
  }
}
