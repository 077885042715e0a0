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
 * @param divides the kind whose devices these are, given in portions ({@code gpu} for shards); the
 *     empty string for all others. A device is given whole or in portions, never both at once
 */
public record GresInventory(
    String name, String type, long count, List<GresDevice> devices, String divides) {
  public GresInventory {
    devices = List.copyOf(devices);
  }

  /** A resource that is only counted, or whose devices are given whole. */
  public GresInventory(String name, String type, long count, List<GresDevice> devices) {
    this(name, type, count, devices, "");
  }

  /** True when jobs get portions of devices. */
  public boolean portioned() {
    return !divides.isEmpty();
  }

  /** The numbers of all devices. */
  public CoreSet deviceNumbers() {
    return CoreSet.of(devices.stream().mapToInt(GresDevice::number).toArray());
  }
}
