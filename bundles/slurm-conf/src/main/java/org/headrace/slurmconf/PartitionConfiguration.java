package org.headrace.slurmconf;

import java.util.List;

/**
 * A partition as configured.
 *
 * @param name PartitionName
 * @param nodeExpression Nodes as written
 * @param nodes in configuration order
 * @param state at first start
 * @param isDefault whether jobs go here when they name none
 * @param hidden whether lists leave it out
 * @param access who may use it
 * @param limits bounds
 * @param scheduling how jobs are placed
 * @param power power saving
 * @param position where
 */
public record PartitionConfiguration(
    String name,
    String nodeExpression,
    List<String> nodes,
    PartitionState state,
    boolean isDefault,
    boolean hidden,
    PartitionAccess access,
    PartitionLimits limits,
    PartitionScheduling scheduling,
    PartitionPower power,
    Position position) {
  /** Copies its arguments. */
  public PartitionConfiguration {
    nodes = List.copyOf(nodes);
  }
}
