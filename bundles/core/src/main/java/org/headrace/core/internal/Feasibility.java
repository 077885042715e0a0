package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.SmallerRequests;
import org.headrace.core.internal.PartitionNodes.Kind;

/**
 * Says whether a request could ever be served by a partition if it were empty: a coarse test of
 * sizes that refuses only what is hopeless. Its answers are kept until nodes or partitions change.
 */
final class Feasibility {
  private static final int KEPT = 4096;
  private static final String POSSIBLE = "";
  private static final String GPU = "gpu";

  private record Question(ResourceRequest request, String partition) {}

  /** How much each of so many nodes has. */
  private record Room(long each, int nodes) {}

  private final ClusterState state;
  private final Map<Question, String> answers = new HashMap<>();
  private final Map<String, PartitionNodes> kinds = new HashMap<>();
  private final Set<String> features = new TreeSet<>();
  private NodeSupply supply = new NodeSupply("");
  private CloseCores close = new CloseCores("");
  private long structureVersion = -1;

  Feasibility(ClusterState state) {
    this.state = state;
  }

  /** The features that are named and no node of the cluster has; null if there is none. */
  String unknownFeatures(String expression) {
    if (expression.isEmpty()) {
      return null;
    }
    refresh();
    Set<String> unknown = FeatureTest.names(expression);
    unknown.removeAll(features);
    if (unknown.isEmpty()) {
      return null;
    }
    String have = features.isEmpty() ? "; no node has features" : "; there are: ";
    return "no node has feature " + String.join(", ", unknown) + have + String.join(", ", features);
  }

  private void refresh() {
    if (structureVersion != state.structureVersion || answers.size() > KEPT) {
      answers.clear();
      kinds.clear();
      features.clear();
      state.nodes.views().forEach(node -> features.addAll(node.features()));
      String parameters = state.configuration.setting("SelectTypeParameters", "");
      supply = new NodeSupply(parameters);
      close = new CloseCores(parameters);
      structureVersion = state.structureVersion;
    }
  }

  /** What is wrong with the request, and what the partition could do; null if it is possible. */
  String problem(ResourceRequest request, String partition) {
    refresh();
    Question question = new Question(request, partition);
    String answer = answers.get(question);
    if (answer == null) {
      answer = answer(request, nodes(partition));
      answers.put(question, answer);
    }
    return answer.isEmpty() ? null : answer;
  }

  /** The same of those nodes of the partition that are in a reservation. */
  String problem(ResourceRequest request, String partition, ReservationDefinition reservation) {
    refresh();
    PartitionView whole = state.configuration.view(partition);
    Set<String> reserved = Set.copyOf(reservation.nodes());
    BitSet among = new BitSet();
    whole
        .nodes()
        .forEach(id -> among.set(id, reserved.contains(state.nodes.get(id).view().name())));
    PartitionNodes nodes =
        new PartitionNodes(
            whole,
            NodeMask.copyOf(among),
            state.nodes,
            "reservation " + reservation.name() + " in partition " + partition);
    String answer = answer(request, nodes);
    return answer.isEmpty() ? null : answer;
  }

  /** The problem, with the nearest request that would be possible; or {@link #POSSIBLE}. */
  private String answer(ResourceRequest request, PartitionNodes nodes) {
    String problem = shortage(request, nodes);
    return problem.isEmpty() ? POSSIBLE : problem + nearest(request, nodes);
  }

  /** The nearest request that would be possible, as far as less of one thing is enough. */
  private String nearest(ResourceRequest request, PartitionNodes nodes) {
    Predicate<ResourceRequest> possible = smaller -> shortage(smaller, nodes).isEmpty();
    List<Remedy> remedies = SmallerRequests.of(request, possible);
    String words =
        remedies.isEmpty() ? NearestNodes.words(request, nodes, possible) : words(remedies.get(0));
    return words.isEmpty() ? "" : "; it could run with " + words;
  }

  private static String words(Remedy remedy) {
    long amount = remedy.amount();
    String plural = amount == 1 ? "" : "s";
    return switch (remedy.kind()) {
      case NODES -> amount + " node" + plural;
      case TASKS -> amount + " task" + plural;
      case CPUS_PER_TASK -> amount + " CPU" + plural + " for each task";
      case MEMORY -> amount + " MiB of memory";
      case GRES -> amount + " " + remedy.name();
      case PARTITION, TIME_LIMIT -> throw new IllegalArgumentException(remedy.toString());
    };
  }

  private PartitionNodes nodes(String partition) {
    return kinds.computeIfAbsent(
        partition,
        name -> {
          PartitionView view = state.configuration.view(name);
          return new PartitionNodes(view, view.nodes(), state.nodes, "partition " + name);
        });
  }

  /** Of several numbers of nodes one has to do; what is said is wrong with the fewest. */
  private String shortage(ResourceRequest request, PartitionNodes partition) {
    List<Integer> counts = request.counts();
    if (counts.isEmpty()) {
      return shortageOfRange(request, partition);
    }
    String problem = POSSIBLE;
    for (int i = counts.size() - 1; i >= 0; i--) {
      int count = counts.get(i);
      problem = shortageOfRange(request.withNodes(count, count), partition);
      if (problem.isEmpty()) {
        return POSSIBLE;
      }
    }
    return problem;
  }

