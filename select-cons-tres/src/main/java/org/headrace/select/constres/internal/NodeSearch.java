package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.topology.TopologyRequest;

/** Finds nodes for one need in one ledger. */
final class NodeSearch {
  private static final int SHARES_TRIED = 64;

  /** How many numbers of nodes are tried, from the largest, for a job that takes a range. */
  private static final int SIZES_TRIED = 16;

  final Need need;
  final ResourceLedger free;
  final NodeFit fit;

  /** Most tasks of each eligible node; null until some are. */
  int[] tasksOf;

  private final CoreTerms terms;
  private final SelectionContext context;
  private final StaticFit known;
  private final NodeKinds kinds;

  /** By kind: tasks that an idle node takes, plus one; zero where that isn't known yet. */
  private final int[] tasksOfIdle;

  /** Shares of the first request for the whole job. */
  private long[] shareOf;

  private NodeRank rank;

  /**
   * @param terms on which the job would have its cores: at most those of its need
   */
  NodeSearch(
      Need need, ResourceLedger free, SelectionContext context, StaticFit known, CoreTerms terms) {
    this.need = need;
    this.free = free;
    this.context = context;
    this.known = known;
    kinds = known.kinds();
    tasksOfIdle = new int[kinds.count()];
    this.terms = terms;
    fit = new NodeFit(need, free, kinds, terms);
  }

  /** Nodes that others are kept from while the job runs on these. */
  List<Integer> kept(int[] nodes) {
    return need.aloneInUnits
        ? known.units(context.view(), need.demand.partition()).around(nodes)
        : List.of();
  }

  /** Tells nodes apart that each could take the whole job. */
  NodeRank rank() {
    if (rank == null) {
      rank =
          need.parameters.fragmentation()
              ? new Fragmentation(need, free, known.workload(context.view()))
              : new BestFit(need, free);
    }
    return rank;
  }

  /** Node ids in task order, or null. */
  int[] find(StaticFit.Way way, NodeMask candidates, NodeMask required) {
    BitSet eligible = eligible(way.nodes().intersection(candidates), required.size());
    if (eligible == null) {
      return null;
    }
    for (int id = required.next(0); id >= 0; id = required.next(id + 1)) {
      if (!eligible.get(id)) {
        return null;
      }
    }
    BitSet must = required.toBitSet();
    for (StaticFit.Quota quota : way.quotas()) {
      if (!fill(quota, eligible, must)) {
        return null;
      }
    }
    int available = eligible.cardinality();
    int min = Math.max(need.minNodes, must.cardinality());
    int max = Math.max(need.maxNodes, must.cardinality());
    if (available < min || must.cardinality() > need.mostNodes) {
      return null;
    }
    return byWeight(
        eligible, must, min, Math.max(0, need.tasks), light -> most(light, must, min, max));
  }

  /** Of nodes of the least weight that serves, as many as the job would like. */
  private int[] most(BitSet light, BitSet must, int min, int max) {
    int wanted = Math.min(max, light.cardinality());
    if (need.wantsMoreNodes) {
      for (int count = wanted; count > min && count > wanted - SIZES_TRIED; count--) {
        int[] most = search(light, must, count, max);
        if (most != null) {
          return most;
        }
      }
    }
    return search(light, must, min, max);
  }

  /** Nodes that could take a task; null as soon as it is plain that there are too few. */
  private BitSet eligible(NodeMask nodes, int required) {
    int most = need.tasks == TaskLayout.UNSET ? need.tasksOfEachNode() : need.tasks;
    boolean allOrNothing = need.tasks == TaskLayout.UNSET;
    int least = Math.max(need.minNodes, required);
    BitSet eligible = nodes.toBitSet();
    if (!terms.beyondFree()) {
      free.retainOpen(eligible, need.leastCores(kinds.mostThreads()));
    }
    if (need.alone) {
      free.retainIdle(eligible);
    }
    if (need.aloneInUnits) {
      known.units(context.view(), need.demand.partition()).retainIdle(eligible, free);
    }
    int left = eligible.cardinality();
    if (left < least) {
      return null;
    }
    tasksOf = new int[free.nodeIdLimit()];
    long sum = 0;
    for (int id = eligible.nextSetBit(0); id >= 0; id = eligible.nextSetBit(id + 1)) {
      int tasks = tasks(id, most);
      if (tasks > 0 && !(allOrNothing && tasks < most)) {
        tasksOf[id] = tasks;
        sum += tasks;
      } else {
        eligible.clear(id);
        if (--left < least) {
          return null;
        }
      }
    }
    return need.tasks != TaskLayout.UNSET && sum < need.tasks ? null : eligible;
  }

