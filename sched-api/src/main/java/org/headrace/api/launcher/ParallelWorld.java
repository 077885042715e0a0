package org.headrace.api.launcher;

import java.util.Objects;

/**
 * What the tasks of a parallel program are told, so that they find each other: the launcher answers
 * them on a process management interface (PMI-1 and PMI-2).
 *
 * @param name name of the program's run, the same on all nodes; without blanks and semicolons
 * @param size number of its tasks, on all nodes; 0 where the tasks are no parallel program
 * @param firstRank rank among them of the step's task 0
 * @param nodes on how many nodes they are; one node has no need to hear of others
 * @param mapping which ranks are on which node, as PMI says it ({@code (vector,(0,2,4))}), or empty
 * @param patienceMillis how long tasks may take leave of each other in any order after a signal to
 *     end; what has ended meanwhile and is missed after that ends the step
 * @param placement of tasks that speak PMIx instead: the number of this node, a line break, and
 *     which ranks are on which node ({@code n1:0-3,8;n2:4-7}); else empty
 */
public record ParallelWorld(
    String name,
    int size,
    int firstRank,
    int nodes,
    String mapping,
    int patienceMillis,
    String placement) {

  /** Tasks that need not find each other. */
  public static final ParallelWorld NONE = new ParallelWorld("", 0, 0, 0, "");

  /** The longest name. */
  public static final int MAX_NAME_BYTES = 128;

  /** The longest placement. */
  public static final int MAX_PLACEMENT_BYTES = 16 << 20;

  /** The longest mapping. */
  public static final int MAX_MAPPING_BYTES = 1000;

  public ParallelWorld {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(mapping, "mapping");
    Objects.requireNonNull(placement, "placement");
    if (placement.length() > MAX_PLACEMENT_BYTES) {
      throw new IllegalArgumentException(
          "placement of " + placement.length() + " bytes is too long");
    }
    if (name.length() > MAX_NAME_BYTES || mapping.length() > MAX_MAPPING_BYTES) {
      throw new IllegalArgumentException("name or mapping too long: " + name + " " + mapping);
    }
  }

  /** A program whose tasks speak PMI. */
  public ParallelWorld(
      String name, int size, int firstRank, int nodes, String mapping, int patienceMillis) {
    this(name, size, firstRank, nodes, mapping, patienceMillis, "");
  }

  /** A program that has no more time after a signal than the launcher gives any. */
  public ParallelWorld(String name, int size, int firstRank, int nodes, String mapping) {
    this(name, size, firstRank, nodes, mapping, 0);
  }

  /** False for tasks that need not find each other. */
  public boolean exists() {
    return size > 0;
  }
}
