package org.headrace.topology.tree.internal;

import java.util.BitSet;
import org.headrace.api.topology.TopologyRequest;

/** Nodes chosen so far for one request, leaf by leaf. */
final class Choice {
  private final TopologyRequest request;
  private final Wiring wiring;

  private final Leaves leaves;
  private final BitSet chosen = new BitSet();
  private final BitSet usedLeaves = new BitSet();
  private int count;
  private long sum;

  Choice(TopologyRequest request, Wiring wiring, Leaves leaves) {
    this.request = request;
    this.wiring = wiring;
    this.leaves = leaves;
  }

  /** Chooses among the leaves of {@code group}; null if they don't suffice. */
  int[] within(Wiring.Group group) {
    takeRequired(group);
    while (!complete()) {
      if (count >= request.maxNodes()) {
        return null;
      }
      int leaf = bestLeaf(group);
      if (leaf < 0) {
        return null;
      }
      takeFrom(leaf);
    }
    return count > request.maxNodes() ? null : inOrder(group);
  }

  /**
   * Chooses a node of each leaf of {@code group} in turn, so that the job has the bandwidth of as
   * many as possible; null if they don't suffice.
   */
  int[] evenly(Wiring.Group group) {
    takeRequired(group);
    boolean more = true;
    for (int turn = 0; more && !complete(); turn++) {
      more = false;
      for (int leaf : group.leafNumbers()) {
        int[] nodes = leaves.nodes(leaf);
        if (turn < nodes.length && !complete() && count < request.maxNodes()) {
          take(leaf, nodes[turn]);
          more = true;
        }
      }
    }
    return complete() && count <= request.maxNodes() ? inOrder(group) : null;
  }

  private boolean complete() {
    return count >= request.minNodes() && sum >= request.needed();
  }

  private void takeRequired(Wiring.Group group) {
    if (request.required().isEmpty()) {
      return;
    }
    for (int leaf : group.leafNumbers()) {
      for (int node : leaves.nodes(leaf)) {
        if (request.required().contains(node)) {
          take(leaf, node);
        }
      }
    }
  }

  private void take(int leaf, int node) {
    if (!chosen.get(node)) {
      chosen.set(node);
      usedLeaves.set(leaf);
      count++;
      sum += request.capacity().applyAsInt(node);
    }
  }

  /**
   * The smallest leaf that can serve all that is missing; if there is none, the one that serves
   * most. Leaves in use already go first. -1 when nothing is left, or no further leaf is allowed.
   */
  private int bestLeaf(Wiring.Group group) {
    boolean mayAdd = request.maxSwitches() == 0 || usedLeaves.cardinality() < request.maxSwitches();
    int best = -1;
    boolean bestServes = false;
    boolean bestUsed = false;
    long bestSize = 0;
    for (int leaf : group.leafNumbers()) {
      boolean used = usedLeaves.get(leaf);
      if (!used && !mayAdd) {
        continue;
      }
      long capacity = 0;
      int nodes = 0;
      int room = request.maxNodes() - count;
      if (!used && !wiring.overlapping() && leaves.count(leaf) <= room) {
        capacity = leaves.capacity(leaf);
        nodes = leaves.count(leaf);
      } else {
        for (int node : leaves.nodes(leaf)) {
          if (!chosen.get(node) && nodes < room) {
            capacity += request.capacity().applyAsInt(node);
            nodes++;
          }
        }
      }
      if (nodes == 0) {
        continue;
      }
      boolean serves = capacity >= request.needed() - sum && nodes >= request.minNodes() - count;
      boolean better =
          best < 0
              || (serves != bestServes
                  ? serves
                  : used != bestUsed ? used : serves ? capacity < bestSize : capacity > bestSize);
      if (better) {
        best = leaf;
        bestServes = serves;
        bestUsed = used;
        bestSize = capacity;
      }
    }
    return best;
  }

  /** Takes the fewest nodes of a leaf that complete the choice, or all of them. */
  private void takeFrom(int leaf) {
    int[] nodes = leaves.nodes(leaf);
    for (int i = 0; i < nodes.length && !complete() && count < request.maxNodes(); i++) {
      if (chosen.get(nodes[i])) {
        continue;
      }
      int pick = nodes[i];
      if (count + 1 >= request.minNodes()) {
        pick = smallestThatCompletes(nodes, i);
      }
      take(leaf, pick);
    }
  }

  private int smallestThatCompletes(int[] nodes, int from) {
    int found = -1;
    for (int i = nodes.length - 1; i >= from; i--) {
      int capacity = request.capacity().applyAsInt(nodes[i]);
      if (found >= 0 && capacity > request.capacity().applyAsInt(found)) {
        break;
      }
      if (!chosen.get(nodes[i]) && capacity >= request.needed() - sum) {
        found = nodes[i];
      }
    }
    return found < 0 ? nodes[from] : found;
  }

  /** Leaf by leaf, so that neighbouring tasks share a leaf. */
  private int[] inOrder(Wiring.Group group) {
    int[] ids = new int[count];
    int next = 0;
    BitSet left = (BitSet) chosen.clone();
    for (int leaf : group.leafNumbers()) {
      if (next == count) {
        break;
      }
      BitSet nodes = wiring.leaves().get(leaf).nodes();
      if (nodes.isEmpty() || !wiring.overlapping() && !usedLeaves.get(leaf)) {
        continue;
      }
      int id = left.nextSetBit(nodes.nextSetBit(0));
      while (id >= 0 && id < nodes.length()) {
        if (nodes.get(id)) {
          ids[next++] = id;
          left.clear(id);
        }
        id = left.nextSetBit(id + 1);
      }
    }
    return ids;
  }
}
