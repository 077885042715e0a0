package org.headrace.api.model;

import java.util.List;

/**
 * Generic resources of one node that one job holds.
 *
 * @param name kind, for example {@code gpu}
 * @param type subtype as the node has it, or the empty string
 * @param devices which devices of that kind (numbers run over all types of {@code name} on the
 *     node); empty when the resource is only counted
 * @param count how many; equals {@code devices.size()} unless the resource is only counted or given
 *     in portions
 * @param portions of a resource that is given in portions: how much of each device, in the order of
 *     {@code devices}; else empty
 */
public record GresAllocation(
    String name, String type, CoreSet devices, long count, List<Long> portions) {
  public GresAllocation {
    portions = List.copyOf(portions);
  }

  /** Whole devices, or a mere number. */
  public GresAllocation(String name, String type, CoreSet devices, long count) {
    this(name, type, devices, count, List.of());
  }

  /** True when the devices are shared with others. */
  public boolean portioned() {
    return !portions.isEmpty();
  }
}