  private String shortageOfRange(ResourceRequest request, PartitionNodes partition) {
    List<Kind> nodes = partition.without(request.nodes().excluded());
    List<Room> rooms = new ArrayList<>();
    int suitable = 0;
    String example = null;
    for (Kind kind : nodes) {
      String misfit = misfit(request, kind.node(), partition);
      if (misfit == null) {
        rooms.add(new Room(tasks(request, kind.node(), partition), kind.count()));
        suitable += kind.count();
      } else {
        example = misfit;
      }
    }
    for (String name : request.nodes().required()) {
      if (!partition.contains(name)) {
        return "node " + name + " is not in " + partition.title();
      }
      String misfit = misfit(request, state.nodes.get(name).view(), partition);
      if (misfit != null) {
        return "node " + name + " can't be used: " + misfit;
      }
    }
    String problem;
    if (suitable < request.minNodes()) {
      problem =
          "asked for "
              + request.minNodes()
              + " nodes, but only "
              + suitable
              + " are suitable"
              + (example == null ? "" : " (elsewhere " + example + ")");
    } else {
      problem = featuresProblem(request, nodes);
      problem = problem == null ? devicesProblem(request, nodes, partition) : problem;
      problem = problem == null ? tasksProblem(request, rooms) : problem;
    }
    return problem == null ? POSSIBLE : problem + "; " + partition;
  }

  /** Features that so many of the nodes must have. */
  private static String featuresProblem(ResourceRequest request, List<Kind> nodes) {
    for (var wanted : FeatureTest.counted(request.nodes().features()).entrySet()) {
      long there =
          nodes.stream()
              .filter(kind -> kind.node().features().contains(wanted.getKey()))
              .mapToLong(Kind::count)
              .sum();
      if (there < wanted.getValue()) {
        return "asked for "
            + wanted.getValue()
            + " nodes with feature "
            + wanted.getKey()
            + ", but only "
            + there
            + " have it";
      }
    }
    return null;
  }

  /** Resources that are asked for in all: what the best nodes have together must do. */
  private String devicesProblem(
      ResourceRequest request, List<Kind> nodes, PartitionNodes partition) {
    int atMost = nodesAtMost(request);
    for (GresRequest gres : request.gres()) {
      if (gres.scope() != GresRequest.Scope.JOB) {
        continue;
      }
      if (gres.count() < request.minNodes()) {
        return "asked for %d %s on %d nodes, each of which has one at least"
            .formatted(gres.count(), gres.name(), request.minNodes());
      }
      long most =
          best(
              nodes.stream()
                  .map(
                      kind -> new Room(served(kind.node(), gres, request, partition), kind.count()))
                  .toList(),
              atMost);
      if (most < gres.count()) {
        return "asked for "
            + gres.count()
            + " "
            + gres.name()
            + ", but at most "
            + most
            + " can be had"
            + (atMost < nodes.stream().mapToLong(Kind::count).sum()
                ? " on " + atMost + " of the nodes"
                : "");
      }
    }
    return null;
  }

  /** How many of a node's devices there are CPUs and memory for. */
  private long served(
      NodeView node, GresRequest gres, ResourceRequest request, PartitionNodes partition) {
    long most = supply.of(node, gres, request);
    if (!gres.name().equals(GPU)) {
      return most;
    }
    if (request.cpusPerGpu() > 0) {
      most = Math.min(most, partition.cpus(node.hardware(), request) / request.cpusPerGpu());
    }
    MemoryRequest memory = request.memory();
    return memory.basis() == MemoryRequest.Basis.GPU && memory.mebibytes() > 0
        ? Math.min(most, node.hardware().memory() / memory.mebibytes())
        : most;
  }

  /** What so many of the nodes have together at most. */
  private static long best(List<Room> rooms, int nodes) {
    long sum = 0;
    int left = nodes;
    for (Room room :
        rooms.stream().sorted(Comparator.comparingLong(Room::each).reversed()).toList()) {
      int taken = Math.min(left, room.nodes());
      sum += taken * room.each();
      left -= taken;
    }
    return sum;
  }

  /** A node without a task is of no use to a job. */
  private static int nodesAtMost(ResourceRequest request) {
    int most = request.maxNodes();
    int tasks = request.layout().tasks();
    most = tasks == TaskLayout.UNSET ? most : Math.min(most, Math.max(tasks, request.minNodes()));
    return Math.max(most, request.nodes().required().size());
  }

  private static String tasksProblem(ResourceRequest request, List<Room> rooms) {
    int tasks = request.layout().tasks();
    if (tasks == TaskLayout.UNSET || request.layout().overcommit()) {
      return null;
    }
    long room = best(rooms, request.maxNodes());
    if (room >= tasks) {
      return null;
    }
    return "asked for "
        + tasks
        + " tasks of "
        + request.layout().cpusPerTask()
        + " CPUs"
        + devicesOfTasks(request)
        + ", but there is room for "
        + room
        + " only";
  }

