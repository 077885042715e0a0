package org.headrace.priority.multifactor.internal;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Tres;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;

/**
 * How much of each trackable resource a job asks for, as a part of what its partition has; of
 * licences as a part of what the cluster has. Used by one thread.
 */
final class TresFactors {
  private static final double[] NOTHING = {};

  private final ClusterView view;
  private final boolean raw;
  private final List<String> names;
  private final double[] weights;
  private final Map<String, Map<String, Long>> totals = new HashMap<>();
  private final Map<Key, double[]> known = new HashMap<>();

  private record Key(int jobClass, String partition) {}

  /**
   * @param weights weight of each resource that counts
   * @param raw true to take numbers as they are, and not as parts
   */
  TresFactors(ClusterView view, Map<String, Double> weights, boolean raw) {
    this.view = view;
    this.raw = raw;
    Tres tres = view.accounts().tres();
    names =
        weights.keySet().stream()
            .sorted(
                Comparator.comparing((String name) -> tres.index(name) < 0)
                    .thenComparingInt(tres::index)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    this.weights = names.stream().mapToDouble(weights::get).toArray();
  }

  List<String> names() {
    return names;
  }

  /** The factors in the order of names. */
  double[] of(PendingJob job) {
    return names.isEmpty()
        ? NOTHING
        : known.computeIfAbsent(
            new Key(job.jobClass().id(), job.partition()), key -> find(job, key.partition));
  }

  /** What these factors add to a priority. */
  double sum(double[] factors) {
    double sum = 0;
    for (int i = 0; i < factors.length; i++) {
      sum += weights[i] * factors[i];
    }
    return sum;
  }

  private double[] find(PendingJob job, String partition) {
    Map<String, Long> all = totals.computeIfAbsent(partition, this::totals);
    Map<String, Long> asked = Amounts.of(job.jobClass().request());
    double[] factors = new double[names.size()];
    for (int i = 0; i < factors.length; i++) {
      long total = all.getOrDefault(names.get(i), 0L);
      long mine = asked.getOrDefault(names.get(i), 0L);
      factors[i] = raw ? mine : total == 0 ? 0 : Math.min(1, (double) mine / total);
    }
    return factors;
  }

  private Map<String, Long> totals(String name) {
    Map<String, Long> sums = new TreeMap<>();
    view.licenses().forEach((license, count) -> sums.put("license/" + license, (long) count));
    PartitionView partition = view.partition(name);
    if (partition == null) {
      return sums;
    }
    for (NodeView node : view.nodes()) {
      if (partition.nodes().contains(node.id())) {
        sums.merge("cpu", (long) node.hardware().cpus(), Long::sum);
        sums.merge("billing", (long) node.hardware().cpus(), Long::sum);
        sums.merge("mem", node.hardware().memory(), Long::sum);
        sums.merge("node", 1L, Long::sum);
        for (GresInventory gres : node.gres()) {
          sums.merge("gres/" + gres.name(), gres.count(), Long::sum);
          if (!gres.type().isEmpty()) {
            sums.merge("gres/" + gres.name() + ":" + gres.type(), gres.count(), Long::sum);
          }
        }
      }
    }
    return sums;
  }
}
