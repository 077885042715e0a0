package org.headrace.api.model;

import java.util.Arrays;
import java.util.List;

/** The devices and other generic resources of a {@link ResourceLedger}. */
final class DeviceLedger {
  /** {@link #unitOffset} of a resource that is not given in portions. */
  private static final int WHOLE = -1;

  private final NodeView[] nodes;
  private final int[] gresOffset;
  private final long[] busyDevices;
  private final long[] usedGres;
  private final long[] devices;

  /** By inventory entry: where the used units of its devices begin, or {@link #WHOLE}. */
  private final int[] unitOffset;

  private final long[] usedUnits;

  DeviceLedger(NodeView[] nodes) {
    this.nodes = nodes;
    gresOffset = new int[nodes.length + 1];
    for (int i = 0; i < nodes.length; i++) {
      gresOffset[i + 1] = gresOffset[i] + (nodes[i] == null ? 0 : nodes[i].gres().size());
    }
    busyDevices = new long[gresOffset[nodes.length]];
    usedGres = new long[busyDevices.length];
    devices = new long[busyDevices.length];
    unitOffset = new int[busyDevices.length];
    usedUnits = new long[layUnits()];
    for (int i = 0; i < nodes.length; i++) {
      for (int gres = 0; gres < gresOffset[i + 1] - gresOffset[i]; gres++) {
        CoreSet all = nodes[i].gres().get(gres).deviceNumbers();
        devices[gresOffset[i] + gres] = all.isEmpty() ? 0 : all.words()[0];
      }
    }
  }

  /** An independent copy. */
  DeviceLedger(DeviceLedger other) {
    nodes = other.nodes;
    gresOffset = other.gresOffset;
    busyDevices = other.busyDevices.clone();
    usedGres = other.usedGres.clone();
    devices = other.devices;
    unitOffset = other.unitOffset;
    usedUnits = other.usedUnits.length == 0 ? other.usedUnits : other.usedUnits.clone();
  }

  /** Gives each divided device a place for its used units; how many places there are. */
  private int layUnits() {
    Arrays.fill(unitOffset, WHOLE);
    int next = 0;
    for (int i = 0; i < nodes.length; i++) {
      for (int gres = 0; gres < gresOffset[i + 1] - gresOffset[i]; gres++) {
        GresInventory inventory = nodes[i].gres().get(gres);
        if (inventory.portioned()) {
          unitOffset[gresOffset[i] + gres] = next;
          next += inventory.devices().size();
        }
      }
    }
    return next;
  }

  /** Devices of the node's {@code gres}-th inventory entry of which nothing is taken. */
  CoreSet freeDevices(int node, int gres) {
    int at = gresOffset[node] + gres;
    return new CoreSet(new long[] {devices[at] & ~busyDevices[at] & ~heldOtherwise(node, gres)});
  }

  /** How many of the node's {@code gres}-th inventory entry are free. */
  long freeGres(int node, int gres) {
    GresInventory inventory = nodes[node].gres().get(gres);
    int at = gresOffset[node] + gres;
    if (usedUnits.length == 0 || devices[at] == 0) {
      return inventory.count() - usedGres[at];
    }
    if (unitOffset[at] == WHOLE) {
      return Long.bitCount(devices[at] & ~busyDevices[at] & ~heldOtherwise(node, gres));
    }
    long free = 0;
    for (int device = 0; device < inventory.devices().size(); device++) {
      free += freeUnits(node, gres, device);
    }
    return free;
  }

  /**
   * How many portions of a device are free.
   *
   * @param gres inventory entry of a resource that is given in portions
   * @param device position in the entry's list of devices
   */
  long freeUnits(int node, int gres, int device) {
    GresDevice one = nodes[node].gres().get(gres).devices().get(device);
    boolean whole = (heldOtherwise(node, gres) >>> one.number() & 1) != 0;
    return whole ? 0 : one.units() - usedUnits[unitOffset[gresOffset[node] + gres] + device];
  }

  /** Devices that can't be given this way because they, or others, are in use another way. */
  private long heldOtherwise(int node, int gres) {
    if (usedUnits.length == 0) {
      return 0;
    }
    List<GresInventory> all = nodes[node].gres();
    GresInventory own = all.get(gres);
    long held = 0;
    long served = 0;
    for (int i = 0; i < all.size(); i++) {
      GresInventory other = all.get(i);
      long busy = busyDevices[gresOffset[node] + i];
      boolean portions = own.portioned() || other.portioned();
      if (i != gres && portions && other.kindOfDevices().equals(own.kindOfDevices())) {
        held |= busy;
      }
      served |= other.name().equals(own.name()) ? busy : 0;
    }
    return own.oneAtATime() && served != 0 ? held | ~served : held;
  }

  /** Takes what a job has of these on a node, or gives it back. */
  void change(NodeView node, List<GresAllocation> some, boolean take) {
    for (GresAllocation gres : some) {
      int index = GresCheck.entry(node, gres);
      if (index < 0) {
        continue;
      }
      int at = gresOffset[node.id()] + index;
      if (unitOffset[at] != WHOLE) {
        changePortions(node, index, gres, take);
        continue;
      }
      long taken = gres.devices().isEmpty() ? 0 : gres.devices().words()[0];
      busyDevices[at] = take ? busyDevices[at] | taken : busyDevices[at] & ~taken;
      usedGres[at] += take ? gres.count() : -gres.count();
    }
  }

  private void changePortions(NodeView node, int index, GresAllocation gres, boolean take) {
    int at = gresOffset[node.id()] + index;
    int[] numbers = gres.devices().toArray();
    for (int i = 0; i < Math.min(numbers.length, gres.portions().size()); i++) {
      int device = node.gres().get(index).position(numbers[i]);
      if (device >= 0) {
        long portion = gres.portions().get(i);
        long used = usedUnits[unitOffset[at] + device] + (take ? portion : -portion);
        usedUnits[unitOffset[at] + device] = used;
        long bit = 1L << numbers[i];
        busyDevices[at] = used > 0 ? busyDevices[at] | bit : busyDevices[at] & ~bit;
      }
    }
    usedGres[at] += take ? gres.count() : -gres.count();
  }
}
