package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.job.Job;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;

/** The configuration in force: as it was read, and as it was changed since. */
final class Configuration {
  private final Map<String, PartitionDefinition> partitions = new LinkedHashMap<>();
  private final Map<String, PartitionView> views = new LinkedHashMap<>();
  private final TreeMap<String, QualityOfService> qualities = new TreeMap<>();
  private ClusterDefinition definition;
  private Set<String> prologFlags = Set.of();

  Configuration() {
    clear();
  }

  /** The definition with which the cluster was configured last, or null. */
  ClusterDefinition definition() {
    return definition;
  }

  /** The definition with partitions as they are now. */
  ClusterDefinition current() {
    return definition == null
        ? null
        : definition.withPartitions(new ArrayList<>(partitions.values()));
  }

  void define(ClusterDefinition newDefinition, NodeTable nodes) {
    definition = newDefinition;
    String flags = setting("PrologFlags", "").toLowerCase(Locale.ROOT);
    prologFlags = new HashSet<>(List.of(flags.split("\\s*,\\s*")));
    partitions.clear();
    views.clear();
    newDefinition.partitions().forEach(partition -> replace(partition, nodes));
  }

  /** Puts a partition in the place of the one of the same name, or adds it. */
  void replace(PartitionDefinition partition, NodeTable nodes) {
    partitions.put(partition.name(), partition);
    BitSet members = new BitSet();
    for (String name : partition.nodes()) {
      NodeEntry node = nodes.get(name);
      if (node != null) {
        members.set(node.id());
      }
    }
    views.put(
        partition.name(),
        new PartitionView(
            partition.name(),
            NodeMask.copyOf(members),
            partition.state(),
            partition.minNodes(),
            partition.maxNodes(),
            partition.maxTime(),
            partition.priorityTier(),
            partition.priorityFactor(),
            partition.sharing(),
            partition.options()));
  }

  void clear() {
    definition = null;
    prologFlags = Set.of();
    partitions.clear();
    views.clear();
    qualities.clear();
    qualities.put(QualityOfService.NORMAL.name(), QualityOfService.NORMAL);
  }

  PartitionDefinition partition(String name) {
    return partitions.get(name);
  }

  PartitionView view(String name) {
    return views.get(name);
  }

  List<PartitionDefinition> partitions() {
    return new ArrayList<>(partitions.values());
  }

  List<PartitionView> views() {
    return List.copyOf(views.values());
  }

  /** Names of the partitions, for messages. */
  String partitionNames() {
    return String.join(", ", partitions.keySet());
  }

  PartitionDefinition defaultPartition() {
    for (PartitionDefinition partition : partitions.values()) {
      if (partition.isDefault()) {
        return partition;
      }
    }
    return null;
  }

  TreeMap<String, QualityOfService> qualities() {
    return qualities;
  }

  /** A job's quality of service, or null; one that names none has the one that always is. */
  QualityOfService qos(Job job) {
    String name = job.spec().charge().qos();
    return qualities.get(name.isEmpty() ? QualityOfService.NORMAL.name() : name);
  }

  /** How long a job of the partition may exceed its time limit. */
  long overTimeLimit(String partition) {
    PartitionDefinition own = partitions.get(partition);
    long common = definition.limits().overTimeLimit();
    return own != null && own.overTimeLimit() > 0 ? own.overTimeLimit() : common;
  }

  /** True where each job gets a container of its own on each of its nodes. */
  boolean containsJobs() {
    return prologFlags.contains("contain");
  }

  /** True where a script waits until all nodes of its job are ready. */
  boolean scriptWaits() {
    return prologFlags.contains("deferbatch");
  }

  /** True where steps are made while nodes are still being prepared; there they wait. */
  boolean stepsComeEarly() {
    return prologFlags.contains("nohold");
  }

  /** A setting of the configuration, or the default if it isn't there. */
  String setting(String name, String otherwise) {
    return definition == null ? otherwise : definition.settings().getOrDefault(name, otherwise);
  }
}
