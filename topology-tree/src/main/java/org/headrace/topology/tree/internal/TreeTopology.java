package org.headrace.topology.tree.internal;

import org.headrace.api.model.ClusterView;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.osgi.service.component.annotations.Component;

/** Trees of switches: a job gets nodes below the lowest switch that can serve it. */
@Component(service = Topology.class, property = "headrace.plugin=topology/tree")
public final class TreeTopology implements Topology {
  /** Wiring of the last structure seen; replaced whole, so that no lock is needed. */
  private volatile Known known;

  private record Known(long structureVersion, Wiring wiring) {}

  @Override
  public int[] choose(TopologyRequest request) {
    ClusterView view = request.view();
    Known last = known;
    if (last == null || last.structureVersion() != view.structureVersion()) {
      last = new Known(view.structureVersion(), Wiring.ofSwitches(view));
      known = last;
    }
    return Grouping.choose(request, last.wiring());
  }
}
