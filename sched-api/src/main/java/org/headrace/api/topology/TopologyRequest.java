package org.headrace.api.topology;

import java.util.function.IntUnaryOperator;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeMask;

/**
 * A choice of nodes to make.
 *
 * @param view the cluster, with its wiring
 * @param eligible nodes that could serve the job
 * @param required nodes that must be among the chosen; a subset of {@code eligible}
 * @param minNodes fewest nodes
 * @param maxNodes most nodes
 * @param capacity how much of {@code needed} a node can take, at least 1 for an eligible node
 * @param needed sum of capacities to reach
 * @param contiguous true when the nodes must be adjacent in the order of ids
 * @param maxSwitches most leaf switches, or zero for any number
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
    int maxSwitches) {}
