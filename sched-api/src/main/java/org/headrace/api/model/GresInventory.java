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
 * @param oneAtATime true when portions of one device of the node alone are given at a time ({@code
 *     mps}, where a server serves one GPU): of the others as soon as all have been given back
 */
public record GresInventory(
    String name,
    String type,
    long count,
    List<GresDevice> devices,
    String divides,
    boolean oneAtATime) {
  public GresInventory {
    devices = List.copyOf(devices);
  }

  /** Portions of several devices may be given at a time. */
  public GresInventory(
      String name, String type, long count, List<GresDevice> devices, String divides) {
    this(name, type, count, devices, divides, false);
  }

  /** A resource that is only counted, or whose devices are given whole. */
  public GresInventory(String name, String type, long count, List<GresDevice> devices) {
    this(name, type, count, devices, "", false);
  }

  /** True when jobs get portions of devices. */
  public boolean portioned() {
    return !divides.isEmpty();
  }

  /** The kind whose devices are used: that which is divided, or its own. */
  public String kindOfDevices() {
    return portioned() ? divides : name;
  }

  /** The same with other devices. */
  public GresInventory withDevices(List<GresDevice> newDevices) {
    return new GresInventory(name, type, count, newDevices, divides, oneAtATime);
  }

  /** Where in the list the device of that number is, or -1. */
  public int position(int number) {
    for (int i = 0; i < devices.size(); i++) {
      if (devices.get(i).number() == number) {
        return i;
      }
    }
    return -1;
  }

  /** The numbers of all devices. */
  public CoreSet deviceNumbers() {
    return CoreSet.of(devices.stream().mapToInt(GresDevice::number).toArray());
  }
}
