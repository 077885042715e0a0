package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.selector.SelectionContext;

/** Says why a job doesn't fit, in numbers of nodes. */
final class Shortfall {
  /** What would be the case if nothing ran. */
  enum Verdict {
    /** It would fit. */
    BUSY,
    /** It would fit if all nodes worked. */
    DOWN,
    /** It would not. */
    NEVER
  }

  private final Need need;
  private final SelectionContext context;
  private final NodeMask suitable;

  Shortfall(Need need, SelectionContext context, NodeMask suitable) {
    this.need = need;
    this.context = context;
    this.suitable = suitable;
  }

  /** The decisive obstacle first, then what rules out nodes, most nodes first. */
  List<Blocker> explain(
      Verdict verdict, ResourceLedger free, NodeMask candidates, NodeKinds kinds) {
    BitSet rest = candidates.toBitSet();
    rest.and(suitable.toBitSet());
    int fitting = rest.cardinality();
    int unsuitable = candidates.size() - fitting;
    rest.and(kinds.accepting().toBitSet());
    int down = fitting - rest.cardinality();
    int[] lacks = lacks(rest, free, kinds);
    List<Blocker> parts = new ArrayList<>();
    add(parts, Reason.NODE_DOWN, down, "down, drained or not responding");
    add(parts, Reason.BAD_CONSTRAINTS, unsuitable, "don't have the features or size asked for");
    add(parts, Reason.RESOURCES, lacks[NodeFit.Lack.SHARING.ordinal()], "held by other jobs");
    add(parts, Reason.RESOURCES, lacks[NodeFit.Lack.CORES.ordinal()], "fewer than " + cpus());
    add(parts, Reason.RESOURCES, lacks[NodeFit.Lack.MEMORY.ordinal()], "not enough free memory");
    add(parts, Reason.RESOURCES, lacks[NodeFit.Lack.GRES.ordinal()], "fewer than " + gres());
    parts.sort(Comparator.comparingInt(Blocker::nodes).reversed());
    parts.add(0, decisive(verdict, candidates, lacks[NodeFit.Lack.NONE.ordinal()]));
    return parts;
  }

  /** How many of these nodes lack what; those with too few cores are not looked at one by one. */
  private int[] lacks(BitSet nodes, ResourceLedger free, NodeKinds kinds) {
    int[] lacks = new int[NodeFit.Lack.values().length];
    BitSet open = (BitSet) nodes.clone();
    if (!need.terms.beyondFree()) {
      free.retainOpen(open, need.leastCores(kinds.mostThreads()));
    }
    BitSet closed = (BitSet) nodes.clone();
    closed.andNot(open);
    BitSet held = (BitSet) closed.clone();
    free.retainHeld(held);
    open.or(held);
    closed.andNot(held);
    if (need.alone) {
      BitSet idle = (BitSet) closed.clone();
      free.retainIdle(idle);
      lacks[NodeFit.Lack.CORES.ordinal()] = idle.cardinality();
      lacks[NodeFit.Lack.SHARING.ordinal()] = closed.cardinality() - idle.cardinality();
    } else {
      lacks[NodeFit.Lack.CORES.ordinal()] = closed.cardinality();
    }
    NodeFit fit = new NodeFit(need, free, kinds, need.terms);
    int tasks = need.tasks == TaskLayout.UNSET ? need.tasksOfEachNode() : 1;
    for (int id = open.nextSetBit(0); id >= 0; id = open.nextSetBit(id + 1)) {
      NodeView node = free.node(id);
      lacks[fit.lack(node, tasks, need.jobGres.isEmpty() ? 0 : 1).ordinal()]++;
    }
    return lacks;
  }

  private static void add(List<Blocker> parts, Reason reason, int nodes, String detail) {
    if (nodes > 0) {
      parts.add(new Blocker(reason, nodes, detail, Blocker.UNKNOWN));
    }
  }

  private Blocker decisive(Verdict verdict, NodeMask candidates, int usable) {
    int all = candidates.size();
    return switch (verdict) {
      case NEVER -> new Blocker(Reason.BAD_CONSTRAINTS, all, nearest(candidates), 0);
      case DOWN ->
          new Blocker(
              need.request.nodes().required().isEmpty()
                  ? Reason.NODE_DOWN
                  : Reason.REQUIRED_NODE_NOT_AVAILABLE,
              all,
              "nodes that the job needs are down or drained",
              Blocker.UNKNOWN);
      case BUSY ->
          new Blocker(
              Reason.RESOURCES,
              all,
              "needs " + asked() + "; " + usable + " of " + all + " nodes could take part now",
              Blocker.UNKNOWN);
    };
  }

  private String asked() {
    String nodes = need.minNodes == 1 ? "1 node" : need.minNodes + " nodes";
    return need.tasks == TaskLayout.UNSET ? nodes : need.tasks + " tasks on at least " + nodes;
  }

  private String cpus() {
    return Math.max(1, need.request.layout().cpusPerTask()) + " free CPUs";
  }

  private String gres() {
    StringBuilder text = new StringBuilder();
    for (GresRequest one : need.gres) {
      long count = one.scope() == GresRequest.Scope.JOB ? 1 : one.count();
      text.append(text.isEmpty() ? "" : " or ").append(count).append(" free ").append(one.name());
      text.append(one.type().isEmpty() ? "" : ":" + one.type());
    }
    return text.toString();
  }

  /** The largest that the nodes offer, so that the user can ask for what exists. */
  private String nearest(NodeMask candidates) {
    int cpus = 0;
    long memory = 0;
    int fitting = 0;
    long resources = 0;
    String name = need.gres.isEmpty() ? "" : need.gres.get(0).name();
    for (int id = candidates.next(0); id >= 0; id = candidates.next(id + 1)) {
      NodeView node = context.view().node(id);
      if (node == null) {
        continue;
      }
      cpus = Math.max(cpus, need.terms.cpus(node.hardware()));
      memory = Math.max(memory, node.hardware().memory());
      fitting += suitable.contains(id) ? 1 : 0;
      if (!need.gres.isEmpty()) {
        long here =
            node.gres().stream()
                .filter(one -> NodeFit.suits(one, need.gres.get(0)))
                .mapToLong(one -> one.count())
                .sum();
        resources = Math.max(resources, here);
      }
    }
    StringBuilder text = new StringBuilder("this can never run in partition ");
    text.append(need.demand.partition().name()).append(": it has ");
    text.append(fitting).append(" suitable of ").append(candidates.size()).append(" nodes");
    text.append("; most CPUs per node: ").append(cpus);
    text.append("; most memory per node: ").append(memory).append(" MiB");
    if (!name.isEmpty()) {
      text.append("; most ").append(name).append(" per node: ").append(resources);
    }
    return text.toString();
  }
}
