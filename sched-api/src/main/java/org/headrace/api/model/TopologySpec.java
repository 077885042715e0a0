package org.headrace.api.model;

import java.util.List;

/**
 * How the nodes are wired.
 *
 * @param switches switches, leaves and inner ones; empty when unknown
 * @param blocks racks of closely coupled nodes; empty when there are none
 * @param blockSizes sizes, in nodes, in which blocks may be joined; ascending
 */
public record TopologySpec(List<Switch> switches, List<Block> blocks, List<Integer> blockSizes) {
  /** Nothing is known about the wiring. */
  public static final TopologySpec FLAT = new TopologySpec(List.of(), List.of(), List.of());

  public TopologySpec {
    switches = List.copyOf(switches);
    blocks = List.copyOf(blocks);
    blockSizes = List.copyOf(blockSizes);
  }

  /**
   * A switch.
   *
   * @param name name
   * @param nodes names of nodes connected to it; empty for an inner switch
   * @param children names of switches below it; empty for a leaf
   */
  public record Switch(String name, List<String> nodes, List<String> children) {
    public Switch {
      nodes = List.copyOf(nodes);
      children = List.copyOf(children);
    }
  }

  /**
   * A block of closely coupled nodes.
   *
   * @param name name
   * @param nodes names of its nodes
   */
  public record Block(String name, List<String> nodes) {
    public Block {
      nodes = List.copyOf(nodes);
    }
  }
}
