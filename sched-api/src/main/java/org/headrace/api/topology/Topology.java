package org.headrace.api.topology;

import org.osgi.annotation.versioning.ConsumerType;

/** Chooses, among eligible nodes, those that lie well together. A function of its arguments. */
@ConsumerType
public interface Topology {
  /**
   * Chooses nodes whose capacities add up to what is needed.
   *
   * @return node ids in the order in which tasks are to be numbered, or null when no choice
   *     satisfies the request
   */
  int[] choose(TopologyRequest request);
}
