package org.headrace.topology.tree.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.topology.TopologyRequest;

/** What has been made of a cluster's wirings, for as long as their structure is the same. */
final class Known<T> {
  private final BiFunction<ClusterView, TopologySpec, T> reader;

  /** Replaced whole, so that no lock is needed. */
  private volatile Entry<T> last;

  private record Entry<T>(long structureVersion, Map<String, T> byName) {}

  Known(BiFunction<ClusterView, TopologySpec, T> reader) {
    this.reader = reader;
  }

  T of(TopologyRequest request) {
    ClusterView view = request.view();
    String name = request.wiring().name();
    Entry<T> known = last;
    boolean same = known != null && known.structureVersion() == view.structureVersion();
    T found = same ? known.byName().get(name) : null;
    if (found == null) {
      found = reader.apply(view, request.wiring());
      Map<String, T> all = new HashMap<>(same ? known.byName() : Map.of());
      all.put(name, found);
      last = new Entry<>(view.structureVersion(), Map.copyOf(all));
    }
    return found;
  }
}
