package org.headrace.api.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TopologySpec;

/**
 * The smallest units of a wiring, which a job may want for itself: its blocks, or its leaf
 * switches; a node that none has is one by itself. Immutable.
 */
public final class Units {
  private final List<BitSet> units;

  private Units(List<BitSet> units) {
    this.units = units;
  }

  public static Units of(ClusterView view, TopologySpec wiring) {
    List<BitSet> units = new ArrayList<>();
    BitSet seen = new BitSet();
    List<List<String>> members = new ArrayList<>();
    wiring.blocks().forEach(block -> members.add(block.nodes()));
    wiring.switches().forEach(one -> members.add(one.nodes()));
    for (List<String> names : members) {
      BitSet unit = new BitSet();
      for (String name : names) {
        NodeView node = view.node(name);
        if (node != null) {
          unit.set(node.id());
        }
      }
      if (!unit.isEmpty()) {
        seen.or(unit);
        units.add(unit);
      }
    }
    for (NodeView node : view.nodes()) {
      if (!seen.get(node.id())) {
        BitSet alone = new BitSet();
        alone.set(node.id());
        units.add(alone);
      }
    }
    return new Units(units);
  }

  /** Keeps in {@code ids} the nodes of units in which no job runs, and that none keeps. */
  public void retainIdle(BitSet ids, ResourceLedger free) {
    for (BitSet unit : units) {
      boolean busy = unit.stream().anyMatch(id -> free.working(id) > 0 || free.exclusivelyHeld(id));
      if (busy) {
        ids.andNot(unit);
      }
    }
  }

  /** All nodes of the units that these nodes are in, ascending. */
  public List<Integer> around(int[] nodes) {
    BitSet all = new BitSet();
    for (BitSet unit : units) {
      if (Arrays.stream(nodes).anyMatch(unit::get)) {
        all.or(unit);
      }
    }
    return all.stream().boxed().toList();
  }
}
