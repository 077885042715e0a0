package org.headrace.api.model;

import java.util.List;

/**
 * Generic resources of one kind and type on a node.
 *
 * @param name kind, for example {@code gpu}
 * @param type subtype, or the empty string
 * @param count how many
 * @param devices their devices, numbered over all types of the kind on the node; empty when the
 *     resource is only counted
 */
public record GresInventory(String name, String type, long count, List<GresDevice> devices) {
  public GresInventory {
    devices = List.copyOf(devices);
  }

  /** The numbers of all devices. */
  public CoreSet deviceNumbers() {
    return CoreSet.of(devices.stream().mapToInt(GresDevice::number).toArray());
  }
}
