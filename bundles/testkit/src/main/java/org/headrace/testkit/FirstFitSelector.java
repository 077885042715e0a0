package org.headrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/**
 * A small selector for tests of schedulers: takes the first nodes with free cores and memory. Knows
 * required and excluded nodes, exclusive use and tasks per node; no features, devices or topology.
 */
public final class FirstFitSelector implements Selector {
  @Override
  public Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context) {
    ResourceRequest request = demand.request();
    if (!request.gres().isEmpty()) {
      return notPlaced(Reason.BAD_CONSTRAINTS, candidates.size(), "devices are not for this kit");
    }
    List<Integer> nodes = new ArrayList<>();
    List<Integer> capacities = new ArrayList<>();
    for (int id = candidates.next(0); id >= 0; id = candidates.next(id + 1)) {
      NodeView node = context.view().node(id);
      int capacity = node == null ? 0 : capacity(request, node, free, demand.user());
      if (capacity > 0) {
        boolean required = request.nodes().required().contains(node.name());
        nodes.add(required ? 0 : nodes.size(), id);
        capacities.add(required ? 0 : capacities.size(), capacity);
      }
    }
    return place(request, nodes, capacities, free, candidates.size());
  }

  private static int capacity(
      ResourceRequest request, NodeView node, ResourceLedger free, int user) {
    int id = node.id();
    boolean mine = free.soleUser(id) == ResourceLedger.NO_USER || free.soleUser(id) == user;
    boolean alone = request.sharing() == Sharing.EXCLUSIVE;
    if (!node.state().acceptsJobs()
        || free.exclusivelyHeld(id)
        || !mine
        || (alone && free.jobs(id) > 0)
        || request.nodes().excluded().contains(node.name())) {
      return 0;
    }
    int coresPerTask = coresPerTask(request, node);
    long capacity = free.freeCoreCount(id) / coresPerTask;
    MemoryRequest memory = request.memory();
    if (memory.basis() == MemoryRequest.Basis.NODE && memory.mebibytes() > free.freeMemory(id)) {
      return 0;
    }
    if (memory.basis() == MemoryRequest.Basis.CPU && memory.mebibytes() > 0) {
      long perTask = memory.mebibytes() * request.layout().cpusPerTask();
      capacity = Math.min(capacity, free.freeMemory(id) / perTask);
    }
    if (request.layout().tasksPerNode() != TaskLayout.UNSET) {
      capacity = Math.min(capacity, request.layout().tasksPerNode());
    }
    return (int) capacity;
  }

  private static int coresPerTask(ResourceRequest request, NodeView node) {
    int threads = node.hardware().threadsPerCore();
    return (request.layout().cpusPerTask() + threads - 1) / threads;
  }

  private static Selection place(
      ResourceRequest request,
      List<Integer> nodes,
      List<Integer> capacities,
      ResourceLedger free,
      int candidates) {
    int tasks =
        request.layout().tasks() == TaskLayout.UNSET
            ? request.minNodes()
            : request.layout().tasks();
    int count = 0;
    int room = 0;
    while (count < nodes.size()
        && count < request.maxNodes()
        && (count < request.minNodes() || room < tasks)) {
      room += capacities.get(count++);
    }
    if (room < tasks || count < request.minNodes() || tasks < request.minNodes()) {
      int without = candidates - nodes.size();
      return notPlaced(Reason.RESOURCES, without, "room for " + room + " of " + tasks + " tasks");
    }
    List<NodeAllocation> parts = new ArrayList<>();
    int left = tasks;
    for (int i = 0; i < count && left > 0; i++) {
      int after = Math.max(0, Math.min(count, request.minNodes()) - i - 1);
      int here = Math.min(capacities.get(i), left - after);
      parts.add(part(request, free, nodes.get(i), here));
      left -= here;
    }
    boolean exclusive = request.sharing() == Sharing.EXCLUSIVE;
    return new Selection.Placed(new Allocation(parts, exclusive));
  }

  private static NodeAllocation part(
      ResourceRequest request, ResourceLedger free, int id, int tasks) {
    int cores = tasks * coresPerTask(request, free.node(id));
    int cpus = tasks * request.layout().cpusPerTask();
    long memory =
        switch (request.memory().basis()) {
          case NODE -> request.memory().mebibytes();
          case CPU -> request.memory().mebibytes() * cpus;
          case GPU, NONE -> 0;
        };
    int[] members = Arrays.copyOf(free.freeCores(id).toArray(), cores);
    return new NodeAllocation(id, CoreSet.of(members), cpus, memory, List.of(), tasks);
  }

  private static Selection notPlaced(Reason reason, int nodes, String detail) {
    return new Selection.NotPlaced(List.of(new Blocker(reason, nodes, detail, Blocker.UNKNOWN)));
  }
}
