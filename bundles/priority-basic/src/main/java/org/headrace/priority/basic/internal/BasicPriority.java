package org.headrace.priority.basic.internal;

import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.PendingJobs;
import org.osgi.service.component.annotations.Component;

/**
 * First come, first served: numbers that fall with the job's id. A job keeps its number as long as
 * it waits, whoever comes or goes, because the number depends on nothing but the job.
 */
@Component(service = Priority.class, property = "headrace.plugin=priority/basic")
public final class BasicPriority implements Priority {
  /** The first job of a cluster gets one less; leaves room above for negative nice values. */
  static final long HIGHEST = 4_294_901_759L;

  @Override
  public void compute(
      PendingJobs queue,
      ClusterView view,
      Map<String, String> options,
      long now,
      long[] priorities) {
    int size = queue.size();
    for (int row = 0; row < size; row++) {
      PendingJob job = queue.get(row);
      priorities[row] = clamp(HIGHEST - job.id() - job.nice());
    }
  }

  private static long clamp(long value) {
    return Math.max(1, Math.min(4_294_967_295L, value));
  }
}
