package org.headrace.api.model;

import java.util.List;
import java.util.Map;

/**
 * How the nodes are wired.
 *
 * @param switches switches, leaves and inner ones; empty when unknown
 * @param blocks racks of closely coupled nodes; empty when there are none
 * @param blockSizes sizes, in nodes, in which blocks may be joined; ascending
 * @param name what partitions call it, or the empty string for the only one
 * @param kind the topology plugin that knows such wiring ({@code tree}, {@code block}, {@code
 *     flat}), or the empty string for the one that serves
 * @param options further settings, keys in lower case, as in {@code TopologyParam}
 */
public record TopologySpec(
    List<Switch> switches,
    List<Block> blocks,
    List<Integer> blockSizes,
    String name,
    String kind,
    Map<String, String> options) {
  /** Nothing is known about the wiring. */
  public static final TopologySpec FLAT = new TopologySpec(List.of(), List.of(), List.of());

  public TopologySpec {
    switches = List.copyOf(switches);
    blocks = List.copyOf(blocks);
    blockSizes = List.copyOf(blockSizes);
    // Old logs lack the rest.
    name = name == null ? "" : name;
    kind = kind == null ? "" : kind;
    options = options == null ? Map.of() : Map.copyOf(options);
  }

  /** The only wiring of a cluster. */
  public TopologySpec(List<Switch> switches, List<Block> blocks, List<Integer> blockSizes) {
    this(switches, blocks, blockSizes, "", "", Map.of());
  }

  public TopologySpec withOptions(Map<String, String> newOptions) {
    return new TopologySpec(switches, blocks, blockSizes, name, kind, newOptions);
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
