package org.headrace.slurmconf.internal.source;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.slurmconf.GresConfiguration;
import org.headrace.slurmconf.GresCount;
import org.headrace.slurmconf.GresEntry;
import org.headrace.slurmconf.NodeConfiguration;

/** Joins what a node line promises with the devices that gres.conf names. */
final class GresBuilder {
  private static final String GPU = "gpu";

  /** Kinds that are portions of GPUs. */
  private static final Set<String> PORTIONED = Set.of("shard", "mps");

  private GresBuilder() {}

  static List<GresInventory> build(NodeConfiguration node, GresConfiguration gres) {
    Map<String, Integer> nextNumber = new LinkedHashMap<>();
    List<GresInventory> inventory = new ArrayList<>();
    for (GresCount promised : node.gres()) {
      if (PORTIONED.contains(promised.name())) {
        continue;
      }
      int first = nextNumber.getOrDefault(promised.name(), 0);
      List<GresDevice> devices = devices(node, promised, gres, first);
      nextNumber.put(promised.name(), first + devices.size());
      inventory.add(new GresInventory(promised.name(), promised.type(), promised.count(), devices));
    }
    List<GresDevice> gpus =
        inventory.stream()
            .filter(one -> one.name().equals(GPU))
            .flatMap(one -> one.devices().stream())
            .toList();
    for (GresCount promised : node.gres()) {
      if (PORTIONED.contains(promised.name())) {
        inventory.add(portions(node, promised, gres, gpus));
      }
    }
    return inventory;
  }

  /** Portions of GPUs: as many of each as its line says, else the same of all. */
  private static GresInventory portions(
      NodeConfiguration node, GresCount promised, GresConfiguration gres, List<GresDevice> gpus) {
    Map<String, Long> ofFile = new LinkedHashMap<>();
    for (GresEntry entry : gres.entries()) {
      boolean here = entry.nodes().isEmpty() || entry.nodes().contains(node.name());
      if (here && entry.name().equals(promised.name())) {
        entry.files().forEach(file -> ofFile.put(file, entry.count() / entry.files().size()));
      }
    }
    List<GresDevice> devices = new ArrayList<>();
    long left = promised.count();
    for (int i = 0; i < gpus.size(); i++) {
      GresDevice gpu = gpus.get(i);
      int others = gpus.size() - i;
      long even = (left + others - 1) / others;
      long units = ofFile.isEmpty() ? even : Math.min(left, ofFile.getOrDefault(gpu.file(), 0L));
      if (units > 0) {
        devices.add(new GresDevice(gpu.number(), gpu.file(), gpu.cores(), "", units));
        left -= units;
      }
    }
    return new GresInventory(
        promised.name(), promised.type(), promised.count() - left, devices, GPU);
  }

  private static List<GresDevice> devices(
      NodeConfiguration node, GresCount promised, GresConfiguration gres, int first) {
    List<GresDevice> devices = new ArrayList<>();
    for (GresEntry entry : gres.entries()) {
      boolean here = entry.nodes().isEmpty() || entry.nodes().contains(node.name());
      boolean same =
          entry.name().equals(promised.name())
              && (promised.type().isEmpty() || entry.type().equals(promised.type()));
      if (here && same && !entry.flags().contains("countonly")) {
        CoreSet cores =
            CoreSet.of(entry.cores().stream().mapToInt(Integer::intValue).sorted().toArray());
        for (String file : entry.files()) {
          if (devices.size() < promised.count()) {
            devices.add(new GresDevice(first + devices.size(), file, cores, ""));
          }
        }
      }
    }
    // A GPU is always a device, also where only the node itself can tell its file.
    if (promised.name().equals(GPU)) {
      while (devices.size() < promised.count()) {
        devices.add(new GresDevice(first + devices.size(), "", CoreSet.EMPTY, ""));
      }
    }
    return devices.size() == promised.count() ? devices : List.of();
  }
}
