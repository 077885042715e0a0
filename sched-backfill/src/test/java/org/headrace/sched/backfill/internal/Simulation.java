package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;

/**
 * Runs real scheduler and selector plugins over a workload on virtual time, with the event order of
 * the published simulations: within a second submissions first, each followed by a pass if it fits
 * in the free processors, then ends, each followed by a pass. A job counts as ended from its
 * estimated end on, which matters where several end in one second.
 */
final class Simulation {
  private final Scheduler scheduler;
  private final Selector selector;
  private final Map<String, String> options;
  private final boolean oneNode;
  private final List<Workload.Job> queue = new ArrayList<>();
  private final Map<Long, RunningJob> running = new LinkedHashMap<>();
  private final Map<Long, JobClass> classes = new HashMap<>();
  private final Map<Long, Long> starts = new HashMap<>();
  private final PriorityQueue<long[]> ends =
      new PriorityQueue<>(
          Comparator.comparingLong((long[] end) -> end[0]).thenComparingLong(end -> end[1]));
  private final View view;
  private final SelectionContext selection;
  private int freeProcessors;

  Simulation(
      Scheduler scheduler,
      Selector selector,
      Map<String, String> options,
      int processors,
      boolean oneNode) {
    this.scheduler = scheduler;
    this.selector = selector;
    this.options = options;
    this.oneNode = oneNode;
    view =
        new View(
            oneNode
                ? TestCluster.of(1, 1, processors, 1, 1)
                : TestCluster.of(processors, 1, 1, 1, 1));
    freeProcessors = processors;
    selection = TestContext.selection(view, new FlatTopology(), Map.of("CR_Core", ""));
  }

  /** Start of each job. */
  Map<Long, Long> run(Workload workload) {
    int next = 0;
    List<Workload.Job> jobs = workload.jobs();
    while (next < jobs.size() || !ends.isEmpty()) {
      long arrival = next < jobs.size() ? jobs.get(next).submit() : Long.MAX_VALUE;
      long end = ends.isEmpty() ? Long.MAX_VALUE : ends.peek()[0];
      long now = Math.min(arrival, end);
      settle(now);
      while (next < jobs.size() && jobs.get(next).submit() == now) {
        Workload.Job job = jobs.get(next++);
        queue.add(job);
        if (job.processors() <= freeProcessors) {
          pass(now);
        }
      }
      if (end == now) {
        release(ends.poll()[1]);
        pass(now);
      }
    }
    assertThat(queue).isEmpty();
    return starts;
  }

  /** Gives back what jobs hold whose estimate is over. */
  private void settle(long now) {
    List.copyOf(running.values()).stream()
        .filter(job -> job.endsBy() <= now * 1000)
        .forEach(job -> release(job.id()));
  }

  private void release(long id) {
    RunningJob ended = running.remove(id);
    if (ended != null) {
      view.ledger.release(ended.allocation());
      freeProcessors += ended.allocation().cpus();
    }
  }

  private void pass(long now) {
    List<PendingJob> rows = new ArrayList<>(queue.size());
    for (Workload.Job job : queue) {
      rows.add(
          new PendingJob(
              job.id(),
              classOf(job),
              "main",
              job.submit() * 1000,
              job.submit() * 1000,
              1,
              false,
              0,
              1,
              "",
              "",
              1));
    }
    PendingJobs pending = TestContext.queue(rows);
    Plan plan =
        scheduler.plan(view, pending, new TestContext(now * 1000, selector, selection, options));
    Map<Long, Allocation> placed = new HashMap<>();
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start start) {
        assertThat(view.ledger.problem(start.allocation())).isNull();
        view.ledger.allocate(start.allocation(), ResourceLedger.NO_USER);
        placed.put(start.jobId(), start.allocation());
      }
    }
    queue.removeIf(
        job -> {
          Allocation allocation = placed.get(job.id());
          if (allocation != null) {
            begin(job, allocation, now);
          }
          return allocation != null;
        });
  }

  private void begin(Workload.Job job, Allocation allocation, long now) {
    assertThat(allocation.cpus()).isEqualTo(job.processors());
    freeProcessors -= job.processors();
    starts.put(job.id(), now);
    ends.add(new long[] {now + job.run(), job.id()});
    running.put(
        job.id(),
        new RunningJob(
            job.id(), allocation, "main", 1, false, 1, now * 1000, (now + job.estimate()) * 1000));
  }

  private JobClass classOf(Workload.Job job) {
    return classes.computeIfAbsent(
        ((long) job.processors() << 40) | job.estimate(),
        key -> {
          ResourceRequest one = ResourceRequest.singleCpu();
          ResourceRequest request =
              oneNode
                  ? one.withLayout(one.layout().withTasks(job.processors()))
                  : one.withNodes(job.processors(), job.processors())
                      .withLayout(one.layout().withTasks(job.processors()));
          return new JobClass(classes.size(), request, job.estimate() * 1000, 0, "");
        });
  }

  /** What runs, changing with the simulation; only what a pass sees has to stand still. */
  private final class View implements ClusterView {
    private final TestCluster cluster;
    final ResourceLedger ledger;

    View(TestCluster cluster) {
      this.cluster = cluster;
      ledger = cluster.ledger();
    }

    @Override
    public long version() {
      return 1;
    }

    @Override
    public long structureVersion() {
      return 1;
    }

    @Override
    public long time() {
      return 0;
    }

    @Override
    public List<NodeView> nodes() {
      return cluster.nodes();
    }

    @Override
    public NodeView node(int id) {
      return cluster.node(id);
    }

    @Override
    public NodeView node(String name) {
      return cluster.node(name);
    }

    @Override
    public List<PartitionView> partitions() {
      return cluster.partitions();
    }

    @Override
    public PartitionView partition(String name) {
      return cluster.partition(name);
    }

    @Override
    public List<RunningJob> running() {
      return List.copyOf(running.values());
    }

    @Override
    public ResourceLedger ledger() {
      return ledger.copy();
    }

    @Override
    public TopologySpec topology() {
      return TopologySpec.FLAT;
    }

    @Override
    public QualityOfService qos(String name) {
      return null;
    }

    @Override
    public List<QualityOfService> qualitiesOfService() {
      return List.of();
    }
  }
}
