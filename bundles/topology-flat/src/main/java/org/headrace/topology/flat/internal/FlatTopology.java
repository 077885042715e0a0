package org.headrace.topology.flat.internal;

import org.headrace.api.model.NodeView;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.osgi.service.component.annotations.Component;

/**
 * Nodes stand in a row. The fewest neighbouring nodes that suffice are taken, among those the ones
 * with the least to spare; only where no neighbours suffice does a job get scattered nodes.
 */
@Component(service = Topology.class, property = "headrace.plugin=topology/flat")
public final class FlatTopology implements Topology {
  @Override
  public int[] choose(TopologyRequest request) {
    Row row = Row.of(request);
    if (row.count < Math.max(1, request.minNodes()) || row.required > request.maxNodes()) {
      return null;
    }
    int[] window = new BestWindow(row, request).find();
    if (window != null || request.contiguous()) {
      return window;
    }
    return Scattered.choose(row, request);
  }

  /** Eligible nodes in the order of the row, as columns. */
  static final class Row {
    final int[] ids;
    final long[] capacity;
    final boolean[] must;

    /** Position among all nodes; consecutive for neighbours. */
    final int[] place;

    int count;
    int required;

    private Row(int limit) {
      ids = new int[limit];
      capacity = new long[limit];
      must = new boolean[limit];
      place = new int[limit];
    }

    static Row of(TopologyRequest request) {
      Row row = new Row(request.eligible().size());
      int place = 0;
      for (NodeView node : request.view().nodes()) {
        int id = node.id();
        if (request.eligible().contains(id)) {
          row.ids[row.count] = id;
          row.capacity[row.count] = request.capacity().applyAsInt(id);
          row.place[row.count] = place;
          row.must[row.count] = request.required().contains(id);
          row.required += row.must[row.count] ? 1 : 0;
          row.count++;
        }
        place++;
      }
      return row;
    }
  }
}
