package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.control.query.Remedy;
import org.headrace.control.query.SmallerRequests;
import org.headrace.core.SchedulerInput;

/**
 * Looks for the smallest changes of a waiting job with which it could start at once, on what a plan
 * leaves. Each is tried out by the selector, one kind of change at a time. Nodes that are set aside
 * are left to those they are for, by their nodes, which is stricter than a plan is.
 */
final class RemedySearch {
  private static final int MOST_TRIED_LIMITS = 4;
  private static final int MOST_TRIED_PARTITIONS = 4;
  private static final long MINUTE = 60_000;

  private final SchedulerInput input;
  private final ServingPlugins plugins;
  private final ResourceLedger free;
  private final long now;
  private final List<Decision.Reserve> reserved = new ArrayList<>();
  private PendingJob job;
  private PartitionView partition;
  private List<Remedy> found;

  /**
   * @param decisions the plan
   * @param now when it was made, in epoch milliseconds
   */
  RemedySearch(SchedulerInput input, List<Decision> decisions, ServingPlugins plugins, long now) {
    this.input = input;
    this.plugins = plugins;
    this.now = now;
    free = input.view().ledger();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start start) {
        free.allocate(start.allocation(), ResourceLedger.NO_USER);
      } else if (decision instanceof Decision.Reserve reserve) {
        reserved.add(reserve);
      } else if (decision instanceof Decision.Preempt preempt) {
        reserved.add(preempt.reserve());
      }
    }
    reserved.sort(Comparator.comparingLong(Decision.Reserve::start));
  }

  /** Changes that would do, the smallest first; may be empty. */
  List<Remedy> of(PendingJob waiting) {
    job = waiting;
    PartitionView whole = input.view().partition(waiting.partition());
    partition = whole == null ? null : whole.forJobs(waiting.jobClass());
    found = new ArrayList<>();
    if (partition != null && partition.startsJobs()) {
      timeLimit();
      otherPartitions();
      found.addAll(SmallerRequests.of(request(), smaller -> fits(smaller, partition, limit())));
    }
    found.sort(Comparator.comparingDouble(Remedy::kept).reversed());
    return found;
  }

  private ResourceRequest request() {
    return job.jobClass().request();
  }

  private long limit() {
    return job.jobClass().timeLimit();
  }

  private boolean fits(ResourceRequest request, PartitionView in, long limit) {
    JobDemand demand =
        new JobDemand(
            request,
            in,
            job.user(),
            Math.max(0, now - job.eligible()),
            job.jobClass().reservation());
    long end = limit > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + limit;
    ResourceLedger left =
        ReservationView.ledger(input.view().reservations(), free, demand.reservation(), now, end);
    return plugins.select(demand, left, open(in, limit), plugins) instanceof Selection.Placed;
  }

  /** Nodes that a job of that time limit keeps from nobody. */
  private NodeMask open(PartitionView in, long limit) {
    long end = limit > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + limit;
    NodeMask nodes =
        ReservationView.open(
            input.view().reservations(), in.nodes(), job.jobClass().reservation(), now, end);
    BitSet open = nodes.toBitSet();
    for (Decision.Reserve one : reserved) {
      if (one.start() < end && one.jobId() != job.id()) {
        one.nodes().forEach(open::clear);
      }
    }
    return NodeMask.copyOf(open);
  }

  /** A limit that ends before what is set aside is needed. */
  private void timeLimit() {
    long[] bounds =
        java.util.stream.LongStream.concat(
                reserved.stream().mapToLong(Decision.Reserve::start),
                input.view().reservations().stream().mapToLong(ReservationView::start))
            .map(start -> (start - now) / MINUTE * MINUTE)
            .filter(limit -> limit >= MINUTE && limit < limit())
            .sorted()
            .distinct()
            .toArray();
    int last = Math.max(0, bounds.length - MOST_TRIED_LIMITS);
    for (int i = bounds.length - 1; i >= last; i--) {
      if (fits(request(), partition, bounds[i])) {
        double kept = limit() == JobClass.UNLIMITED ? 0 : (double) bounds[i] / limit();
        found.add(new Remedy(Remedy.Kind.TIME_LIMIT, "", bounds[i], kept));
        return;
      }
    }
  }

  private void otherPartitions() {
    int tried = 0;
    for (PartitionView whole : input.view().partitions()) {
      PartitionView other = whole.forJobs(job.jobClass());
      boolean suits =
          !other.name().equals(partition.name())
              && other.startsJobs()
              && limit() <= other.maxTime()
              && request().allowsNodes(other.minNodes(), other.maxNodes());
      if (suits && tried++ < MOST_TRIED_PARTITIONS && fits(request(), other, limit())) {
        found.add(new Remedy(Remedy.Kind.PARTITION, other.name(), 0, 1));
      }
    }
  }
}
