package org.headrace.controller.internal.planning;

import java.util.List;
import java.util.Map;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/** Places resources of a kind that no plugin knows: the first free ones. */
record CountedGres(String name) implements GresKind {
  @Override
  public List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect) {
    return List.of();
  }

  @Override
  public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
    int[] members = free.toArray();
    return members.length < count ? null : CoreSet.of(java.util.Arrays.copyOf(members, count));
  }

  @Override
  public Map<String, String> environment(
      List<GresAllocation> allocations, List<GresDevice> devices) {
    return Map.of();
  }
}
