package org.headrace.api.selector;

import java.util.Map;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.topology.Topology;

/** What a selector may use. */
public interface SelectionContext {
  /** The cluster. Its ledger is not necessarily what is free at the moment looked at. */
  ClusterView view();

  /** Chooses among eligible nodes. */
  Topology topology();

  /** The same for one of several wirings. */
  default Topology topology(TopologySpec wiring) {
    return topology();
  }

  /**
   * The plugin for a kind of resource; for a kind without a plugin, one that places by count alone.
   */
  GresKind gres(String name);

  /** Settings by name, as in {@code SelectTypeParameters}. */
  Map<String, String> options();
}
