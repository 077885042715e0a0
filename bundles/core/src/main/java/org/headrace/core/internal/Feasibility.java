package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.SmallerRequests;

/**
 * Says whether a request could ever be served by a partition if it were empty: a coarse test of
 * sizes that refuses only what is hopeless. Its answers are kept until nodes or partitions change.
 */
final class Feasibility {
  private static final int KEPT = 4096;
  private static final String POSSIBLE = "";

  private record Question(ResourceRequest request, String partition) {}

  private final ClusterState state;
  private final Map<Question, String> answers = new HashMap<>();
  private final Set<String> features = new TreeSet<>();
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
      features.clear();
      state.nodes.views().forEach(node -> features.addAll(node.features()));
      structureVersion = state.structureVersion;
    }
  }

  /** What is wrong with the request, and what the partition could do; null if it is possible. */
  String problem(ResourceRequest request, String partition) {
    refresh();
    Question question = new Question(request, partition);
    String answer = answers.get(question);
    if (answer == null) {
      answer = answer(question);
      answer = answer.isEmpty() ? POSSIBLE : answer + nearest(question);
      answers.put(question, answer);
    }
    return answer.isEmpty() ? null : answer;
  }

  /** The nearest request that would be possible, as far as less of one thing is enough. */
  private String nearest(Question question) {
    List<Remedy> remedies =
        SmallerRequests.of(
            question.request(),
            smaller -> answer(new Question(smaller, question.partition())).isEmpty());
    String words =
        remedies.isEmpty()
            ? NearestNodes.words(
                question.request(),
                smaller -> answer(new Question(smaller, question.partition())).isEmpty())
            : words(remedies.get(0));
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

  private String answer(Question question) {
    ResourceRequest request = question.request();
    PartitionView partition = state.configuration.view(question.partition());
    List<NodeView> nodes = new ArrayList<>();
    partition.nodes().forEach(id -> nodes.add(state.nodes.get(id).view()));
    List<Long> capacities = new ArrayList<>();
    int mostCpus = 0;
    long mostMemory = 0;
    String example = null;
    for (NodeView node : nodes) {
      mostCpus = Math.max(mostCpus, node.hardware().cpus());
      mostMemory = Math.max(mostMemory, node.hardware().memory());
      if (request.nodes().excluded().contains(node.name())) {
        continue;
      }
      String misfit = misfit(request, node);
      if (misfit == null) {
        capacities.add(tasks(request, node));
      } else {
        example = misfit;
      }
    }
    String have =
        "; partition "
            + partition.name()
            + " has "
            + nodes.size()
            + " nodes with at most "
            + mostCpus
            + " CPUs and "
            + mostMemory
            + " MiB each";
    for (String name : request.nodes().required()) {
      NodeView node = state.nodes.get(name) == null ? null : state.nodes.get(name).view();
      if (node == null || !partition.nodes().contains(node.id())) {
        return "node " + name + " is not in partition " + partition.name();
      }
      if (misfit(request, node) != null) {
        return "node " + name + " can't be used: " + misfit(request, node);
      }
    }
    if (capacities.size() < request.minNodes()) {
      return "asked for "
          + request.minNodes()
          + " nodes, but only "
          + capacities.size()
          + " are suitable"
          + (example == null ? "" : " (elsewhere " + example + ")")
          + have;
    }
    String counted = featuresProblem(request, nodes, have);
    if (counted != null) {
      return counted;
    }
    String devices = devicesProblem(request, nodes, nodesAtMost(request), have);
    return devices == null ? tasksProblem(request, capacities, have) : devices;
  }

  /** Features that so many of the nodes must have. */
  private static String featuresProblem(
      ResourceRequest request, List<NodeView> nodes, String have) {
    for (var wanted : FeatureTest.counted(request.nodes().features()).entrySet()) {
      long there =
          nodes.stream()
              .filter(node -> !request.nodes().excluded().contains(node.name()))
              .filter(node -> node.features().contains(wanted.getKey()))
              .count();
      if (there < wanted.getValue()) {
        return "asked for "
            + wanted.getValue()
            + " nodes with feature "
            + wanted.getKey()
            + ", but only "
            + there
            + " have it"
            + have;
      }
    }
    return null;
  }

  /** Resources that are asked for in all: what the best nodes have together must do. */
  private static String devicesProblem(
      ResourceRequest request, List<NodeView> nodes, int nodesAtMost, String have) {
    for (GresRequest gres : request.gres()) {
      if (gres.scope() != GresRequest.Scope.JOB) {
        continue;
      }
      long most =
          nodes.stream()
              .filter(node -> !request.nodes().excluded().contains(node.name()))
              .map(node -> available(node, gres))
              .sorted(java.util.Comparator.reverseOrder())
              .limit(nodesAtMost)
              .mapToLong(Long::longValue)
              .sum();
      if (most < gres.count()) {
        return "asked for "
            + gres.count()
            + " "
            + gres.name()
            + ", but at most "
            + most
            + " can be had"
            + (nodesAtMost < nodes.size() ? " on " + nodesAtMost + " of the nodes" : "")
            + have;
      }
    }
    return null;
  }

  /** A node without a task is of no use to a job. */
  private static int nodesAtMost(ResourceRequest request) {
    int most = request.maxNodes();
    int tasks = request.layout().tasks();
    most = tasks == TaskLayout.UNSET ? most : Math.min(most, Math.max(tasks, request.minNodes()));
    return Math.max(most, request.nodes().required().size());
  }

  private static String tasksProblem(ResourceRequest request, List<Long> capacities, String have) {
    int tasks = request.layout().tasks();
    if (tasks == TaskLayout.UNSET || request.layout().overcommit()) {
      return POSSIBLE;
    }
    capacities.sort(java.util.Comparator.reverseOrder());
    long room = 0;
    for (int i = 0; i < Math.min(capacities.size(), request.maxNodes()); i++) {
      room += capacities.get(i);
    }
    if (room >= tasks) {
      return POSSIBLE;
    }
    return "asked for "
        + tasks
        + " tasks of "
        + request.layout().cpusPerTask()
        + " CPUs"
        + devicesOfTasks(request)
        + ", but there is room for "
        + room
        + " only"
        + have;
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
  private static long tasks(ResourceRequest request, NodeView node) {
    TaskLayout layout = request.layout();
    long room = node.hardware().cpus() / Math.max(1, layout.cpusPerTask());
    if (layout.tasksPerNode() != TaskLayout.UNSET) {
      room = Math.min(room, layout.tasksPerNode());
    }
    if (request.memory().basis() == MemoryRequest.Basis.CPU && request.memory().mebibytes() > 0) {
      long cpus = node.hardware().memory() / request.memory().mebibytes();
      room = Math.min(room, cpus / Math.max(1, layout.cpusPerTask()));
    }
    for (GresRequest gres : request.gres()) {
      if (gres.scope() == GresRequest.Scope.TASK) {
        room = Math.min(room, available(node, gres) / gres.count());
      }
    }
    return room;
  }

  /** Why the node could not be one of the job's, or null. */
  private static String misfit(ResourceRequest request, NodeView node) {
    NodeHardware hardware = node.hardware();
    TaskLayout layout = request.layout();
    NodeConstraint wanted = request.nodes();
    boolean exact = layout.tasks() == TaskLayout.UNSET && layout.tasksPerNode() > 0;
    long perNode =
        (long) Math.max(1, layout.cpusPerTask())
            * (exact && !layout.overcommit() ? layout.tasksPerNode() : 1);
    if (Math.max(perNode, wanted.minCpus()) > hardware.cpus()) {
      return "fewer than " + Math.max(perNode, wanted.minCpus()) + " CPUs";
    }
    long memory = memory(request.memory(), perNode);
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
      if (available(node, gres) < least) {
        return "fewer than " + least + " " + gres.name();
      }
    }
    return null;
  }

  private static long memory(MemoryRequest memory, long cpus) {
    switch (memory.basis()) {
      case NODE:
        return memory.mebibytes();
      case CPU:
        return memory.mebibytes() * cpus;
      default:
        return 0;
    }
  }

  private static long available(NodeView node, GresRequest wanted) {
    long count = 0;
    for (GresInventory gres : node.gres()) {
      if (gres.name().equals(wanted.name())
          && (wanted.type().isEmpty() || wanted.type().equals(gres.type()))) {
        count += gres.count();
      }
    }
    return count;
  }
}
