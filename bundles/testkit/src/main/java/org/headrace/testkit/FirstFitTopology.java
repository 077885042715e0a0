package org.headrace.testkit;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;

/** A small topology for tests of selectors: the required nodes, then the lowest ids. */
public final class FirstFitTopology implements Topology {
  @Override
  public int[] choose(TopologyRequest request) {
    List<Integer> chosen = new ArrayList<>();
    long room = 0;
    for (int id : request.required().toArray()) {
      chosen.add(id);
      room += request.capacity().applyAsInt(id);
    }
    for (int id : request.eligible().minus(request.required()).toArray()) {
      if (chosen.size() >= request.minNodes() && room >= request.needed()
          || chosen.size() >= request.maxNodes()) {
        break;
      }
      chosen.add(id);
      room += request.capacity().applyAsInt(id);
    }
    boolean fits =
        chosen.size() >= request.minNodes()
            && chosen.size() <= request.maxNodes()
            && room >= request.needed();
    return fits ? chosen.stream().mapToInt(Integer::intValue).toArray() : null;
  }
}
