package org.headrace.priority.multifactor.internal;

import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.priority.FactorSink;
import org.headrace.api.priority.Priority;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.api.scheduler.PendingJobs;
import org.osgi.service.component.annotations.Component;

/**
 * Priority as a weighted sum of factors from 0 to 1: age, size, partition, quality of service,
 * association, trackable resources and how fairly the user has been served, less the user's nice
 * value.
 */
@Component(service = Priority.class, property = "headrace.plugin=priority/multifactor")
public final class MultifactorPriority implements Priority {
  private static final long HIGHEST = 4_294_967_295L;
  private static final PriorityFactor[] FACTORS = PriorityFactor.values();

  @Override
  public void compute(
      PendingJobs queue,
      ClusterView view,
      Map<String, String> options,
      long now,
      long[] priorities) {
    compute(queue, view, options, now, priorities, FactorSink.NONE);
  }

  @Override
  public void compute(
      PendingJobs queue,
      ClusterView view,
      Map<String, String> options,
      long now,
      long[] priorities,
      FactorSink sink) {
    Weights weights = Weights.of(options);
    Factors factors = new Factors(view, weights, now);
    double[] weight = weights.array();
    double[] factor = new double[weight.length];
    for (int row = 0; row < queue.size(); row++) {
      PendingJob job = queue.get(row);
      if (!job.fixedPriority()) {
        factors.of(job, factor);
        long value = priority(weight, factor, job.nice());
        priorities[row] = weights.has("INCR_ONLY") ? Math.max(value, job.priority()) : value;
        for (PriorityFactor one : FACTORS) {
          sink.put(row, one, factor[one.ordinal()]);
        }
        double[] tres = factors.tres(job);
        for (int i = 0; i < tres.length; i++) {
          sink.put(row, factors.tresNames().get(i), tres[i]);
        }
      }
    }
  }

  private static long priority(double[] weight, double[] factor, int nice) {
    double sum = 0;
    for (int i = 0; i < factor.length; i++) {
      sum += weight[i] * factor[i];
    }
    return Math.max(1, Math.min(HIGHEST, (long) Math.floor(sum) - nice));
  }

  @Override
  public Map<String, Double> tresWeights(Map<String, String> options) {
    return Weights.of(options).tres();
  }

  @Override
  public Map<PriorityFactor, Double> weights(Map<String, String> options) {
    return Weights.of(options).named();
  }
}
