package org.headrace.select.constres.internal;

import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/**
 * The node with the least left over: first of devices, then of cores. So whole nodes stay whole for
 * those who need them, and jobs without devices don't strand any.
 */
final class BestFit implements NodeRank {
  private static final long WHOLE = 1_000;

  private final Need need;
  private final ResourceLedger free;

  BestFit(Need need, ResourceLedger free) {
    this.need = need;
    this.free = free;
  }

  @Override
  public long cost(NodeView node) {
    NodeHardware hardware = node.hardware();
    long devices = Math.round(WHOLE * NodeDevices.of(node, free).sum());
    long cores = WHOLE * free.freeCoreCount(node.id()) / Math.max(1, hardware.cores());
    return devices * (WHOLE + 1) + cores;
  }

  /** The device with the least free that has enough, or the most where load is to be spread. */
  @Override
  public int device(NodeView node, int entry, long units, CoreSet taken) {
    boolean spread = need.parameters.spreadPortions();
    List<GresDevice> devices = node.gres().get(entry).devices();
    int best = -1;
    long bestFree = 0;
    for (int i = 0; i < devices.size(); i++) {
      long here = free.freeUnits(node.id(), entry, i);
      if (here < units || taken.contains(devices.get(i).number())) {
        continue;
      }
      if (best < 0 || (spread ? here > bestFree : here < bestFree)) {
        best = i;
        bestFree = here;
      }
    }
    return best;
  }
}
