package org.headrace.commands.internal.explain;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.SlurmDuration;

/** What of its partitions' limits a job breaks: no scheduler looks at it, so none records it. */
final class PartitionLimits {
  private PartitionLimits() {}

  /** Empty if the job doesn't wait for such a limit. */
  static List<Blocker> blockers(Job job, Snapshot snapshot) {
    List<Blocker> blockers = new ArrayList<>();
    Reason reason = job.status().reason();
    for (String name : job.spec().partitions()) {
      PartitionView partition = snapshot.partition(name);
      String broken = partition == null ? "" : broken(job, partition, reason);
      if (!broken.isEmpty()) {
        blockers.add(new Blocker(reason, 0, "partition " + name + broken, Blocker.UNKNOWN));
      }
    }
    return blockers;
  }

  private static String broken(Job job, PartitionView partition, Reason reason) {
    ResourceRequest request = job.spec().request();
    int most = Math.min(partition.maxNodes(), partition.nodes().size());
    if (reason == Reason.PARTITION_NODE_LIMIT && request.minNodes() > most) {
      return " lets a job have at most " + most + " nodes; it asks for " + request.minNodes();
    }
    if (reason == Reason.PARTITION_NODE_LIMIT && request.maxNodes() < partition.minNodes()) {
      return " is for jobs of at least "
          + partition.minNodes()
          + " nodes; it asks for at most "
          + request.maxNodes();
    }
    long limit = job.status().timeLimit();
    if (reason == Reason.PARTITION_TIME_LIMIT && limit > partition.maxTime()) {
      return " lets a job run for at most "
          + time(partition.maxTime())
          + "; it asks for "
          + time(limit);
    }
    return "";
  }

  private static String time(long millis) {
    return millis == Long.MAX_VALUE ? "ever" : SlurmDuration.format(millis / 1000);
  }
}
