package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/**
 * Where on a node a job may be that gets no cores but those close to its devices, and no devices
 * but those close to its cores: a few localities (cores that the same devices are close to), in
 * each of which it has a core and a device. Devices that are close to no cores in particular are
 * close to all.
 */
final class Vicinity {
  private final List<CoreSet> localities;

  /** Cores of all of them. */
  private final CoreSet near;

  /** By locality: the entry of the node's inventory of which a device there is taken. */
  private final List<Integer> entries = new ArrayList<>();

  /** By entry: in how many more localities it can be. */
  private final List<Long> spare = new ArrayList<>();

  private Vicinity(Localities.Some some) {
    localities = some.places();
    near = some.cores();
  }

  /**
   * The fewest localities that do, the first of them where several do.
   *
   * @param known places on nodes of this kind that devices of the wanted entries are close to
   * @param wanted how much of each entry of the node's inventory
   * @param freeCores cores that the job may have
   * @param cores how many cores
   * @return null where there are none
   */
  static Vicinity find(
      Need need,
      ResourceLedger free,
      NodeView node,
      Localities known,
      long[] wanted,
      CoreSet freeCores,
      int cores) {
    long devices = 0;
    for (long one : wanted) {
      devices += one;
    }
    // In each locality there is a core and a device.
    long most = Math.min(cores, devices);
    for (Localities.Some some : known.all()) {
      if (some.places().size() > most) {
        return null;
      }
      Vicinity vicinity = new Vicinity(some);
      if (vicinity.does(need, free, node, wanted, freeCores, cores)) {
        return vicinity;
      }
    }
    return null;
  }

  private boolean does(
      Need need, ResourceLedger free, NodeView node, long[] wanted, CoreSet freeCores, int cores) {
    CoreSet open = cores(freeCores);
    if (open.size() < cores || cores < localities.size()) {
      return false;
    }
    for (CoreSet locality : localities) {
      if (!locality.intersects(open)) {
        return false;
      }
    }
    for (int i = 0; i < wanted.length; i++) {
      long left = wanted[i] > 0 ? devices(need, free, node, i, wanted[i]) : 0;
      if (wanted[i] > 0 && left == 0) {
        return false;
      }
      spare.add(left);
    }
    return covered(free, node, 0);
  }

  /** Finds for each locality from this one on an entry of which a device there is taken. */
  private boolean covered(ResourceLedger free, NodeView node, int from) {
    if (from == localities.size()) {
      return true;
    }
    for (int i = 0; i < spare.size(); i++) {
      if (spare.get(i) > 0 && has(free, node, i, localities.get(from))) {
        spare.set(i, spare.get(i) - 1);
        entries.add(i);
        if (covered(free, node, from + 1)) {
          return true;
        }
        entries.remove(entries.size() - 1);
        spare.set(i, spare.get(i) + 1);
      }
    }
    return false;
  }

  private boolean has(ResourceLedger free, NodeView node, int entry, CoreSet locality) {
    GresInventory inventory = node.gres().get(entry);
    List<GresDevice> devices = inventory.devices();
    for (int i = 0; i < devices.size(); i++) {
      boolean here = devices.get(i).cores().isEmpty() || devices.get(i).cores().equals(locality);
      boolean open =
          inventory.portioned()
              ? free.freeUnits(node.id(), entry, i) > 0
              : free.freeDevices(node.id(), entry).contains(devices.get(i).number());
      if (here && open) {
        return true;
      }
    }
    return false;
  }

  /** In how many localities the devices of an entry can be at most; 0 where there are too few. */
  private long devices(Need need, ResourceLedger free, NodeView node, int entry, long wanted) {
    GresInventory inventory = node.gres().get(entry);
    if (inventory.devices().isEmpty()) {
      return localities.size();
    }
    CoreSet allowed = allowed(inventory);
    if (!inventory.portioned()) {
      CoreSet left = free.freeDevices(node.id(), entry).intersection(allowed);
      return left.size() >= wanted ? wanted : 0;
    }
    boolean several = need.severalDevices(inventory);
    long sum = 0;
    for (int i = 0; i < inventory.devices().size(); i++) {
      if (allowed.contains(inventory.devices().get(i).number())) {
        long here = free.freeUnits(node.id(), entry, i);
        sum = several ? sum + need.ofDevice(inventory, here) : Math.max(sum, here);
      }
    }
    return sum < wanted ? 0 : several ? localities.size() : 1;
  }

  private static CoreSet at(GresInventory inventory, CoreSet locality) {
    return CoreSet.of(
        inventory.devices().stream()
            .filter(device -> device.cores().equals(locality))
            .mapToInt(GresDevice::number)
            .toArray());
  }

  /** Those of some cores that the job may have. */
  CoreSet cores(CoreSet some) {
    return localities.isEmpty() ? some : some.intersection(near);
  }

  /** Devices that the job may have. */
  CoreSet allowed(GresInventory inventory) {
    CoreSet allowed = CoreSet.EMPTY;
    for (GresDevice device : inventory.devices()) {
      if (device.cores().isEmpty() || localities.contains(device.cores())) {
        allowed = allowed.union(CoreSet.of(device.number()));
      }
    }
    return allowed;
  }

  /**
   * Whole devices: one in each locality that this entry is to be in, and the others as the kind
   * likes it.
   */
  CoreSet choose(
      GresKind kind, GresInventory inventory, int entry, CoreSet free, int count, CoreSet cores) {
    CoreSet left = free.intersection(allowed(inventory));
    CoreSet chosen = CoreSet.EMPTY;
    for (int i = 0; i < localities.size(); i++) {
      CoreSet here = left.intersection(at(inventory, localities.get(i)));
      boolean own = localities.size() > 1 && entries.get(i) == entry;
      if (own && !here.isEmpty() && chosen.size() < count) {
        CoreSet one = kind.choose(inventory, here, 1, cores);
        if (one == null) {
          return null;
        }
        chosen = chosen.union(one);
        left = left.minus(one);
      }
    }
    int more = count - chosen.size();
    CoreSet others = more == 0 ? CoreSet.EMPTY : kind.choose(inventory, left, more, cores);
    return others == null ? null : chosen.union(others);
  }

  /** Cores in turn from each locality, so that there is one in each. */
  CoreSet pick(CoreSet free, int count) {
    if (localities.isEmpty()) {
      int[] all = free.toArray();
      return CoreSet.of(Arrays.copyOf(all, count));
    }
    CoreSet left = free;
    CoreSet picked = CoreSet.EMPTY;
    for (int i = 0; picked.size() < count && !left.isEmpty(); i = (i + 1) % localities.size()) {
      CoreSet here = left.intersection(localities.get(i));
      if (!here.isEmpty()) {
        CoreSet one = CoreSet.of(here.toArray()[0]);
        picked = picked.union(one);
        left = left.minus(one);
      }
    }
    return picked.size() < count ? null : picked;
  }
}
