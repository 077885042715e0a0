package org.headrace.api.priority;

import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.scheduler.PendingJobs;
import org.osgi.annotation.versioning.ConsumerType;

/** Orders the pending jobs. A function of its arguments. */
@ConsumerType
public interface Priority {
  /**
   * Computes the priority of each row of the queue; the highest goes first.
   *
   * @param queue pending jobs, in no particular order
   * @param view the cluster
   * @param options settings by the names of the configuration, such as {@code PriorityWeightAge}
   * @param now the present, in epoch milliseconds
   * @param priorities receives a value from 1 to 4,294,967,295 for each row; rows whose priority is
   *     fixed are ignored
   */
  void compute(
      PendingJobs queue,
      ClusterView view,
      Map<String, String> options,
      long now,
      long[] priorities);

  /**
   * The weight of each factor, for a plugin whose priorities are weighted sums of factors, less the
   * job's nice value.
   *
   * @param options as for {@link #compute}
   * @return each factor that the plugin knows, with zero where it doesn't count; empty if its
   *     priorities are no such sums
   */
  default Map<PriorityFactor, Double> weights(Map<String, String> options) {
    return Map.of();
  }

  /** The weights of trackable resources that make up {@link PriorityFactor#TRES}, by name. */
  default Map<String, Double> tresWeights(Map<String, String> options) {
    return Map.of();
  }

  /**
   * The same, and says of which factors each priority was made. Called instead of the method above;
   * plugins that have {@link #weights} override it.
   *
   * @param factors takes the factors of rows, but not of those whose priority is fixed
   */
  default void compute(
      PendingJobs queue,
      ClusterView view,
      Map<String, String> options,
      long now,
      long[] priorities,
      FactorSink factors) {
    compute(queue, view, options, now, priorities);
  }
}
