package org.headrace.topology.tree.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.headrace.api.topology.TopologyRequest;

/**
 * Chooses nodes in the closest group that can serve a request: the lowest common switch. Among
 * groups of one level the one with the least to spare is taken.
 */
final class Grouping {
  private Grouping() {}

  /** A group that could serve the request. */
  private record Candidate(Wiring.Group group, long capacity) {}

  static int[] choose(TopologyRequest request, Wiring wiring) {
    Leaves leaves = new Leaves(request, wiring);
    List<Wiring.Group> groups = wiring.groups();
    List<Candidate> level = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Candidate candidate = candidate(groups.get(i), leaves, request);
      if (candidate != null) {
        level.add(candidate);
      }
      if (i + 1 == groups.size() || groups.get(i + 1).level() > groups.get(i).level()) {
        int[] found = best(level, request, wiring, leaves);
        if (found != null) {
          return found;
        }
        level.clear();
      }
    }
    boolean anywhere = request.wiring().options().containsKey("topooptional");
    return anywhere && request.maxSwitches() == 0
        ? best(List.of(new Candidate(wiring.everything(), 0)), request, wiring, leaves)
        : null;
  }

  private static Candidate candidate(Wiring.Group group, Leaves leaves, TopologyRequest request) {
    long capacity = 0;
    int nodes = 0;
    for (int leaf : group.leafNumbers()) {
      capacity += leaves.capacity(leaf);
      nodes += leaves.count(leaf);
    }
    return capacity >= request.needed()
            && nodes >= request.minNodes()
            && holdsAll(group.nodes(), request)
        ? new Candidate(group, capacity)
        : null;
  }

  /** Nodes of the group with the least to spare that serves; of equal ones, of the first. */
  private static int[] best(
      List<Candidate> level, TopologyRequest request, Wiring wiring, Leaves leaves) {
    boolean dragonfly = request.wiring().options().containsKey("dragonfly");
    for (Candidate candidate :
        level.stream().sorted(Comparator.comparingLong(Candidate::capacity)).toList()) {
      Choice choice = new Choice(request, wiring, leaves);
      Wiring.Group group = candidate.group();
      int[] found =
          dragonfly && group.level() > 0 && request.maxSwitches() == 0
              ? choice.evenly(group)
              : choice.within(group);
      if (found != null && (!request.contiguous() || adjacent(found))) {
        return found;
      }
    }
    return null;
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

  static boolean adjacent(int[] nodes) {
    int[] sorted = nodes.clone();
    Arrays.sort(sorted);
    return sorted.length == 0 || sorted[sorted.length - 1] - sorted[0] == sorted.length - 1;
  }
}
