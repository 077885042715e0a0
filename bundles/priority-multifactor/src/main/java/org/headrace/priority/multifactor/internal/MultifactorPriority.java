package org.headrace.priority.multifactor.internal;

import java.util.HashMap;
import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.PendingJobs;
import org.osgi.service.component.annotations.Component;

/**
 * Priority as a weighted sum of factors from 0 to 1: age, size, partition, quality of service,
 * association and how fairly the user has been served, less the user's nice value.
 */
@Component(service = Priority.class, property = "headrace.plugin=priority/multifactor")
public final class MultifactorPriority implements Priority {
  private static final long HIGHEST = 4_294_967_295L;

  @Override
  public void compute(
      PendingJobs queue,
      ClusterView view,
      Map<String, String> options,
      long now,
      long[] priorities) {
    Weights weights = Weights.of(options);
    Cluster cluster = Cluster.of(view, weights);
    boolean charged = weights.fairShare() > 0 || weights.association() > 0;
    Payers payers = charged ? new Payers(view, weights.fairShare() > 0) : null;
    for (int row = 0; row < queue.size(); row++) {
      PendingJob job = queue.get(row);
      if (!job.fixedPriority()) {
        priorities[row] = priority(job, weights, cluster, payers, now);
      }
    }
  }

  private static long priority(
      PendingJob job, Weights weights, Cluster cluster, Payers payers, long now) {
    double sum = weights.age() * age(job, weights, now);
    if (weights.size() > 0) {
      sum += weights.size() * size(job.jobClass(), weights, cluster);
    }
    sum += weights.partition() * cluster.partitions.getOrDefault(job.partition(), 0.0);
    sum += weights.qos() * cluster.qos.getOrDefault(job.qos(), 0.0);
    if (payers != null) {
      Payers.Factors factors = payers.of(job);
      sum += weights.fairShare() * factors.fairShare();
      sum += weights.association() * factors.association();
    }
    long value = (long) Math.floor(sum) - job.nice();
    return Math.max(1, Math.min(HIGHEST, value));
  }

  static double age(PendingJob job, Weights weights, long now) {
    long since = weights.has("ACCRUE_ALWAYS") ? job.submitted() : job.eligible();
    return Math.max(0, Math.min(1.0, (double) (now - since) / weights.maxAge()));
  }

  /**
   * The larger the job, the nearer to one: half by nodes and half by CPUs. With {@code
   * SMALL_RELATIVE_TO_TIME} CPUs are divided by the time limit in minutes first, so that short wide
   * jobs count as large.
   */
  static double size(JobClass jobClass, Weights weights, Cluster cluster) {
    ResourceRequest request = jobClass.request();
    double cpus = request.minCpus();
    if (weights.has("SMALL_RELATIVE_TO_TIME")) {
      double minutes =
          jobClass.timeLimit() == JobClass.UNLIMITED
              ? Double.POSITIVE_INFINITY
              : Math.max(1, jobClass.timeLimit() / 60_000);
      double share = Math.min(1, cpus / minutes / cluster.cpus);
      return weights.favorSmall() ? 1 - share : share;
    }
    double nodeShare = Math.min(1, (double) request.minNodes() / cluster.nodes);
    double cpuShare = Math.min(1, cpus / cluster.cpus);
    if (weights.favorSmall()) {
      nodeShare = (double) (cluster.nodes - Math.min(request.minNodes(), cluster.nodes));
      nodeShare /= cluster.nodes;
      cpuShare = 1 - cpuShare;
    }
    return (nodeShare + cpuShare) / 2;
  }

  /** What the factors are measured against. */
  static final class Cluster {
    final int nodes;
    final int cpus;
    final Map<String, Double> partitions = new HashMap<>();
    final Map<String, Double> qos = new HashMap<>();

    private Cluster(int nodes, int cpus) {
      this.nodes = Math.max(1, nodes);
      this.cpus = Math.max(1, cpus);
    }

    static Cluster of(ClusterView view, Weights weights) {
      int cpus = 0;
      for (NodeView node : view.nodes()) {
        cpus += node.hardware().cpus();
      }
      Cluster cluster = new Cluster(view.nodes().size(), cpus);
      double highest = 1;
      for (PartitionView partition : view.partitions()) {
        highest = Math.max(highest, partition.priorityFactor());
      }
      for (PartitionView partition : view.partitions()) {
        double divisor = weights.raw("PART") ? 1 : highest;
        cluster.partitions.put(partition.name(), partition.priorityFactor() / divisor);
      }
      highest = 0;
      for (QualityOfService one : view.qualitiesOfService()) {
        highest = Math.max(highest, one.priority());
      }
      for (QualityOfService one : view.qualitiesOfService()) {
        double divisor = weights.raw("QOS") || highest == 0 ? 1 : highest;
        cluster.qos.put(one.name(), one.priority() / divisor);
      }
      return cluster;
    }
  }
}
