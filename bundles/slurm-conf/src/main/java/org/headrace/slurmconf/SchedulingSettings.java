package org.headrace.slurmconf;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who decides what runs where.
 *
 * @param schedulerType plugin
 * @param schedulerParameters its options, keys in lower case
 * @param schedulerTimeSliceSeconds of gang scheduling
 * @param selectType plugin
 * @param selectTypeParameters its options, upper case
 * @param enforcePartLimits when a job beyond its partitions is refused
 * @param dependencyParameters options
 * @param topologyPlugin plugin
 * @param topologyParam its options, keys in lower case
 * @param treeWidth fan-out of messages
 * @param gresTypes names of generic resources
 * @param licenses how many of each
 * @param jobSubmitPlugins submit filters
 * @param nodeFeaturesPlugins plugins
 * @param mcsPlugin plugin
 */
public record SchedulingSettings(
    String schedulerType,
    Map<String, String> schedulerParameters,
    long schedulerTimeSliceSeconds,
    String selectType,
    Set<String> selectTypeParameters,
    EnforcePartLimits enforcePartLimits,
    Map<String, String> dependencyParameters,
    String topologyPlugin,
    Map<String, String> topologyParam,
    int treeWidth,
    List<String> gresTypes,
    Map<String, Long> licenses,
    List<String> jobSubmitPlugins,
    List<String> nodeFeaturesPlugins,
    String mcsPlugin) {
  /** Copies its arguments. */
  public SchedulingSettings {
    schedulerParameters = Map.copyOf(schedulerParameters);
    selectTypeParameters = Set.copyOf(selectTypeParameters);
    dependencyParameters = Map.copyOf(dependencyParameters);
    topologyParam = Map.copyOf(topologyParam);
    gresTypes = List.copyOf(gresTypes);
    licenses = Map.copyOf(licenses);
    jobSubmitPlugins = List.copyOf(jobSubmitPlugins);
    nodeFeaturesPlugins = List.copyOf(nodeFeaturesPlugins);
  }
}
