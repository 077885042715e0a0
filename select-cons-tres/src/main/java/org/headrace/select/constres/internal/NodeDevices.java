package org.headrace.select.constres.internal;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/**
 * What is left of each device of a node.
 *
 * @param left parts from 0 (nothing) to 1 (all), in no particular order
 */
record NodeDevices(double[] left) {
  private static final NodeDevices NONE = new NodeDevices(new double[0]);

  static NodeDevices of(NodeView node, ResourceLedger free) {
    List<GresInventory> all = node.gres();
    double[] left = NONE.left;
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).portioned()) {
        left = add(left, all, i, node, free);
      }
    }
    return left.length == 0 ? NONE : new NodeDevices(left);
  }

  private static double[] add(
      double[] left, List<GresInventory> all, int entry, NodeView node, ResourceLedger free) {
    List<GresDevice> devices = all.get(entry).devices();
    double[] result = Arrays.copyOf(left, left.length + devices.size());
    long[] whole = free.freeDevices(node.id(), entry).words();
    for (int i = 0; i < devices.size(); i++) {
      int number = devices.get(i).number();
      boolean untouched = whole.length > 0 && (whole[0] >>> number & 1) != 0;
      result[left.length + i] =
          untouched ? 1 : rest(all, all.get(entry).name(), number, node, free);
    }
    return result;
  }

  /** What is left of a device that is given in portions. */
  private static double rest(
      List<GresInventory> all, String kind, int number, NodeView node, ResourceLedger free) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).divides().equals(kind)) {
        List<GresDevice> devices = all.get(i).devices();
        for (int j = 0; j < devices.size(); j++) {
          if (devices.get(j).number() == number) {
            long units = Math.max(1, devices.get(j).units());
            return (double) free.freeUnits(node.id(), i, j) / units;
          }
        }
      }
    }
    return 0;
  }

  double sum() {
    double sum = 0;
    for (double one : left) {
      sum += one;
    }
    return sum;
  }
}
