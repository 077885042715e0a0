package org.headrace.api.model;

import java.util.List;
import java.util.Set;

/**
 * A node as plugins see it. How busy it is says the {@link ResourceLedger}.
 *
 * @param id small number that stays the node's own as long as the cluster lives
 * @param name node name
 * @param hardware processors and memory
 * @param features active features
 * @param gres generic resources
 * @param weight jobs go to nodes of lower weight first
 * @param state condition
 */
public record NodeView(
    int id,
    String name,
    NodeHardware hardware,
    Set<String> features,
    List<GresInventory> gres,
    long weight,
    NodeState state) {
  public NodeView {
    features = Set.copyOf(features);
    gres = List.copyOf(gres);
  }
}
