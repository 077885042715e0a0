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
}
