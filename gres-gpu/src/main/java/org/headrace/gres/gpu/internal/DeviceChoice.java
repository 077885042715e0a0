package org.headrace.gres.gpu.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/**
 * Chooses devices that lie together, near the cores. Devices that are close to the same cores form
 * a group; the smallest group that suffices is used, so that larger ones stay whole. Where devices
 * are connected with each other, {@link LinkedChoice} chooses.
 */
final class DeviceChoice {
  private DeviceChoice() {}

  private record Group(List<GresDevice> free, int nearCores) {}

  static CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
    Map<CoreSet, List<GresDevice>> byCores = new LinkedHashMap<>();
    List<GresDevice> available = new ArrayList<>();
    boolean linked = false;
    for (GresDevice device : inventory.devices()) {
      if (free.contains(device.number())) {
        byCores.computeIfAbsent(device.cores(), key -> new ArrayList<>()).add(device);
        available.add(device);
        linked |= !device.links().isEmpty();
      }
    }
    if (available.size() < count) {
      return null;
    }
    if (linked && count < available.size()) {
      return new LinkedChoice(available, cores).choose(count);
    }
    List<Group> groups = new ArrayList<>();
    byCores.forEach(
        (near, devices) ->
            groups.add(
                new Group(
                    devices, near.isEmpty() ? cores.size() : near.intersection(cores).size())));
    Comparator<Group> order =
        Comparator.comparing((Group group) -> group.free().size() < count)
            .thenComparing(group -> group.nearCores() == 0 && !cores.isEmpty())
            .thenComparing(
                group -> group.free().size() >= count ? group.free().size() : -group.free().size())
            .thenComparing(group -> -group.nearCores())
            .thenComparing(group -> group.free().get(0).number());
    groups.sort(order);
    int[] chosen = new int[count];
    int taken = 0;
    for (Group group : groups) {
      for (int i = 0; i < group.free().size() && taken < count; i++) {
        chosen[taken++] = group.free().get(i).number();
      }
    }
    return CoreSet.of(chosen);
  }
}
