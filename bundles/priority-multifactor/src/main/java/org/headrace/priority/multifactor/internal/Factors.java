package org.headrace.priority.multifactor.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.priority.PriorityFactor;

/**
 * The factors of jobs, by the ordinals of {@link PriorityFactor}. One that has no weight isn't
 * worked out: it is zero. Used by one thread.
 */
final class Factors {
  private final Weights weights;
  private final long now;
  private final Cluster cluster;
  private final Payers payers;
  private final TresFactors tres;

  Factors(ClusterView view, Weights weights, long now) {
    this.weights = weights;
    this.now = now;
    cluster = Cluster.of(view, weights);
    tres = new TresFactors(view, weights.tres(), weights.raw("TRES"));
    boolean charged = weights.fairShare() > 0 || weights.association() > 0;
    payers =
        charged
            ? new Payers(
                view, weights.fairShare() > 0 ? weights.fairness() : null, weights.raw("ASSOC"))
            : null;
  }

  /** Writes the factors of a job into {@code values}, all of them. */
  void of(PendingJob job, double[] values) {
    Payers.Factors payer = payers == null ? Payers.NONE : payers.of(job);
    put(values, PriorityFactor.AGE, weights.age() > 0 ? age(job) : 0);
    put(values, PriorityFactor.JOB_SIZE, weights.size() > 0 ? size(job.jobClass()) : 0);
    put(values, PriorityFactor.PARTITION, cluster.partitions.getOrDefault(job.partition(), 0.0));
    put(values, PriorityFactor.QOS, cluster.qos.getOrDefault(job.qos(), 0.0));
    put(values, PriorityFactor.FAIR_SHARE, payer.fairShare());
    put(values, PriorityFactor.ASSOCIATION, weights.association() > 0 ? payer.association() : 0);
    put(values, PriorityFactor.TRES, tres.sum(tres.of(job)));
    put(values, PriorityFactor.SITE, job.siteFactor());
  }

  /** Names of the trackable resources that count. */
  List<String> tresNames() {
    return tres.names();
  }

  /** The factors of the trackable resources, in the order of their names. */
  double[] tres(PendingJob job) {
    return tres.of(job);
  }

  private static void put(double[] values, PriorityFactor factor, double value) {
    values[factor.ordinal()] = value;
  }

  private double age(PendingJob job) {
    long waited = now - Math.min(now, job.accrues());
    return Math.min(1.0, (double) waited / weights.maxAge());
  }

  /**
   * The larger the job, the nearer to one: half by nodes and half by CPUs. With {@code
   * SMALL_RELATIVE_TO_TIME} CPUs are divided by the time limit in minutes first, so that short wide
   * jobs count as large.
   */
  private double size(JobClass jobClass) {
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
  private static final class Cluster {
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
      if (weights.partition() > 0) {
        cluster.readPartitions(view, weights.raw("PART"));
      }
      if (weights.qos() > 0) {
        cluster.readQos(view, weights.raw("QOS"));
      }
      return cluster;
    }

    private void readPartitions(ClusterView view, boolean raw) {
      double highest = 1;
      for (PartitionView partition : view.partitions()) {
        highest = Math.max(highest, partition.priorityFactor());
      }
      for (PartitionView partition : view.partitions()) {
        double divisor = raw ? 1 : highest;
        partitions.put(partition.name(), partition.priorityFactor() / divisor);
      }
    }

    private void readQos(ClusterView view, boolean raw) {
      double highest = 0;
      for (QualityOfService one : view.qualitiesOfService()) {
        highest = Math.max(highest, one.priority());
      }
      for (QualityOfService one : view.qualitiesOfService()) {
        double divisor = raw || highest == 0 ? 1 : highest;
        qos.put(one.name(), one.priority() / divisor);
      }
    }
  }
}
