package org.headrace.slurmconf;

import java.util.List;

/** How nodes are connected. */
public sealed interface Topology {
  /** The name of what is in topology.conf. */
  String DEFAULT_NAME = "default";

  /** Its name; {@link #DEFAULT_NAME} where topology.conf gives none. */
  String name();

  /** Whether partitions that name no topology use it. */
  boolean clusterDefault();

  /**
   * All nodes alike.
   *
   * @param name its name
   * @param clusterDefault whether it is the default
   */
  record Flat(String name, boolean clusterDefault) implements Topology {}

  /**
   * Switches over switches.
   *
   * @param name its name
   * @param clusterDefault whether it is the default
   * @param switches in file order
   */
  record Tree(String name, boolean clusterDefault, List<Switch> switches) implements Topology {
    /** Copies its arguments. */
    public Tree {
      switches = List.copyOf(switches);
    }
  }

  /**
   * A switch: a leaf has nodes, others have switches.
   *
   * @param name unique in its tree
   * @param nodes under a leaf
   * @param children names of the switches under it
   * @param linkSpeed as written, or empty
   * @param position where
   */
  record Switch(
      String name, List<String> nodes, List<String> children, String linkSpeed, Position position) {
    /** Copies its arguments. */
    public Switch {
      nodes = List.copyOf(nodes);
      children = List.copyOf(children);
    }
  }

  /**
   * Blocks of closely coupled nodes.
   *
   * @param name its name
   * @param clusterDefault whether it is the default
   * @param blocks in file order
   * @param blockSizes nodes of a base block, then powers of two of it
   */
  record Blocks(String name, boolean clusterDefault, List<Block> blocks, List<Integer> blockSizes)
      implements Topology {
    /** Copies its arguments. */
    public Blocks {
      blocks = List.copyOf(blocks);
      blockSizes = List.copyOf(blockSizes);
    }
  }

  /**
   * A base block.
   *
   * @param name unique
   * @param nodes in order
   * @param position where
   */
  record Block(String name, List<String> nodes, Position position) {
    /** Copies its arguments. */
    public Block {
      nodes = List.copyOf(nodes);
    }
  }
}
