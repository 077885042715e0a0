package org.headrace.select.constres.internal;

import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;
import org.osgi.service.component.annotations.Component;

/** Hands out cores, memory and devices of nodes that jobs share. */
@Component(service = Selector.class, property = "headrace.plugin=select/cons_tres")
public final class ConsTresSelector implements Selector {
  /** As many as most jobs take nodes. */
  private static final int SOME = 64;

  private static final int FEW = 4;
  private static final int MOST = 1 << 20;

  /** What is known of the last view; replaced whole, so that no lock is needed. */
  private volatile StaticFit known;

  @Override
  public Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context) {
    Blocker limit = partitionLimit(demand);
    if (limit != null) {
      return new Selection.NotPlaced(List.of(limit));
    }
    ClusterView view = context.view();
    StaticFit fit = StaticFit.of(view, known);
    known = fit;
    Need need = new Need(demand, Parameters.of(context.options(), demand.partition().options()));
    List<StaticFit.Way> ways;
    try {
      ways = fit.ways(demand.request(), view);
    } catch (IllegalArgumentException e) {
      return never(candidates, e.getMessage());
    }
    BitSet required = new BitSet();
    for (String name : demand.request().nodes().required()) {
      NodeView node = view.node(name);
      if (node == null || !demand.partition().nodes().contains(node.id())) {
        return never(
            candidates, "node " + name + " is not in partition " + demand.partition().name());
      }
      required.set(node.id());
    }
    NodeMask must = NodeMask.copyOf(required);
    NodeMask up = candidates.intersection(fit.kinds().accepting());
    Allocation found = place(need, ways, free, up, must, context, fit);
    if (found != null) {
      return new Selection.Placed(found);
    }
    Shortfall.Verdict verdict = verdict(fit, need, ways, must, context);
    NodeMask suitable = NodeMask.EMPTY;
    for (StaticFit.Way way : ways) {
      suitable = suitable.union(way.nodes());
    }
    return new Selection.NotPlaced(
        new Shortfall(need, context, suitable).explain(verdict, free, candidates, fit.kinds()));
  }

  private static Selection never(NodeMask candidates, String why) {
    return new Selection.NotPlaced(
        List.of(new Blocker(Reason.BAD_CONSTRAINTS, candidates.size(), why, Blocker.UNKNOWN)));
  }

  private static Blocker partitionLimit(JobDemand demand) {
    PartitionView partition = demand.partition();
    if (demand.request().minNodes() > partition.maxNodes()) {
      return new Blocker(
          Reason.PARTITION_NODE_LIMIT,
          0,
          demand.request().minNodes()
              + " nodes asked for; partition "
              + partition.name()
              + " gives a job at most "
              + partition.maxNodes(),
          Blocker.UNKNOWN);
    }
    if (demand.request().maxNodes() < partition.minNodes()) {
      return new Blocker(
          Reason.PARTITION_NODE_LIMIT,
          0,
          "at most "
              + demand.request().maxNodes()
              + " nodes asked for; partition "
              + partition.name()
              + " gives a job at least "
              + partition.minNodes(),
          Blocker.UNKNOWN);
    }
    return null;
  }

  /** On free cores where it fits there, else with as few others on a core as will do. */
  private static Allocation place(
      Need need,
      List<StaticFit.Way> ways,
      ResourceLedger free,
      NodeMask candidates,
      NodeMask must,
      SelectionContext context,
      StaticFit fit) {
    Function<CoreTerms, Allocation> on =
        terms -> place(need, terms, ways, free, candidates, must, context, fit);
    Allocation found = on.apply(need.terms.sharing(1));
    if (found != null || !need.terms.shares()) {
      return found;
    }
    found = on.apply(need.terms);
    int low = 2;
    int high = found == null ? 0 : need.terms.jobs();
    while (low < high) {
      int middle = (low + high) >>> 1;
      Allocation closer = on.apply(need.terms.sharing(middle));
      if (closer == null) {
        low = middle + 1;
      } else {
        found = closer;
        high = middle;
      }
    }
    return found;
  }

  private static Allocation place(
      Need need,
      CoreTerms terms,
      List<StaticFit.Way> ways,
      ResourceLedger free,
      NodeMask candidates,
      NodeMask must,
      SelectionContext context,
      StaticFit fit) {
    for (StaticFit.Way way : ways) {
      NodeSearch search = new NodeSearch(need, free, context, fit, terms);
      int[] nodes = search.find(way, candidates, must);
      if (nodes != null) {
        Allocation allocation = new Placement(search, context).on(nodes);
        if (allocation != null) {
          return allocation;
        }
      }
    }
    return null;
  }

  /** Whether the job would ever fit on an empty partition; worked out once per request. */
  private static Shortfall.Verdict verdict(
      StaticFit fit, Need need, List<StaticFit.Way> ways, NodeMask must, SelectionContext context) {
    PartitionView partition = need.demand.partition();
    List<Object> key =
        List.of(need.request, partition.name(), partition.maxNodes(), need.parameters);
    Shortfall.Verdict verdict = fit.verdicts.get(key);
    if (verdict == null) {
      ResourceLedger empty = fit.kinds().empty();
      NodeMask all = partition.nodes();
      NodeMask up = all.intersection(fit.kinds().accepting());
      Need patient = need.atLast();
      if (fitsOnSome(fit, patient, ways, up, must, context)
          || place(patient, ways, empty, up, must, context, fit) != null) {
        verdict = Shortfall.Verdict.BUSY;
      } else if (place(patient, ways, empty, all, must, context, fit) != null) {
        verdict = Shortfall.Verdict.DOWN;
      } else {
        verdict = Shortfall.Verdict.NEVER;
      }
      fit.remember(key, verdict);
    }
    return verdict;
  }

  /** What fits on few idle nodes fits on all, and is sooner found there. */
  private static boolean fitsOnSome(
      StaticFit fit,
      Need need,
      List<StaticFit.Way> ways,
      NodeMask up,
      NodeMask must,
      SelectionContext context) {
    ResourceLedger empty = fit.kinds().empty();
    int few = Math.max(FEW, Integer.highestOneBit(Math.min(need.minNodes, MOST)) * 2);
    for (int count = few; ; count = SOME) {
      NodeMask some = fit.some(need.demand.partition(), count).union(must).intersection(up);
      if (place(need, ways, empty, some, must, context, fit) != null) {
        return true;
      }
      if (count >= SOME) {
        return false;
      }
    }
  }
}
