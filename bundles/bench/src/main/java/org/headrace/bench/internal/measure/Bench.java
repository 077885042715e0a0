package org.headrace.bench.internal.measure;

import java.util.List;
import org.headrace.bench.internal.Options;
import org.headrace.bench.internal.Progress;
import org.headrace.bench.internal.cluster.Cluster;

/**
 * What a measure works with.
 *
 * @param options how much to measure
 * @param progress where to tell how far it is
 * @param clusters ours, and then the peer if there is one
 * @param queues pending jobs that measures share, since it takes long to submit them
 */
public record Bench(
    Options options, Progress progress, List<Cluster> clusters, PendingQueues queues) {
  public Bench {
    clusters = List.copyOf(clusters);
  }
}
