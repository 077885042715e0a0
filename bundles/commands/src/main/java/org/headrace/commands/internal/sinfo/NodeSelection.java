package org.headrace.commands.internal.sinfo;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.front.Caller;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.TextFormatException;

/** Which nodes sinfo shows. */
final class NodeSelection {
  private final SinfoOptions options;
  private final Snapshot snapshot;
  private final Visibility visibility;
  private final StateFilter states;
  private final Set<String> names;

  NodeSelection(SinfoOptions options, Snapshot snapshot, Caller caller) {
    this.options = options;
    this.snapshot = snapshot;
    this.visibility = new Visibility(snapshot, caller, options.has("all"));
    String text = options.value("states");
    states = text.isEmpty() || text.equalsIgnoreCase("all") ? null : new StateFilter(text);
    names = names(options.value("nodes"));
  }

  private static Set<String> names(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return new HashSet<>(Hostlist.expand(text));
    } catch (TextFormatException e) {
      throw Refusal.error("sinfo", 1, e.getMessage());
    }
  }

  /** The nodes in each of their partitions; a partition without nodes has one empty entry. */
  List<NodeEntry> entries() {
    List<String> wanted = List.of(options.value("partition").split(","));
    Map<String, NodeStatus> cache = new LinkedHashMap<>();
    nodes().forEach(node -> cache.put(node.view().name(), node));
    List<NodeEntry> entries = new ArrayList<>();
    int order = 0;
    for (PartitionDefinition partition : snapshot.definition().partitions()) {
      order++;
      boolean asked = !options.value("partition").isEmpty();
      if (asked ? !wanted.contains(partition.name()) : !visibility.partition(partition.name())) {
        continue;
      }
      boolean some = false;
      for (String name : partition.nodes()) {
        NodeStatus node = cache.get(name);
        if (node != null) {
          entries.add(new NodeEntry(partition, order, node));
          some = true;
        }
      }
      if (!some && (!options.has("Node")) && !options.has("list-reasons")) {
        entries.add(new NodeEntry(partition, order, null));
      }
    }
    return entries;
  }

  /** Refuses what the caller may not see. */
  void check() {
    if (!visibility.partitions()) {
      throw Refusal.raw(1, "slurm_load_partitions: Access/permission denied");
    }
    if (!visibility.nodes()) {
      throw Refusal.raw(1, "slurm_load_node: Access/permission denied");
    }
  }

  /** The nodes, each once. */
  List<NodeStatus> nodes() {
    List<NodeStatus> nodes = new ArrayList<>();
    for (NodeView view : snapshot.nodes()) {
      if (names == null || names.contains(view.name())) {
        NodeStatus node = snapshot.nodeStatus(view.name());
        if (node != null && accepts(node)) {
          nodes.add(node);
        }
      }
    }
    return nodes;
  }

  private boolean accepts(NodeStatus node) {
    NodeState state = node.view().state();
    boolean silent = state.has(NodeState.Flag.NOT_RESPONDING);
    if (state.base() == NodeState.Base.FUTURE && !options.has("future") && states == null) {
      return false;
    }
    if (options.has("list-reasons") && state.reason().isEmpty()) {
      return false;
    }
    return !(options.has("dead") && !silent)
        && !(options.has("responding") && silent)
        && (states == null || states.accepts(node));
  }
}
