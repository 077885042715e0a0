package org.headrace.topology.tree.internal;

import org.headrace.api.model.ClusterView;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.osgi.service.component.annotations.Component;

/** Blocks of closely coupled nodes: a job gets the fewest neighbouring blocks that serve it. */
@Component(service = Topology.class, property = "headrace.plugin=topology/block")
public final class BlockTopology implements Topology {
  /** Wiring of the last structure seen; replaced whole, so that no lock is needed. */
  private volatile Known known;

  private record Known(long structureVersion, Wiring wiring) {}

  @Override
  public int[] choose(TopologyRequest request) {
    ClusterView view = request.view();
    Known last = known;
    if (last == null || last.structureVersion() != view.structureVersion()) {
      last = new Known(view.structureVersion(), Wiring.ofBlocks(view));
      known = last;
    }
    return Grouping.choose(request, last.wiring());
  }
}
