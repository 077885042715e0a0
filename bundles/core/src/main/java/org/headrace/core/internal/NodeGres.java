package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/** Holds what a node's agent found of generic resources against what is configured for it. */
final class NodeGres {
  private NodeGres() {}

  /** Of which kind the node has fewer than configured, in the words for its reason; or null. */
  static String lack(List<GresInventory> configured, List<GresInventory> found) {
    Map<String, Long> promised = counts(configured);
    Map<String, Long> there = counts(found);
    for (Map.Entry<String, Long> kind : promised.entrySet()) {
      long count = there.getOrDefault(kind.getKey(), 0L);
      if (count < kind.getValue()) {
        return "gres/"
            + kind.getKey()
            + " count reported lower than configured ("
            + count
            + " < "
            + kind.getValue()
            + ")";
      }
    }
    return null;
  }

  private static Map<String, Long> counts(List<GresInventory> inventories) {
    Map<String, Long> counts = new LinkedHashMap<>();
    inventories.forEach(gres -> counts.merge(gres.name(), gres.count(), Long::sum));
    return counts;
  }

  /**
   * The configured resources, with what only the node can tell of each device (file, cores close to
   * it, the vendor's identifier) where the configuration leaves it open.
   */
  static List<GresInventory> refined(List<GresInventory> configured, List<GresInventory> found) {
    List<GresInventory> refined = new ArrayList<>();
    for (GresInventory gres : configured) {
      List<GresDevice> devices = new ArrayList<>();
      for (GresDevice device : gres.devices()) {
        devices.add(refined(device, device(found, gres.kindOfDevices(), device.number())));
      }
      refined.add(gres.withDevices(devices));
    }
    return refined;
  }

  private static GresDevice refined(GresDevice device, GresDevice found) {
    boolean same = device.file().isEmpty() || (found != null && found.file().equals(device.file()));
    if (found == null || !same) {
      return device;
    }
    return new GresDevice(
        device.number(),
        found.file(),
        device.cores().isEmpty() ? found.cores() : device.cores(),
        found.uniqueId(),
        device.units(),
        device.links().isEmpty() ? found.links() : device.links(),
        device.moreFiles().isEmpty() ? found.moreFiles() : device.moreFiles());
  }

  private static GresDevice device(List<GresInventory> found, String kind, int number) {
    for (GresInventory gres : found) {
      for (GresDevice device : gres.devices()) {
        if (gres.name().equals(kind) && device.number() == number) {
          return device;
        }
      }
    }
    return null;
  }
}
