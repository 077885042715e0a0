package org.headrace.control.definition;

import java.util.List;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;

/**
 * A node as configured.
 *
 * @param name node name
 * @param hardware processors and memory that jobs may use
 * @param features features
 * @param gres generic resources; devices are filled in from the configuration of resources
 * @param weight weight
 * @param host host name
 * @param address address to reach its agent
 * @param port port of its agent
 * @param future true for a node that doesn't exist yet
 * @param initialState condition to start in: {@code UNKNOWN}, {@code DOWN} or {@code DRAIN}
 * @param reason why it starts in that condition, or the empty string
 */
public record NodeDefinition(
    String name,
    NodeHardware hardware,
    List<String> features,
    List<GresInventory> gres,
    long weight,
    String host,
    String address,
    int port,
    boolean future,
    String initialState,
    String reason) {
  public NodeDefinition {
    features = List.copyOf(features);
    gres = List.copyOf(gres);
  }
}
