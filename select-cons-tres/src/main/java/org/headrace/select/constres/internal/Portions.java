package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/** Takes portions of one node's devices. */
final class Portions {
  private final NodeSearch search;
  private final ResourceLedger free;
  private final NodeView node;
  private final int entry;
  private final GresInventory inventory;

  /**
   * @param entry position of the resource among the node's
   */
  Portions(NodeSearch search, NodeView node, int entry) {
    this.search = search;
    this.node = node;
    this.entry = entry;
    free = search.free;
    inventory = node.gres().get(entry);
  }

  /**
   * Portions of one device; of several only where that is allowed and one doesn't have enough.
   *
   * @param already what the job holds on the node
   * @param allowed devices that may be used
   * @return null when there isn't enough
   */
  GresAllocation take(long wanted, List<GresAllocation> already, CoreSet allowed) {
    CoreSet whole = inventory.deviceNumbers().minus(allowed);
    for (GresAllocation other : already) {
      boolean sameDevices = other.name().equals(inventory.divides()) || other.portioned();
      whole = sameDevices ? whole.union(other.devices()) : whole;
    }
    boolean apart = search.need.apart(inventory);
    int one = apart ? -1 : search.rank().device(node, entry, wanted, whole);
    if (one >= 0) {
      GresDevice device = inventory.devices().get(one);
      return new GresAllocation(
          inventory.name(), inventory.type(), CoreSet.of(device.number()), wanted, List.of(wanted));
    }
    return search.need.severalDevices(inventory) ? several(wanted, whole) : null;
  }

  private GresAllocation several(long wanted, CoreSet whole) {
    List<Integer> numbers = new ArrayList<>();
    List<Long> portions = new ArrayList<>();
    long left = wanted;
    List<GresDevice> devices = inventory.devices();
    for (int i = 0; i < devices.size() && left > 0; i++) {
      long most = search.need.ofDevice(inventory, free.freeUnits(node.id(), entry, i));
      long portion = Math.min(left, most);
      if (portion > 0 && !whole.contains(devices.get(i).number())) {
        numbers.add(devices.get(i).number());
        portions.add(portion);
        left -= portion;
      }
    }
    CoreSet chosen = CoreSet.of(numbers.stream().mapToInt(Integer::intValue).toArray());
    return left > 0
        ? null
        : new GresAllocation(inventory.name(), inventory.type(), chosen, wanted, portions);
  }
}
