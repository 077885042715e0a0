package org.headrace.control.definition;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.TopologySpec;

/**
 * What the cluster is made of.
 *
 * @param name cluster name
 * @param nodes nodes
 * @param partitions partitions; their order is the order of display
 * @param topology wiring
 * @param licenses licences and how many there are
 * @param limits limits and times
 * @param administrators user names that may do what root may
 * @param settings the whole configuration, names as they are documented; for plugins and for
 *     display
 * @param otherTopologies wirings that partitions may name, beside {@code topology}
 */
public record ClusterDefinition(
    String name,
    List<NodeDefinition> nodes,
    List<PartitionDefinition> partitions,
    TopologySpec topology,
    Map<String, Integer> licenses,
    Limits limits,
    List<String> administrators,
    Map<String, String> settings,
    List<TopologySpec> otherTopologies) {
  public ClusterDefinition {
    nodes = List.copyOf(nodes);
    partitions = List.copyOf(partitions);
    licenses = Map.copyOf(licenses);
    administrators = List.copyOf(administrators);
    settings = Map.copyOf(settings);
    otherTopologies = otherTopologies == null ? List.of() : List.copyOf(otherTopologies);
  }

  /** With one wiring for all partitions. */
  public ClusterDefinition(
      String name,
      List<NodeDefinition> nodes,
      List<PartitionDefinition> partitions,
      TopologySpec topology,
      Map<String, Integer> licenses,
      Limits limits,
      List<String> administrators,
      Map<String, String> settings) {
    this(name, nodes, partitions, topology, licenses, limits, administrators, settings, List.of());
  }

  /**
   * Whether a setting that is a list has a word, in upper or lower case.
   *
   * @param setting its documented name, such as {@code SchedulerParameters}
   */
  public boolean hasWord(String setting, String word) {
    return Arrays.stream(settings.getOrDefault(setting, "").split("[,\\s]+"))
        .anyMatch(word::equalsIgnoreCase);
  }

  /** Whether a setting that is yes or no is yes, in any word that slurm.conf(5) has for it. */
  public boolean isYes(String setting) {
    return settings.getOrDefault(setting, "").matches("(?i)yes|true|up|y|t|1");
  }

  /** The same with other partitions. */
  public ClusterDefinition withPartitions(List<PartitionDefinition> other) {
    return new ClusterDefinition(
        name, nodes, other, topology, licenses, limits, administrators, settings, otherTopologies);
  }

  /** The same with other limits. */
  public ClusterDefinition withLimits(Limits other) {
    return new ClusterDefinition(
        name,
        nodes,
        partitions,
        topology,
        licenses,
        other,
        administrators,
        settings,
        otherTopologies);
  }

  /** The same with other settings. */
  public ClusterDefinition withSettings(Map<String, String> other) {
    return new ClusterDefinition(
        name,
        nodes,
        partitions,
        topology,
        licenses,
        limits,
        administrators,
        other,
        otherTopologies);
  }
}
