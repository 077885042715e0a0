package org.headrace.select.linear.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.api.topology.Units;
import org.osgi.service.component.annotations.Component;

/**
 * Hands out whole nodes: all CPUs and devices of each, and all memory unless less was asked for.
 */
@Component(service = Selector.class, property = "headrace.plugin=select/linear")
public final class LinearSelector implements Selector {
  @Override
  public Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context) {
    ResourceRequest request = demand.request();
    int partitionMax = demand.partition().maxNodes();
    if (request.minNodes() > partitionMax) {
      return refused(
          Reason.PARTITION_NODE_LIMIT,
          0,
          request.minNodes()
              + " nodes asked for; partition "
              + demand.partition().name()
              + " gives a job at most "
              + partitionMax);
    }
    BitSet required = new BitSet();
    for (String name : request.nodes().required()) {
      NodeView node = context.view().node(name);
      if (node == null || !demand.partition().nodes().contains(node.id())) {
        return refused(
            Reason.BAD_CONSTRAINTS,
            candidates.size(),
            "node " + name + " is not in partition " + demand.partition().name());
      }
      required.set(node.id());
    }
    NodeFilter filter;
    try {
      filter = new NodeFilter(request);
    } catch (IllegalArgumentException e) {
      return refused(Reason.BAD_CONSTRAINTS, candidates.size(), e.getMessage());
    }
    NodeMask must = NodeMask.copyOf(required);
    CoreTerms terms = CoreTerms.of(demand.partition(), request);
    CoreTerms alone = terms.sharing(1);
    int[] nodes = search(demand, free, candidates, must, filter, context, false, alone);
    if (nodes == null && terms.shares()) {
      nodes = search(demand, free, candidates, must, filter, context, false, terms);
    }
    return nodes != null
        ? new Selection.Placed(
            allocation(request, free, nodes, terms, context)
                .withKept(aloneInUnits(demand) ? units(demand, context).around(nodes) : List.of()))
        : shortfall(demand, free, candidates, must, filter, context);
  }

  private static CoreTerms alone(JobDemand demand) {
    return CoreTerms.of(demand.partition(), demand.request()).sharing(1);
  }

  private static boolean aloneInUnits(JobDemand demand) {
    return demand.request().aloneInUnits(demand.partition());
  }

  private static Units units(JobDemand demand, SelectionContext context) {
    return Units.of(context.view(), context.view().topology(demand.partition()));
  }

  private static Selection refused(Reason reason, int nodes, String detail) {
    return new Selection.NotPlaced(List.of(new Blocker(reason, nodes, detail, Blocker.UNKNOWN)));
  }

  /** Nodes for the job, or null; {@code anyState} looks at nodes that are down as well. */
  private static int[] search(
      JobDemand demand,
      ResourceLedger free,
      NodeMask candidates,
      NodeMask must,
      NodeFilter filter,
      SelectionContext context,
      boolean anyState,
      CoreTerms terms) {
    ResourceRequest request = demand.request();
    BitSet eligible = new BitSet();
    int[] capacity = new int[free.nodeIdLimit()];
    for (int id = candidates.next(0); id >= 0; id = candidates.next(id + 1)) {
      NodeView node = free.node(id);
      if (node != null
          && (anyState || node.state().acceptsJobs())
          && open(free, id, request, terms, context)) {
        boolean whole = terms.cpus(node.hardware()) == cpus(node, request);
        capacity[id] = whole && filter.suits(node) ? tasksOf(node, request) : 0;
        eligible.set(id, capacity[id] > 0);
      }
    }
    if (aloneInUnits(demand)) {
      units(demand, context).retainIdle(eligible, free);
    }
    BitSet missing = must.toBitSet();
    missing.andNot(eligible);
    if (!missing.isEmpty()) {
      return null;
    }
    int tasks = request.layout().tasks();
    boolean counted = tasks != TaskLayout.UNSET;
    int min = counted ? Math.min(request.minNodes(), tasks) : request.minNodes();
    min = Math.max(Math.max(1, min), must.size());
    int max = Math.min(request.maxNodes(), demand.partition().maxNodes());
    max = Math.max(must.size(), counted ? Math.min(max, Math.max(tasks, min)) : max);
    int most = Math.min(max, eligible.cardinality());
    TopologySpec wiring = context.view().topology(demand.partition());
    boolean waiting = demand.waited() < request.nodes().switchWait();
    for (int from :
        request.maxNodes() != ResourceRequest.ANY_NUMBER && most > min
            ? new int[] {most, min}
            : new int[] {min}) {
      int[] found =
          context
              .topology(wiring)
              .choose(
                  new TopologyRequest(
                      context.view(),
                      NodeMask.copyOf(eligible),
                      must,
                      from,
                      max,
                      counted ? id -> capacity[id] : id -> 1,
                      counted ? tasks : from,
                      request.nodes().contiguous(),
                      waiting ? request.nodes().maxSwitches() : 0,
                      request.nodes().segments(),
                      wiring));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** True for a node that a job of those terms may have: idle, or with others that share it. */
  private static boolean open(
      ResourceLedger free,
      int id,
      ResourceRequest request,
      CoreTerms terms,
      SelectionContext context) {
    if (!terms.shares() || idle(free, id)) {
      return idle(free, id);
    }
    NodeView node = free.node(id);
    boolean room =
        !free.exclusivelyHeld(id)
            && free.soleUser(id) == ResourceLedger.NO_USER
            && free.openCoreCount(id, terms) * node.hardware().threadsPerCore()
                == terms.cpus(node.hardware())
            && free.freeMemory(id) >= memory(node, request, terms, context);
    for (GresRequest one : request.gres()) {
      long wanted = wanted(one, request.minNodes());
      GresAllocation there = devices(free, node, one, wanted);
      room &= there != null && there.count() == wanted;
    }
    return room;
  }

  /** Of a node that is shared a job has no more memory than it asks for, where it counts. */
  private static long memory(
      NodeView node, ResourceRequest request, CoreTerms terms, SelectionContext context) {
    MemoryRequest memory = request.memory();
    if (memory.basis() == MemoryRequest.Basis.NODE && !memory.wholeNode()) {
      return memory.mebibytes();
    }
    if (!terms.shares() || memory.basis() == MemoryRequest.Basis.NODE) {
      return node.hardware().memory();
    }
    if (memory.basis() == MemoryRequest.Basis.CPU) {
      return memory.mebibytes() * cpus(node, request);
    }
    boolean counts =
        context.options().keySet().stream()
            .anyMatch(key -> key.toUpperCase(Locale.ROOT).endsWith("_MEMORY"));
    return memory.basis() == MemoryRequest.Basis.NONE && !counts ? 0 : node.hardware().memory();
  }

  /** How much a job that shares its nodes wants of a resource on each. */
  private static long wanted(GresRequest one, int nodes) {
    return one.scope() == GresRequest.Scope.JOB ? (one.count() + nodes - 1) / nodes : one.count();
  }

  /** Free resources of a node that serve a request; as many as there are, if there are too few. */
  private static GresAllocation devices(
      ResourceLedger free, NodeView node, GresRequest one, long wanted) {
    for (int i = 0; i < node.gres().size(); i++) {
      GresInventory inventory = node.gres().get(i);
      boolean suits =
          inventory.name().equals(one.name())
              && (one.type().isEmpty() || one.type().equals(inventory.type()))
              && !inventory.portioned();
      long count = suits ? Math.min(wanted, free.freeGres(node.id(), i)) : 0;
      if (count > 0) {
        CoreSet all = free.freeDevices(node.id(), i);
        CoreSet some = all.firstIn(0, all.highest() + 1, (int) count);
        return new GresAllocation(inventory.name(), inventory.type(), some, count);
      }
    }
    return null;
  }

  private static boolean idle(ResourceLedger free, int id) {
    return free.jobs(id) == 0 && !free.exclusivelyHeld(id);
  }

  /** CPUs that such a job gets on the node. */
  private static int cpus(NodeView node, ResourceRequest request) {
    NodeHardware hardware = node.hardware();
    return hardware.cpus() - hardware.left(request.system()).size() * hardware.threadsPerCore();
  }

  /** Tasks that the node can run; 0 when it is too small. */
  private static int tasksOf(NodeView node, ResourceRequest request) {
    TaskLayout layout = request.layout();
    long memory =
        request.memory().basis() == MemoryRequest.Basis.NODE ? request.memory().mebibytes() : 0;
    int cpus = cpus(node, request);
    if (memory > node.hardware().memory() || !hasGres(node, request)) {
      return 0;
    }
    int tasks = layout.overcommit() ? Integer.MAX_VALUE : cpus / Math.max(1, layout.cpusPerTask());
    if (request.memory().basis() == MemoryRequest.Basis.CPU && request.memory().mebibytes() > 0) {
      long byMemory = node.hardware().memory() / request.memory().mebibytes();
      tasks = (int) Math.min(tasks, byMemory / Math.max(1, layout.cpusPerTask()));
    }
    int each = Math.max(1, layout.tasksPerNode());
    if (layout.tasks() == TaskLayout.UNSET) {
      return tasks >= each ? each : 0;
    }
    return layout.tasksPerNode() == TaskLayout.UNSET ? tasks : Math.min(tasks, each);
  }

  private static boolean hasGres(NodeView node, ResourceRequest request) {
    for (GresRequest one : request.gres()) {
      long count = 0;
      for (GresInventory inventory : node.gres()) {
        if (inventory.name().equals(one.name())
            && (one.type().isEmpty() || one.type().equals(inventory.type()))) {
          count += inventory.count();
        }
      }
      long least = one.scope() == GresRequest.Scope.JOB ? 1 : one.count();
      if (count < least) {
        return false;
      }
    }
    return true;
  }

  private static Allocation allocation(
      ResourceRequest request,
      ResourceLedger free,
      int[] ids,
      CoreTerms terms,
      SelectionContext context) {
    int[] tasks = tasks(request, free, ids);
    List<NodeAllocation> parts = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      NodeView node = free.node(ids[i]);
      List<GresAllocation> gres = new ArrayList<>();
      for (GresRequest one : terms.shares() ? request.gres() : List.<GresRequest>of()) {
        GresAllocation there = devices(free, node, one, wanted(one, request.minNodes()));
        gres.addAll(there == null ? List.of() : List.of(there));
      }
      for (GresInventory one : terms.shares() ? List.<GresInventory>of() : node.gres()) {
        // Devices are given whole here.
        if (one.count() > 0 && !one.portioned()) {
          gres.add(new GresAllocation(one.name(), one.type(), one.deviceNumbers(), one.count()));
        }
      }
      parts.add(
          new NodeAllocation(
              ids[i],
              free.openCores(ids[i], terms),
              cpus(node, request),
              memory(node, request, terms, context),
              gres,
              tasks[i]));
    }
    return new Allocation(parts, !terms.shares()).withTerms(terms);
  }

  /** Tasks in turn, as on nodes that a job has whole; a block of them per node when asked for. */
  private static int[] tasks(ResourceRequest request, ResourceLedger free, int[] ids) {
    TaskLayout layout = request.layout();
    int[] tasks = new int[ids.length];
    if (layout.tasks() == TaskLayout.UNSET) {
      Arrays.fill(tasks, Math.max(1, layout.tasksPerNode()));
      return tasks;
    }
    boolean block = layout.distribution().toLowerCase(Locale.ROOT).startsWith("block");
    int left = layout.tasks();
    while (left > 0) {
      int before = left;
      for (int i = 0; i < ids.length && left > 0; i++) {
        int room = tasksOf(free.node(ids[i]), request) - tasks[i];
        int more = Math.min(left, block ? Math.min(room, left - (ids.length - i - 1)) : 1);
        more = Math.max(0, Math.min(room, more));
        tasks[i] += more;
        left -= more;
      }
      if (before == left) {
        return tasks;
      }
    }
    return tasks;
  }

  private static Selection shortfall(
      JobDemand demand,
      ResourceLedger free,
      NodeMask candidates,
      NodeMask must,
      NodeFilter filter,
      SelectionContext context) {
    int busy = 0;
    int down = 0;
    int unsuitable = 0;
    for (int id = candidates.next(0); id >= 0; id = candidates.next(id + 1)) {
      NodeView node = free.node(id);
      if (node == null || !filter.suits(node) || tasksOf(node, demand.request()) == 0) {
        unsuitable++;
      } else if (!node.state().acceptsJobs()) {
        down++;
      } else if (!idle(free, id)) {
        busy++;
      }
    }
    ResourceLedger empty = ResourceLedger.allFree(context.view().nodes());
    NodeMask all = demand.partition().nodes();
    Reason reason = Reason.RESOURCES;
    if (search(demand, empty, all, must, filter, context, true, alone(demand)) == null) {
      reason = Reason.BAD_CONSTRAINTS;
    } else if (search(demand, empty, all, must, filter, context, false, alone(demand)) == null) {
      reason = must.isEmpty() ? Reason.NODE_DOWN : Reason.REQUIRED_NODE_NOT_AVAILABLE;
    }
    String detail =
        "needs %d whole nodes: %d busy, %d down or drained, %d unsuitable"
            .formatted(demand.request().minNodes(), busy, down, unsuitable);
    return refused(reason, candidates.size(), detail);
  }
}
