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
  /** Sets of more localities than this aren't looked at one by one. */
  private static final int MOST = 10;

  private final List<CoreSet> localities;

  private Vicinity(List<CoreSet> localities) {
    this.localities = localities;
  }

  /**
   * The fewest localities that do, the first of them where several do.
   *
   * @param wanted how much of each entry of the node's inventory
   * @param cores how many cores
   * @return null where there are none
   */
  static Vicinity find(Need need, ResourceLedger free, NodeView node, long[] wanted, int cores) {
    List<CoreSet> all = new ArrayList<>();
    for (int i = 0; i < wanted.length; i++) {
      for (GresDevice device :
          wanted[i] > 0 ? node.gres().get(i).devices() : List.<GresDevice>of()) {
        if (!device.cores().isEmpty() && !all.contains(device.cores()) && all.size() < MOST) {
          all.add(device.cores());
        }
      }
    }
    for (int size = 0; size <= all.size(); size++) {
      for (int set = 0; set < 1 << all.size(); set++) {
        if (Integer.bitCount(set) == size) {
          List<CoreSet> some = new ArrayList<>();
          for (int i = 0; i < all.size(); i++) {
            if ((set >> i & 1) != 0) {
              some.add(all.get(i));
            }
          }
          Vicinity vicinity = new Vicinity(some);
          if (vicinity.does(need, free, node, wanted, cores)) {
            return vicinity;
          }
        }
      }
    }
    return null;
  }

  private boolean does(Need need, ResourceLedger free, NodeView node, long[] wanted, int cores) {
    CoreSet open = cores(free.freeCores(node.id()));
    if (open.size() < cores || cores < localities.size()) {
      return false;
    }
    for (CoreSet locality : localities) {
      if (!locality.intersects(open)) {
        return false;
      }
    }
    long most = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] > 0) {
        long devices = devices(need, free, node, i, wanted[i]);
        if (devices == 0) {
          return false;
        }
        most = Math.max(most, devices);
      }
    }
    return most >= localities.size();
  }

  /** How many localities the devices of an entry can be in; 0 where there aren't enough. */
  private long devices(Need need, ResourceLedger free, NodeView node, int entry, long wanted) {
    GresInventory inventory = node.gres().get(entry);
    if (inventory.devices().isEmpty()) {
      return Long.MAX_VALUE;
    }
    CoreSet allowed = allowed(inventory);
    if (!inventory.portioned()) {
      CoreSet left = free.freeDevices(node.id(), entry).intersection(allowed);
      return left.size() >= wanted ? Math.min(wanted, reached(inventory, left)) : 0;
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

  private long reached(GresInventory inventory, CoreSet devices) {
    for (GresDevice device : inventory.devices()) {
      if (devices.contains(device.number()) && device.cores().isEmpty()) {
        return Long.MAX_VALUE;
      }
    }
    return localities.stream()
        .filter(locality -> at(inventory, locality).intersects(devices))
        .count();
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
    CoreSet near = CoreSet.EMPTY;
    for (CoreSet locality : localities) {
      near = near.union(locality);
    }
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

  /** Whole devices: one in each locality, and the others as the kind likes it. */
  CoreSet choose(GresKind kind, GresInventory inventory, CoreSet free, int count, CoreSet cores) {
    CoreSet left = free.intersection(allowed(inventory));
    CoreSet chosen = CoreSet.EMPTY;
    for (CoreSet locality : localities.size() > 1 ? localities : List.<CoreSet>of()) {
      CoreSet here = left.intersection(at(inventory, locality));
      if (!here.isEmpty() && chosen.size() < count) {
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
