package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.control.query.Remedy;
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
      }
    }
    reserved.sort(Comparator.comparingLong(Decision.Reserve::start));
  }

  /** Changes that would do, the smallest first; may be empty. */
  List<Remedy> of(PendingJob waiting) {
    job = waiting;
    partition = input.view().partition(waiting.partition());
    found = new ArrayList<>();
    if (partition != null && partition.startsJobs()) {
      timeLimit();
      otherPartitions();
      ResourceRequest request = request();
      if (request.minNodes() > 1) {
        largest(Remedy.Kind.NODES, "", request.minNodes(), this::withNodes);
      } else if (request.layout().tasks() > 1) {
        largest(Remedy.Kind.TASKS, "", request.layout().tasks(), this::withTasks);
      }
      largest(Remedy.Kind.CPUS_PER_TASK, "", request.layout().cpusPerTask(), this::withCpus);
      if (request.memory().mebibytes() > 1) {
        largest(Remedy.Kind.MEMORY, "", request.memory().mebibytes(), this::withMemory);
      }
      for (int i = 0; i < request.gres().size(); i++) {
        int index = i;
        GresRequest one = request.gres().get(i);
        largest(Remedy.Kind.GRES, one.name(), one.count(), count -> withGres(index, count));
      }
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
    return plugins.select(demand, free, open(in, limit), plugins) instanceof Selection.Placed;
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
    for (PartitionView other : input.view().partitions()) {
      boolean suits =
          other != partition
              && other.startsJobs()
              && limit() <= other.maxTime()
              && request().minNodes() <= other.maxNodes()
              && request().maxNodes() >= other.minNodes();
      if (suits && tried++ < MOST_TRIED_PARTITIONS && fits(request(), other, limit())) {
        found.add(new Remedy(Remedy.Kind.PARTITION, other.name(), 0, 1));
      }
    }
  }

  /** The largest amount below the present one that fits, by halves. */
  private void largest(
      Remedy.Kind kind, String name, long amount, LongFunction<ResourceRequest> changed) {
    long low = 0;
    long high = amount;
    long exact = Math.max(1, amount / 64);
    while (high - low > exact) {
      long middle = (low + high) >>> 1;
      if (fits(changed.apply(middle), partition, limit())) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low > 0) {
      found.add(new Remedy(kind, name, low, (double) low / amount));
    }
  }

  private ResourceRequest withNodes(long nodes) {
    TaskLayout layout = request().layout();
    int before = request().minNodes();
    ResourceRequest fewer = request().withNodes((int) nodes, (int) nodes);
    return layout.tasks() == TaskLayout.UNSET
        ? fewer
        : fewer.withLayout(
            layout.withTasks((int) Math.max(nodes, layout.tasks() * nodes / before)));
  }

  private ResourceRequest withTasks(long tasks) {
    return request().withLayout(request().layout().withTasks((int) tasks));
  }

  private ResourceRequest withCpus(long cpus) {
    TaskLayout of = request().layout();
    return request()
        .withLayout(
            new TaskLayout(
                of.tasks(),
                (int) cpus,
                of.tasksPerNode(),
                of.tasksPerSocket(),
                of.tasksPerCore(),
                of.overcommit(),
                of.distribution()));
  }

  private ResourceRequest withMemory(long mebibytes) {
    return request().withMemory(new MemoryRequest(request().memory().basis(), mebibytes));
  }

  private ResourceRequest withGres(int index, long count) {
    List<GresRequest> gres = new ArrayList<>(request().gres());
    GresRequest one = gres.get(index);
    gres.set(index, new GresRequest(one.name(), one.type(), count, one.scope()));
    return request().withGres(gres);
  }
}
