package org.headrace.slurmconf;

import java.util.List;

/**
 * A name for several nodes.
 *
 * @param name as partitions use it
 * @param nodes in configuration order
 * @param position where
 */
public record NodeSet(String name, List<String> nodes, Position position) {
  /** Copies its arguments. */
  public NodeSet {
    nodes = List.copyOf(nodes);
  }
}
