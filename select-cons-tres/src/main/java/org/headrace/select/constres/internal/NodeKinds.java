package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;

/**
 * What the nodes of a cluster are, apart from what runs on them. Idle nodes of one kind can take
 * the same, so that one of them has to be looked at.
 */
final class NodeKinds {
  /** A node is compared with the first ones of so many kinds; most clusters have fewer. */
  private static final int COMPARED = 16;

  private final List<NodeView> nodes;
  private final int[] kindOf;
  private final int count;
  private final NodeMask accepting;
  private final boolean oneWeight;
  private final int mostThreads;
  private final boolean devices;

  /** What is free when nothing runs. For reading only. */
  private final ResourceLedger empty;

  /** Places that devices are close to, by kind and by which entries they are of. */
  private final Map<Wanted, Localities> localities = new ConcurrentHashMap<>();

  private record Wanted(int kind, BitSet entries) {}

  private record Kind(NodeHardware hardware, List<Counted> gres) {
    static Kind of(NodeView node) {
      return new Kind(node.hardware(), node.gres().stream().map(Counted::of).toList());
    }
  }

  private record Counted(
      String name, String type, long count, boolean oneAtATime, List<Device> devices) {
    static Counted of(GresInventory gres) {
      return new Counted(
          gres.name(),
          gres.type(),
          gres.count(),
          gres.oneAtATime(),
          gres.devices().stream().map(Device::of).toList());
    }
  }

  private record Device(CoreSet cores, long units) {
    static Device of(GresDevice device) {
      return new Device(device.cores(), device.units());
    }
  }

  NodeKinds(List<NodeView> nodes) {
    this.nodes = nodes;
    empty = ResourceLedger.allFree(nodes);
    kindOf = new int[empty.nodeIdLimit()];
    Map<Kind, Integer> kinds = new HashMap<>();
    List<NodeView> firsts = new ArrayList<>();
    BitSet up = new BitSet();
    int threads = 1;
    boolean same = true;
    boolean any = false;
    for (NodeView node : nodes) {
      kindOf[node.id()] = kind(node, kinds, firsts);
      up.set(node.id(), node.state().acceptsJobs());
      threads = Math.max(threads, node.hardware().threadsPerCore());
      any |= node.gres().stream().anyMatch(gres -> !gres.devices().isEmpty());
      same &= node.weight() == nodes.get(0).weight();
    }
    count = kinds.size();
    accepting = NodeMask.copyOf(up);
    mostThreads = threads;
    oneWeight = same;
    devices = any;
  }

  /** Number of a node's kind; nodes that are plainly alike are told by a comparison. */
  private static int kind(NodeView node, Map<Kind, Integer> kinds, List<NodeView> firsts) {
    for (int i = 0; i < Math.min(COMPARED, firsts.size()); i++) {
      NodeView first = firsts.get(i);
      if (first.hardware().equals(node.hardware()) && first.gres().equals(node.gres())) {
        return i;
      }
    }
    int kind = kinds.computeIfAbsent(Kind.of(node), key -> kinds.size());
    if (kind == firsts.size()) {
      firsts.add(node);
    }
    return kind;
  }

  /** True when this is about the very same nodes, in the same condition. */
  boolean areOf(List<NodeView> others) {
    return nodes == others || nodes.equals(others);
  }

  /** Number of a node's kind, from 0. */
  int of(int node) {
    return kindOf[node];
  }

  /**
   * Where on a node the devices are that a job wants.
   *
   * @param wanted how much of each entry of the node's inventory
   */
  Localities localities(NodeView node, long[] wanted) {
    BitSet entries = new BitSet();
    for (int i = 0; i < wanted.length; i++) {
      entries.set(i, wanted[i] > 0);
    }
    Wanted key = new Wanted(kindOf[node.id()], entries);
    Localities known = localities.get(key);
    return known == null
        ? localities.computeIfAbsent(key, absent -> Localities.of(node, wanted))
        : known;
  }

  int count() {
    return count;
  }

  /** Nodes that take jobs at all. */
  NodeMask accepting() {
    return accepting;
  }

  /** Of each kind of these nodes a few: what fits on them fits on all. */
  NodeMask some(NodeMask of, int ofEachKind) {
    int[] taken = new int[count];
    BitSet some = new BitSet();
    for (int id = of.next(0); id >= 0; id = of.next(id + 1)) {
      if (taken[kindOf[id]]++ < ofEachKind) {
        some.set(id);
      }
    }
    return NodeMask.copyOf(some);
  }

  /** True when no node is preferred to another. */
  boolean oneWeight() {
    return oneWeight;
  }

  /** Threads of a core, where there are most. */
  int mostThreads() {
    return mostThreads;
  }

  /** True when some node has devices, so that it matters which of several that fit is used. */
  boolean devices() {
    return devices;
  }

  ResourceLedger empty() {
    return empty;
  }
}
