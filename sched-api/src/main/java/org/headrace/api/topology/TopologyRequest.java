package org.headrace.api.topology;

import java.util.function.IntUnaryOperator;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Segments;
import org.headrace.api.model.TopologySpec;

/**
 * A choice of nodes to make.
 *
 * @param view the cluster
 * @param eligible nodes that could serve the job
 * @param required nodes that must be among the chosen; a subset of {@code eligible}
 * @param minNodes fewest nodes
 * @param maxNodes most nodes
 * @param capacity how much of {@code needed} a node can take, at least 1 for an eligible node
 * @param needed sum of capacities to reach
 * @param contiguous true when the nodes must be adjacent in the order of ids
 * @param maxSwitches most leaf switches, or zero for any number
 * @param segments groups of nodes that must be close together
 * @param wiring how the nodes are wired, one of the view's
 */
public record TopologyRequest(
    ClusterView view,
    NodeMask eligible,
    NodeMask required,
    int minNodes,
    int maxNodes,
    IntUnaryOperator capacity,
    long needed,
    boolean contiguous,
    int maxSwitches,
    Segments segments,
    TopologySpec wiring) {
  /** Without segments, on the cluster's wiring. */
  public TopologyRequest(
      ClusterView view,
      NodeMask eligible,
      NodeMask required,
      int minNodes,
      int maxNodes,
      IntUnaryOperator capacity,
      long needed,
      boolean contiguous,
      int maxSwitches) {
    this(
        view,
        eligible,
        required,
        minNodes,
        maxNodes,
        capacity,
        needed,
        contiguous,
        maxSwitches,
        Segments.NONE,
        view.topology());
  }
}
