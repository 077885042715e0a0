package org.headrace.commands.internal.sinfo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.headrace.commands.internal.format.NodeStateWords;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;
import org.headrace.slurmconf.text.Hostlist;

/** Nodes that share a line of sinfo: alike in everything that the line shows. */
final class NodeGroup {
  private final NodeEntry first;
  private final TimeTexts times;
  private final Map<String, NodeStatus> nodes = new LinkedHashMap<>();

  NodeGroup(NodeEntry first, TimeTexts times) {
    this.first = first;
    this.times = times;
    add(first);
  }

  void add(NodeEntry entry) {
    if (entry.node() != null) {
      nodes.putIfAbsent(entry.node().view().name(), entry.node());
    }
  }

  TimeTexts times() {
    return times;
  }

  PartitionDefinition partition() {
    return first.partition();
  }

  int order() {
    return first.order();
  }

  /** A node of the group, or null when it has none. */
  NodeStatus any() {
    return nodes.isEmpty() ? null : nodes.values().iterator().next();
  }

  int size() {
    return nodes.size();
  }

  List<String> names() {
    return new ArrayList<>(nodes.keySet());
  }

  String nodeList() {
    return Hostlist.compressSorted(nodes.keySet());
  }

  /** Nodes in use, free, out of service, and in all. */
  int[] nodeCounts() {
    int[] counts = new int[4];
    for (NodeStatus node : nodes.values()) {
      counts[use(node)]++;
      counts[3]++;
    }
    return counts;
  }

  /** CPUs in use, free, out of service, and in all. */
  long[] cpuCounts() {
    long[] counts = new long[4];
    for (NodeStatus node : nodes.values()) {
      int all = node.view().hardware().cpus();
      int used = Math.min(all, node.allocatedCpus());
      boolean out = node.view().state().acceptsJobs() == false && outOfService(node);
      counts[0] += used;
      counts[out ? 2 : 1] += all - used;
      counts[3] += all;
    }
    return counts;
  }

  private static boolean outOfService(NodeStatus node) {
    NodeStateWords.Load load = NodeStateWords.load(node);
    return load == NodeStateWords.Load.DOWN
        || load == NodeStateWords.Load.UNKNOWN
        || load == NodeStateWords.Load.FUTURE
        || node.view().state().has(org.headrace.api.model.NodeState.Flag.DRAIN)
        || node.view().state().has(org.headrace.api.model.NodeState.Flag.FAIL)
        || node.view().state().has(org.headrace.api.model.NodeState.Flag.INVALID_REGISTRATION);
  }

  private static int use(NodeStatus node) {
    return switch (NodeStateWords.use(node)) {
      case 'a' -> 0;
      case 'i' -> 1;
      default -> 2;
    };
  }

  /** The smallest value, with a plus where others are larger. */
  String smallest(ToLongFunction<NodeStatus> value) {
    long least = nodes.values().stream().mapToLong(value).min().orElse(0);
    long most = nodes.values().stream().mapToLong(value).max().orElse(0);
    return least == most ? Long.toString(least) : least + "+";
  }

  /** {@code least-most} of hundredths, or one number. */
  String loads(ToLongFunction<NodeStatus> value, boolean hundredths) {
    if (nodes.isEmpty() || nodes.values().stream().anyMatch(node -> node.report() == null)) {
      return "N/A";
    }
    long least = nodes.values().stream().mapToLong(value).min().orElse(0);
    long most = nodes.values().stream().mapToLong(value).max().orElse(0);
    return least == most
        ? number(least, hundredths)
        : number(least, hundredths) + "-" + number(most, hundredths);
  }

  private static String number(long value, boolean hundredths) {
    return hundredths
        ? String.format(java.util.Locale.ROOT, "%d.%02d", value / 100, value % 100)
        : Long.toString(value);
  }
}