  private static String devicesOfTasks(ResourceRequest request) {
    StringBuilder text = new StringBuilder();
    for (GresRequest gres : request.gres()) {
      if (gres.scope() == GresRequest.Scope.TASK) {
        text.append(" and ").append(gres.count()).append(' ').append(gres.name());
      }
    }
    return text.toString();
  }

  /** How many tasks an empty node could run. */
  private long tasks(ResourceRequest request, NodeView node, PartitionNodes partition) {
    TaskLayout layout = request.layout();
    long room = partition.cpus(node.hardware(), request) / Math.max(1, layout.cpusPerTask());
    if (layout.tasksPerNode() != TaskLayout.UNSET) {
      room = Math.min(room, layout.tasksPerNode());
    }
    if (layout.tasksPerSocket() != TaskLayout.UNSET) {
      room = Math.min(room, (long) layout.tasksPerSocket() * node.hardware().sockets());
    }
    if (layout.tasksPerCore() != TaskLayout.UNSET) {
      int cores = partition.cpus(node.hardware(), request) / node.hardware().threadsPerCore();
      room = Math.min(room, (long) layout.tasksPerCore() * cores);
    }
    if (request.memory().basis() == MemoryRequest.Basis.CPU && request.memory().mebibytes() > 0) {
      long cpus = node.hardware().memory() / request.memory().mebibytes();
      room = Math.min(room, cpus / Math.max(1, layout.cpusPerTask()));
    }
    for (GresRequest gres : request.gres()) {
      if (gres.scope() == GresRequest.Scope.TASK) {
        room = Math.min(room, served(node, gres, request, partition) / gres.count());
      }
    }
    return close.tasks(request, node, partition.alone(request), room);
  }

  /** Why the node could not be one of the job's, or null. */
  private String misfit(ResourceRequest request, NodeView node, PartitionNodes partition) {
    NodeHardware hardware = node.hardware();
    TaskLayout layout = request.layout();
    NodeConstraint wanted = request.nodes();
    boolean exact = layout.tasks() == TaskLayout.UNSET && layout.tasksPerNode() > 0;
    long perNode =
        (long) Math.max(1, layout.cpusPerTask())
            * (exact && !layout.overcommit() ? layout.tasksPerNode() : 1);
    long gpus = leastGpus(request, exact ? layout.tasksPerNode() : 1);
    long cpus = Math.max(Math.max(perNode, wanted.minCpus()), gpus * request.cpusPerGpu());
    if (cpus > partition.cpus(hardware, request)) {
      return "fewer than " + cpus + " CPUs";
    }
    int all = hardware.cpus() - hardware.left(request.system()).size() * hardware.threadsPerCore();
    if (partition.cpus(hardware, request) < all && partition.alone(request)) {
      return "a job gets " + partition.cpus(hardware, request) + " of its " + all + " CPUs";
    }
    long memory = memory(request.memory(), perNode, gpus);
    if (memory > hardware.memory()) {
      return "less than " + memory + " MiB of memory";
    }
    if (wanted.sockets() > hardware.sockets()
        || wanted.coresPerSocket() > hardware.coresPerSocket()
        || wanted.threadsPerCore() > hardware.threadsPerCore()) {
      return "fewer sockets, cores or threads than asked for";
    }
    if (wanted.minTmpDisk() > hardware.tmpDisk()) {
      return "less than " + wanted.minTmpDisk() + " MiB of local disk";
    }
    if (!FeatureTest.possible(wanted.features(), node.features())) {
      return "no feature " + wanted.features();
    }
    for (GresRequest gres : request.gres()) {
      boolean perJob = gres.scope() == GresRequest.Scope.JOB;
      long least = perJob ? 1 : gres.count();
      if (request.minNodes() == 1 && perJob && request.maxNodes() == 1) {
        least = gres.count();
      }
      if (supply.of(node, gres, request) < least) {
        return "fewer than " + least + " " + gres.name();
      }
    }
    int least = exact ? layout.tasksPerNode() : 1;
    return close.tasks(request, node, partition.alone(request), least) < least
        ? "too few CPUs close to its devices"
        : null;
  }

  /** How many GPUs the job has at least on a node where it has so many tasks. */
  private static long leastGpus(ResourceRequest request, int tasks) {
    long sum = 0;
    for (GresRequest gres : request.gres()) {
      if (gres.name().equals(GPU)) {
        sum +=
            switch (gres.scope()) {
              case NODE, SOCKET -> gres.count();
              case TASK -> gres.count() * tasks;
              case JOB -> request.maxNodes() == 1 ? gres.count() : 1;
            };
      }
    }
    return sum;
  }

  private static long memory(MemoryRequest memory, long cpus, long gpus) {
    switch (memory.basis()) {
      case NODE:
        return memory.mebibytes();
      case CPU:
        return memory.mebibytes() * cpus;
      case GPU:
        return memory.mebibytes() * Math.max(1, gpus);
      default:
        return 0;
    }
  }
}
