package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.RunningJob;

/**
 * What jobs of a cluster typically hold of a node: the most frequent shares with devices among the
 * running jobs, up to 95 % of all.
 *
 * @param shares most frequent first
 */
record Workload(List<Share> shares) {
  private static final double COVERED = 1.0;
  private static final int MOST_SHARES = 256;

  /**
   * A typical share of a node.
   *
   * @param part how frequent it is; all add up to 1
   * @param cores cores
   * @param memory memory in MiB
   * @param whole whole devices
   * @param portion part of a device, from 0 to 1
   */
  record Share(double part, int cores, long memory, int whole, double portion) {}

  private record Kind(int cores, long memory, int whole, double portion) {}

  static Workload of(ClusterView view) {
    Map<Kind, Integer> counts = new LinkedHashMap<>();
    int all = 0;
    for (RunningJob job : view.running()) {
      for (NodeAllocation part : job.allocation().nodes()) {
        NodeView node = view.node(part.node());
        Kind kind = node == null ? null : kind(part, node);
        if (kind != null && (kind.whole() > 0 || kind.portion() > 0)) {
          counts.merge(kind, 1, Integer::sum);
          all++;
        }
      }
    }
    List<Map.Entry<Kind, Integer>> order = new ArrayList<>(counts.entrySet());
    order.sort(Comparator.comparing((Map.Entry<Kind, Integer> one) -> one.getValue()).reversed());
    int covered = 0;
    int count = 0;
    while (count < Math.min(MOST_SHARES, order.size()) && covered < COVERED * all) {
      covered += order.get(count++).getValue();
    }
    List<Share> shares = new ArrayList<>(count);
    for (Map.Entry<Kind, Integer> one : order.subList(0, count)) {
      Kind kind = one.getKey();
      shares.add(
          new Share(
              (double) one.getValue() / covered,
              kind.cores(),
              kind.memory(),
              kind.whole(),
              kind.portion()));
    }
    return new Workload(shares);
  }

  private static Kind kind(NodeAllocation part, NodeView node) {
    int whole = 0;
    double portion = 0;
    for (GresAllocation one : part.gres()) {
      if (one.portioned()) {
        portion = Math.max(portion, (double) one.portions().get(0) / units(node, one));
      } else {
        whole += one.devices().size();
      }
    }
    return new Kind(part.cores().size(), part.memory(), whole, portion);
  }

  private static long units(NodeView node, GresAllocation one) {
    long units = 1;
    for (GresInventory inventory : node.gres()) {
      if (inventory.name().equals(one.name())) {
        for (GresDevice device : inventory.devices()) {
          units = Math.max(units, device.units());
        }
      }
    }
    return units;
  }
}
