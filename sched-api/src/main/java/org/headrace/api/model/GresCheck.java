package org.headrace.api.model;

import java.util.List;

/**
 * Whether a share of a node's generic resources can be given, whoever made it up: a plugin may
 * answer nonsense.
 */
final class GresCheck {
  private final ResourceLedger ledger;
  private final NodeView node;
  private final List<GresAllocation> wanted;

  GresCheck(ResourceLedger ledger, NodeView node, List<GresAllocation> wanted) {
    this.ledger = ledger;
    this.node = node;
    this.wanted = wanted;
  }

  /** Position of the inventory entry that a share is of, or -1. */
  static int entry(NodeView node, GresAllocation gres) {
    for (int i = 0; i < node.gres().size(); i++) {
      GresInventory inventory = node.gres().get(i);
      if (inventory.name().equals(gres.name()) && inventory.type().equals(gres.type())) {
        return i;
      }
    }
    return -1;
  }

  /** The first entry of a kind, or -1. */
  static int entryOfKind(NodeView node, String name) {
    for (int i = 0; i < node.gres().size(); i++) {
      if (node.gres().get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The entry of that kind of portions that has the device, the preferred one first; or -1. */
  static int entryWith(NodeView node, int preferred, String name, int device) {
    for (int i = 0; i < node.gres().size(); i++) {
      int entry = inOrder(i, preferred);
      GresInventory inventory = node.gres().get(entry);
      if (inventory.portioned()
          && inventory.name().equals(name)
          && inventory.position(device) >= 0) {
        return entry;
      }
    }
    return -1;
  }

  /** The i-th of all positions where a preferred one comes first; -1 for none preferred. */
  static int inOrder(int i, int preferred) {
    if (preferred < 0 || i > preferred) {
      return i;
    }
    return i == 0 ? preferred : i - 1;
  }

  /** What is wrong, or null. */
  String problem() {
    for (int i = 0; i < wanted.size(); i++) {
      GresAllocation gres = wanted.get(i);
      int index = entry(node, gres);
      if (index < 0) {
        return "node " + node.name() + " has no " + gres.name() + ":" + gres.type();
      }
      for (int j = 0; j < i; j++) {
        if (entry(node, wanted.get(j)) == index) {
          return gres.name() + " twice on node " + node.name();
        }
      }
      GresInventory inventory = node.gres().get(index);
      boolean inPortions = inventory.portioned() && !inventory.devices().isEmpty();
      if (inPortions ? !portionsFit(index, gres) : !wholeFit(index, gres)) {
        return "not enough free " + gres.name() + " on node " + node.name();
      }
      String shared = inPortions ? sharedWith(inventory, gres) : null;
      if (shared != null) {
        return "devices of " + gres.name() + " also as " + shared + " on node " + node.name();
      }
    }
    return null;
  }

  /** Devices that are given whole, or a mere number. */
  private boolean wholeFit(int index, GresAllocation gres) {
    boolean counted = node.gres().get(index).devices().isEmpty();
    return !gres.portioned()
        && ledger.freeDevices(node.id(), index).containsAll(gres.devices())
        && gres.count() > 0
        && gres.count() <= ledger.freeGres(node.id(), index)
        && (counted || gres.devices().size() == gres.count());
  }

  private boolean portionsFit(int index, GresAllocation gres) {
    GresInventory inventory = node.gres().get(index);
    int[] numbers = gres.devices().toArray();
    boolean fits =
        numbers.length > 0
            && numbers.length == gres.portions().size()
            && (numbers.length == 1 || !inventory.oneAtATime());
    long sum = 0;
    for (int i = 0; i < numbers.length && fits; i++) {
      int device = inventory.position(numbers[i]);
      long portion = gres.portions().get(i);
      fits = device >= 0 && portion > 0 && portion <= ledger.freeUnits(node.id(), index, device);
      sum += portion;
    }
    return fits && sum == gres.count();
  }

  /** What else of the share is of the same devices, or can't be had at the same time; or null. */
  private String sharedWith(GresInventory inventory, GresAllocation gres) {
    for (GresAllocation other : wanted) {
      int index = other == gres ? -1 : entry(node, other);
      if (index < 0) {
        continue;
      }
      GresInventory of = node.gres().get(index);
      boolean sameDevices = of.kindOfDevices().equals(inventory.kindOfDevices());
      boolean second = inventory.oneAtATime() && of.name().equals(inventory.name());
      if (second || (sameDevices && other.devices().intersects(gres.devices()))) {
        return other.name();
      }
    }
    return null;
  }
}
