package org.headrace.core.internal;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.headrace.api.account.Billing;
import org.headrace.api.model.GresInventory;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;

/**
 * What a partition, or the cluster, has of each trackable resource by its configuration, whether
 * nodes are in service or not.
 */
final class ResourceTotals implements Function<String, Map<String, Long>> {
  private final ClusterDefinition cluster;
  private final Map<String, PartitionDefinition> partitions = new TreeMap<>();
  private final String flags;

  ResourceTotals(Configuration configuration) {
    cluster = configuration.definition();
    configuration.partitions().forEach(one -> partitions.put(one.name(), one));
    flags = configuration.setting("PriorityFlags", "");
  }

  /**
   * @param partition its name, or the empty string for the cluster
   */
  @Override
  public Map<String, Long> apply(String partition) {
    Map<String, Long> totals = new TreeMap<>();
    if (cluster == null) {
      return totals;
    }
    PartitionDefinition of = partitions.get(partition);
    Set<String> members = of == null ? null : new HashSet<>(of.nodes());
    for (NodeDefinition node : cluster.nodes()) {
      if (!node.future() && (members == null || members.contains(node.name()))) {
        add(totals, node);
      }
    }
    cluster.licenses().forEach((name, count) -> totals.put("license/" + name, (long) count));
    String weights = of == null ? "" : of.options().getOrDefault("TRESBillingWeights", "");
    totals.put("billing", Billing.of(weights, flags).of(totals));
    return totals;
  }

  private static void add(Map<String, Long> totals, NodeDefinition node) {
    totals.merge("cpu", (long) node.hardware().cpus(), Long::sum);
    totals.merge("mem", node.hardware().memory(), Long::sum);
    totals.merge("node", 1L, Long::sum);
    for (GresInventory gres : node.gres()) {
      totals.merge("gres/" + gres.name(), gres.count(), Long::sum);
      if (!gres.type().isEmpty()) {
        totals.merge("gres/" + gres.name() + ":" + gres.type(), gres.count(), Long::sum);
      }
    }
  }
}