  private int tasks(int id, int most) {
    NodeView node = free.node(id);
    if (node == null || free.exclusivelyHeld(id)) {
      return 0;
    }
    if (free.jobs(id) > 0) {
      return fit.tasks(node, most);
    }
    int kind = kinds.of(id);
    if (tasksOfIdle[kind] == 0) {
      tasksOfIdle[kind] = 1 + fit.tasks(node, most);
    }
    return tasksOfIdle[kind] - 1;
  }

  /** Adds nodes to {@code must} until {@code quota} is met. */
  private boolean fill(StaticFit.Quota quota, BitSet eligible, BitSet must) {
    BitSet having = quota.nodes().toBitSet();
    having.and(eligible);
    BitSet already = (BitSet) having.clone();
    already.and(must);
    int missing = quota.count() - already.cardinality();
    if (missing <= 0) {
      return true;
    }
    int count = quota.count();
    int[] chosen =
        byWeight(
            having, already, count, 0, light -> choose(light, already, count, count, 1, id -> 1));
    if (chosen == null) {
      return false;
    }
    for (int id : chosen) {
      must.set(id);
    }
    return true;
  }

  /**
   * Nodes of low weight first; heavier ones only where those don't suffice.
   *
   * @param tasks how many there have to be room for, as far as that is known beforehand
   */
  private int[] byWeight(
      BitSet eligible, BitSet must, int min, long tasks, Function<BitSet, int[]> search) {
    if (kinds.oneWeight()) {
      return search.apply(eligible);
    }
    int[] rising =
        eligible.stream()
            .boxed()
            .sorted(Comparator.comparingLong((Integer id) -> free.node(id).weight()))
            .mapToInt(Integer::intValue)
            .toArray();
    BitSet light = (BitSet) must.clone();
    int count = must.cardinality();
    long room = must.stream().mapToLong(id -> tasksOf[id]).sum();
    for (int i = 0; i < rising.length; i++) {
      if (!light.get(rising[i])) {
        light.set(rising[i]);
        count++;
        room += tasksOf[rising[i]];
      }
      boolean last =
          i + 1 == rising.length
              || free.node(rising[i + 1]).weight() > free.node(rising[i]).weight();
      int[] found = last && count >= min && room >= tasks ? search.apply(light) : null;
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private int[] search(BitSet eligible, BitSet must, int min, int max) {
    if (!need.jobGres.isEmpty()) {
      return searchShares(eligible, must, min, max);
    }
    return need.tasks == TaskLayout.UNSET
        ? choose(eligible, must, min, max, min, id -> 1)
        : choose(eligible, must, min, max, need.tasks, id -> tasksOf[id]);
  }

  /** With resources for the whole job, tasks and resources both have to add up. */
  private int[] searchShares(BitSet eligible, BitSet must, int min, int max) {
    GresRequest first = need.jobGres.get(0);
    shareOf = new long[free.nodeIdLimit()];
    BitSet usable = new BitSet();
    for (int id = eligible.nextSetBit(0); id >= 0; id = eligible.nextSetBit(id + 1)) {
      int least = need.tasks == TaskLayout.UNSET ? tasksOf[id] : 1;
      shareOf[id] = fit.share(free.node(id), first, least);
      usable.set(id, shareOf[id] > 0);
    }
    List<Measure> measures = measures(first);
    for (int from = min, tries = 0; from <= max && tries < SHARES_TRIED; from++, tries++) {
      int fewest = Integer.MAX_VALUE;
      for (int i = 0; i < measures.size() && (i == 0 || fewest < Integer.MAX_VALUE); i++) {
        Measure by = measures.get(i);
        int[] found = choose(usable, must, from, max, by.needed(), by.of());
        if (found != null && addsUp(found)) {
          return found;
        }
        fewest = found == null ? fewest : Math.min(fewest, found.length);
      }
      if (fewest == Integer.MAX_VALUE) {
        return null;
      }
      from = fewest;
    }
    return null;
  }

  /** By what nodes are chosen that have to give both tasks and resources in all. */
  private record Measure(long needed, IntUnaryOperator of) {}

  /** Resources; where tasks are wanted also tasks, and whichever of the two a node has less of. */
  private List<Measure> measures(GresRequest first) {
    long count = first.count();
    Measure byShare = new Measure(count, id -> (int) Math.min(shareOf[id], Integer.MAX_VALUE));
    if (need.tasks == TaskLayout.UNSET) {
      return List.of(byShare);
    }
    IntUnaryOperator less =
        id ->
            (int)
                Math.min(
                    Integer.MAX_VALUE, Math.min(shareOf[id] * need.tasks, tasksOf[id] * count));
    return List.of(
        byShare, new Measure(count * need.tasks, less), new Measure(need.tasks, id -> tasksOf[id]));
  }

  private boolean addsUp(int[] nodes) {
    long tasks = 0;
    long shares = 0;
    for (int id : nodes) {
      tasks += tasksOf[id];
      shares += shareOf[id];
    }
    if (need.tasks != TaskLayout.UNSET && tasks < need.tasks
        || shares < need.jobGres.get(0).count()) {
      return false;
    }
    for (int i = 1; i < need.jobGres.size(); i++) {
      long sum = 0;
      for (int id : nodes) {
        sum += fit.available(free.node(id), need.jobGres.get(i));
      }
      if (sum < need.jobGres.get(i).count()) {
        return false;
      }
    }
    return true;
  }

  private int[] choose(
      BitSet eligible, BitSet must, int min, int max, long needed, IntUnaryOperator capacity) {
    if (eligible.cardinality() < min || min > max) {
      return null;
    }
    BitSet among =
        min == 1 && must.isEmpty() && kinds.devices() && !need.parameters.leastLoaded()
            ? cheapest(eligible, needed, capacity)
            : eligible;
    TopologySpec wiring = context.view().topology(need.demand.partition());
    boolean waiting = need.demand.waited() < need.request.nodes().switchWait();
    TopologyRequest request =
        new TopologyRequest(
            context.view(),
            NodeMask.copyOf(among),
            NodeMask.copyOf(must),
            min,
            max,
            capacity,
            needed,
            need.request.nodes().contiguous(),
            waiting ? need.request.nodes().maxSwitches() : 0,
            need.request.nodes().segments(),
            wiring);
    return need.parameters.leastLoaded() || need.spread
        ? leastLoaded(eligible, request)
        : context.topology(wiring).choose(request);
  }

  /**
   * Of the nodes that could take the whole job those on which it does least harm; all where none
   * could.
   */
  private BitSet cheapest(BitSet eligible, long needed, IntUnaryOperator capacity) {
    BitSet cheapest = new BitSet();
    long least = Long.MAX_VALUE;
    long[] costOfIdle = new long[kinds.count()];
    Arrays.fill(costOfIdle, Long.MAX_VALUE);
    for (int id = eligible.nextSetBit(0); id >= 0; id = eligible.nextSetBit(id + 1)) {
      if (capacity.applyAsInt(id) < needed) {
        continue;
      }
      boolean idle = free.jobs(id) == 0;
      long cost = idle ? costOfIdle[kinds.of(id)] : Long.MAX_VALUE;
      if (cost == Long.MAX_VALUE) {
        cost = rank().cost(free.node(id));
        if (idle) {
          costOfIdle[kinds.of(id)] = cost;
        }
      }
      if (cost < least) {
        least = cost;
        cheapest.clear();
      }
      if (cost == least) {
        cheapest.set(id);
      }
    }
    return cheapest.isEmpty() ? eligible : cheapest;
  }

  /** Nodes with the largest free part first; where these are too small, those that are not. */
  private int[] leastLoaded(BitSet eligible, TopologyRequest request) {
    IntUnaryOperator capacity = request.capacity();
    Comparator<Integer> required =
        Comparator.comparing((Integer id) -> !request.required().contains(id));
    Comparator<Integer> load = Comparator.comparingDouble((Integer id) -> -freePart(id));
    List<Integer> order =
        new ArrayList<>(eligible.stream().boxed().sorted(required.thenComparing(load)).toList());
    int[] chosen = firstThatServe(order, request);
    if (chosen == null && request.maxNodes() < order.size()) {
      Comparator<Integer> size =
          Comparator.comparingLong(id -> -Math.min(request.needed(), capacity.applyAsInt(id)));
      order.sort(required.thenComparing(size));
      chosen = firstThatServe(order, request);
    }
    return chosen;
  }

  private static int[] firstThatServe(List<Integer> order, TopologyRequest request) {
    int[] chosen = new int[Math.min(order.size(), request.maxNodes())];
    long sum = 0;
    for (int count = 0; count < chosen.length; count++) {
      chosen[count] = order.get(count);
      sum += request.capacity().applyAsInt(chosen[count]);
      if (count + 1 >= request.minNodes()
          && count + 1 >= request.required().size()
          && sum >= request.needed()) {
        int[] result = Arrays.copyOf(chosen, count + 1);
        Arrays.sort(result);
        return result;
      }
    }
    return null;
  }

  private double freePart(int id) {
    return (double) free.freeCoreCount(id) / Math.max(1, free.node(id).hardware().cores());
  }
}
