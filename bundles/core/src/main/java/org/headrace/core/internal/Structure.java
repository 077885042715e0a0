package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.definition.ClusterDefinition;

/** The part of a published state that stays the same while jobs come and go. Immutable. */
final class Structure {
  final ClusterDefinition definition;
  final List<NodeView> nodes;
  final Map<String, Integer> nodeIds;
  final List<PartitionView> partitions;
  final Map<String, PartitionView> partitionsByName = new LinkedHashMap<>();
  final Map<String, QualityOfService> qualities;
  final long version;
  private final List<TopologySpec> topologies;
  private final NodeView[] byId;
  private final Lanes lanes;
  private volatile ResourceLedger empty;

  Structure(ClusterState state) {
    version = state.structureVersion;
    definition = state.configuration.current();
    nodes = state.nodes.views();
    nodeIds = state.nodes.ids();
    partitions = state.configuration.views();
    partitions.forEach(partition -> partitionsByName.put(partition.name(), partition));
    topologies = allTopologies();
    lanes = new Lanes(partitions);
    qualities = new TreeMap<>(state.configuration.qualities());
    int limit = nodes.isEmpty() ? 0 : nodes.get(nodes.size() - 1).id() + 1;
    byId = new NodeView[limit];
    nodes.forEach(node -> byId[node.id()] = node);
  }

  NodeView node(int id) {
    return id >= 0 && id < byId.length ? byId[id] : null;
  }

  Lanes lanes() {
    return lanes;
  }

  TopologySpec topology() {
    return definition == null ? TopologySpec.FLAT : definition.topology();
  }

  List<TopologySpec> topologies() {
    return topologies;
  }

  private List<TopologySpec> allTopologies() {
    List<TopologySpec> all = new ArrayList<>(List.of(topology()));
    all.addAll(definition == null ? List.of() : definition.otherTopologies());
    return List.copyOf(all);
  }

  Map<String, Integer> licenses() {
    return definition == null ? Map.of() : definition.licenses();
  }

  /** A ledger of its own for the caller, in which everything is free. */
  ResourceLedger emptyLedger() {
    ResourceLedger ledger = empty;
    if (ledger == null) {
      ledger = ResourceLedger.allFree(nodes, licenses());
      empty = ledger;
    }
    return ledger.copy();
  }
}
