package org.headrace.topology.tree.internal;

import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.osgi.service.component.annotations.Component;

/** Trees of switches: a job gets nodes below the lowest switch that can serve it. */
@Component(service = Topology.class, property = "headrace.plugin=topology/tree")
public final class TreeTopology implements Topology {
  private final Known<Wiring> known = new Known<>(Wiring::of);

  @Override
  public int[] choose(TopologyRequest request) {
    return Grouping.choose(request, known.of(request));
  }
}
