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
 */
public record ParallelWorld(
    String name, int size, int firstRank, int nodes, String mapping, int patienceMillis) {

  /** Tasks that need not find each other. */
  public static final ParallelWorld NONE = new ParallelWorld("", 0, 0, 0, "");

  /** The longest name. */
  public static final int MAX_NAME_BYTES = 128;

  /** The longest mapping. */
  public static final int MAX_MAPPING_BYTES = 1000;

  public ParallelWorld {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(mapping, "mapping");
    if (name.length() > MAX_NAME_BYTES || mapping.length() > MAX_MAPPING_BYTES) {
      throw new IllegalArgumentException("name or mapping too long: " + name + " " + mapping);
    }
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
