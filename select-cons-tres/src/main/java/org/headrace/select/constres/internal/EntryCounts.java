package org.headrace.select.constres.internal;

import java.util.function.ToLongFunction;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/** How much a job takes of each entry of a node's inventory. */
final class EntryCounts {
  private final Need need;
  private final ResourceLedger free;
  private final NodeView node;

  EntryCounts(Need need, ResourceLedger free, NodeView node) {
    this.need = need;
    this.free = free;
    this.node = node;
  }

  /**
   * Counts by position of the entry; null where there isn't enough.
   *
   * @param tasks tasks on the node
   * @param share the node's share of a request for the whole job
   */
  long[] of(int tasks, ToLongFunction<GresRequest> share) {
    long[] wanted = new long[node.gres().size()];
    for (GresRequest one : need.gres) {
      boolean ofJob = one.scope() == GresRequest.Scope.JOB;
      long missing =
          need.gresOfNode(one, node.hardware(), tasks, ofJob ? share.applyAsLong(one) : 0);
      int only = onlyEntry(one, missing, wanted);
      for (int i = 0; i < wanted.length && missing > 0; i++) {
        if (NodeFit.suits(node.gres().get(i), one) && (only < 0 || only == i)) {
          long take = Math.min(missing, most(i) - wanted[i]);
          wanted[i] += Math.max(0, take);
          missing -= Math.max(0, take);
        }
      }
      if (missing > 0) {
        return null;
      }
    }
    return wanted;
  }

  /** What an entry gives; where each task's portions are of one device, in whole tasks' shares. */
  private long most(int entry) {
    GresInventory inventory = node.gres().get(entry);
    if (!inventory.portioned() || !need.severalDevices(inventory)) {
      return free.freeGres(node.id(), entry);
    }
    return need.ofDevices(free, node, entry);
  }

  /**
   * Where portions have to be of one device: the entry with the device that has least left of those
   * that have enough (the most where load is to be spread), whatever its type; else -1.
   */
  private int onlyEntry(GresRequest one, long count, long[] taken) {
    int best = -1;
    boolean spread = need.parameters.spreadPortions();
    long bestFree = 0;
    for (int i = 0; i < taken.length; i++) {
      GresInventory inventory = node.gres().get(i);
      if (!NodeFit.suits(inventory, one)
          || !inventory.portioned()
          || need.severalDevices(inventory)) {
        continue;
      }
      for (int device = 0; device < inventory.devices().size(); device++) {
        long here = free.freeUnits(node.id(), i, device);
        boolean better = best < 0 || (spread ? here > bestFree : here < bestFree);
        if (here >= count + taken[i] && better) {
          best = i;
          bestFree = here;
        }
      }
    }
    return best;
  }
}
