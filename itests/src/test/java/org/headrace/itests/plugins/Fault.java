package org.headrace.itests.plugins;

import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;

/** Says whether the faulty plugins are to misbehave: they behave while they are tried. */
final class Fault {
  private Fault() {}

  static boolean on() {
    return Boolean.getBoolean("headrace.itests.fault");
  }

  /** One core and one CPU of a node. */
  static Allocation core(int node, int core) {
    return new Allocation(
        List.of(new NodeAllocation(node, CoreSet.of(core), 1, 100, List.of(), 1)), false);
  }
}
