package org.headrace.api.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The devices and other generic resources of a {@link ResourceLedger}. */
final class DeviceLedger {
  /** {@link #unitOffset} of a resource that is not given in portions. */
  private static final int WHOLE = -1;

  /** The kind whose devices are given in portions. */
  private static final String DIVIDED = "gpu";

  private final NodeView[] nodes;
  private final int[] gresOffset;
  private final long[] busyDevices;
  private final long[] usedGres;
  private final long[] devices;

  /** By inventory entry: where the used units of its devices begin, or {@link #WHOLE}. */
  private final int[] unitOffset;

  private final long[] usedUnits;

  /** By device that isn't divided any more: jobs that have portions of it. */
  private final Map<Integer, Integer> strays;

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
    strays = new HashMap<>();
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
    strays = new HashMap<>(other.strays);
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
      long open = devices[at] & ~busyDevices[at] & ~heldOtherwise(node, gres);
      return Math.min(Long.bitCount(open), inventory.count() - usedGres[at]);
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

  /**
   * Takes what a job has of these on a node, or gives it back. Devices are counted where the node
   * has them now, whatever they were called when they were given.
   */
  void change(NodeView node, List<GresAllocation> some, boolean take) {
    for (GresAllocation gres : some) {
      int index = GresCheck.entry(node, gres);
      if (gres.portioned()) {
        changePortions(node, index, gres, take);
      } else {
        changeWhole(node, index, gres, take);
      }
    }
  }

  private void changeWhole(NodeView node, int index, GresAllocation gres, boolean take) {
    int base = gresOffset[node.id()];
    if (gres.devices().isEmpty()) {
      int only = index >= 0 ? index : GresCheck.entryOfKind(node, gres.name());
      if (only >= 0) {
        usedGres[base + only] += take ? gres.count() : -gres.count();
      }
      return;
    }
    long left = gres.devices().words()[0];
    for (int i = 0; i < node.gres().size() && left != 0; i++) {
      int entry = GresCheck.inOrder(i, index);
      GresInventory inventory = node.gres().get(entry);
      if (!inventory.portioned() && inventory.name().equals(gres.name())) {
        long here = left & devices[base + entry];
        mark(base + entry, here, take);
        left &= ~here;
      }
    }
  }

  private void mark(int at, long some, boolean take) {
    busyDevices[at] = take ? busyDevices[at] | some : busyDevices[at] & ~some;
    usedGres[at] += take ? Long.bitCount(some) : -Long.bitCount(some);
  }

  private void changePortions(NodeView node, int index, GresAllocation gres, boolean take) {
    int[] numbers = gres.devices().toArray();
    for (int i = 0; i < Math.min(numbers.length, gres.portions().size()); i++) {
      int entry = GresCheck.entryWith(node, index, gres.name(), numbers[i]);
      if (entry >= 0) {
        changePortion(node, entry, numbers[i], gres.portions().get(i), take);
      } else {
        changeStray(node, numbers[i], take);
      }
    }
  }

  private void changePortion(NodeView node, int entry, int number, long portion, boolean take) {
    int at = gresOffset[node.id()] + entry;
    int device = node.gres().get(entry).position(number);
    long used = usedUnits[unitOffset[at] + device] + (take ? portion : -portion);
    usedUnits[unitOffset[at] + device] = used;
    long bit = 1L << number;
    busyDevices[at] = used > 0 ? busyDevices[at] | bit : busyDevices[at] & ~bit;
    usedGres[at] += take ? portion : -portion;
  }

  /** A device that isn't divided any more, and of which jobs have portions all the same. */
  private void changeStray(NodeView node, int number, boolean take) {
    for (int i = 0; i < node.gres().size(); i++) {
      int at = gresOffset[node.id()] + i;
      boolean gpu = node.gres().get(i).name().equals(DIVIDED);
      if (gpu && (devices[at] >>> number & 1) != 0) {
        int holders = strays.merge(at * Long.SIZE + number, take ? 1 : -1, Integer::sum);
        if (holders == (take ? 1 : 0)) {
          mark(at, 1L << number, take);
        }
        return;
      }
    }
  }
}
