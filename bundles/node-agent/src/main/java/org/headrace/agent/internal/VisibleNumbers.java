package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/**
 * Numbers of devices as programs count them that see no others than their step's: from 0, in the
 * order of the node.
 */
final class VisibleNumbers {
  private final String kind;

  /** The devices that are seen; empty where all are. */
  private final int[] seen;

  private VisibleNumbers(String kind, int[] seen) {
    this.kind = kind;
    this.seen = seen;
  }

  /**
   * @param step what programs see; empty for all that the node has
   * @param all the node's devices of the kind: they can be held away only by their files
   */
  static VisibleNumbers of(String kind, List<GresAllocation> step, List<GresInventory> all) {
    CoreSet seen = CoreSet.EMPTY;
    for (GresAllocation held : step) {
      seen = held.name().equals(kind) ? seen.union(held.devices()) : seen;
    }
    boolean held =
        all.stream()
            .flatMap(entry -> entry.devices().stream())
            .noneMatch(device -> device.files().isEmpty());
    return new VisibleNumbers(kind, held ? seen.toArray() : new int[0]);
  }

  /** A share by these numbers. */
  List<GresAllocation> of(List<GresAllocation> allocations) {
    return seen.length == 0
        ? allocations
        : allocations.stream()
            .map(gres -> gres.name().equals(kind) ? renumbered(gres) : gres)
            .toList();
  }

  private GresAllocation renumbered(GresAllocation gres) {
    CoreSet numbers = CoreSet.EMPTY;
    for (int i = 0; i < seen.length; i++) {
      numbers = gres.devices().contains(seen[i]) ? numbers.union(CoreSet.of(i)) : numbers;
    }
    return new GresAllocation(gres.name(), gres.type(), numbers, gres.count(), gres.portions());
  }

  /** The devices that are seen, by these numbers. */
  List<GresInventory> ofDevices(List<GresInventory> all) {
    return seen.length == 0 ? all : all.stream().map(this::seenOf).toList();
  }

  private GresInventory seenOf(GresInventory entry) {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = 0; i < seen.length; i++) {
      int at = entry.position(seen[i]);
      if (at >= 0) {
        GresDevice device = entry.devices().get(at);
        devices.add(
            new GresDevice(
                i,
                device.file(),
                device.cores(),
                device.uniqueId(),
                device.units(),
                device.links(),
                device.moreFiles()));
      }
    }
    return entry.withDevices(devices);
  }
}
