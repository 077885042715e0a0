package org.headrace.topology.flat.internal;

import java.util.Arrays;
import org.headrace.api.topology.TopologyRequest;

/** Takes the fewest nodes that suffice, wherever they are. */
final class Scattered {
  private Scattered() {}

  /** Node ids in the order of the row, or null if not even the largest nodes suffice. */
  static int[] choose(FlatTopology.Row row, TopologyRequest request) {
    boolean[] taken = row.must.clone();
    int count = row.required;
    long sum = 0;
    for (int i = 0; i < row.count; i++) {
      sum += taken[i] ? row.capacity[i] : 0;
    }
    int[] order = largestFirst(row);
    int next = 0;
    while (count < request.minNodes() || sum < request.needed()) {
      while (next < order.length && taken[order[next]]) {
        next++;
      }
      if (next == order.length || count >= request.maxNodes()) {
        return null;
      }
      int pick = order[next];
      if (count + 1 >= request.minNodes()) {
        pick = smallestThatCompletes(row, taken, order, request.needed() - sum, pick);
      }
      taken[pick] = true;
      sum += row.capacity[pick];
      count++;
    }
    int[] ids = new int[count];
    int at = 0;
    for (int i = 0; i < row.count; i++) {
      if (taken[i]) {
        ids[at++] = row.ids[i];
      }
    }
    return ids;
  }

  private static int[] largestFirst(FlatTopology.Row row) {
    long[] keys = new long[row.count];
    for (int i = 0; i < row.count; i++) {
      keys[i] = (-row.capacity[i] << 32) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[row.count];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  private static int smallestThatCompletes(
      FlatTopology.Row row, boolean[] taken, int[] order, long missing, int largest) {
    int found = -1;
    for (int i = order.length - 1; i >= 0; i--) {
      int node = order[i];
      if (found >= 0 && row.capacity[node] > row.capacity[found]) {
        break;
      }
      if (!taken[node] && row.capacity[node] >= missing) {
        found = node;
      }
    }
    return found < 0 ? largest : found;
  }
}
