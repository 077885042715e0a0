package org.headrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;

/** Clusters and queues made from a seed, so that a failure can be repeated by its seed. */
public final class Workloads {
  /** The present in these workloads, in epoch milliseconds. */
  public static final long NOW = 1_700_000_000_000L;

  private static final long MINUTE = 60_000;

  private Workloads() {}

  /**
   * A cluster of 3 to 12 nodes, some drained, in two partitions that overlap, {@code main} and
   * {@code wide}, with jobs on it.
   */
  public static TestCluster cluster(long seed) {
    Random random = new Random(seed);
    int count = 3 + random.nextInt(10);
    int cores = 2 << random.nextInt(3);
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      NodeView node = TestCluster.node(id, "n" + id, 2, cores, 1 + random.nextInt(2), 8_192);
      nodes.add(random.nextInt(8) == 0 ? TestCluster.withState(node, drained()) : node);
    }
    TestCluster all = TestCluster.of(nodes);
    int[] some = all.allNodes().toArray();
    TestCluster cluster =
        all.withPartitions(
            TestCluster.partition("main", all.allNodes()),
            TestCluster.partition(
                "wide", NodeMask.of(Arrays.copyOf(some, Math.max(1, count / 2)))));
    return cluster.withRunning(running(cluster, random));
  }

  private static NodeState drained() {
    return new NodeState(
        NodeState.Base.UP, Set.of(NodeState.Flag.DRAIN), "maintenance", "root", NOW);
  }

  private static List<RunningJob> running(TestCluster cluster, Random random) {
    List<RunningJob> running = new ArrayList<>();
    ResourceLedger free = cluster.ledger();
    for (long id = 1; id <= 6; id++) {
      JobDemand demand =
          new JobDemand(request(random), cluster.partition("main"), random.nextInt(3), 0);
      Selection selection =
          new FirstFitSelector()
              .select(
                  demand,
                  free,
                  demand.partition().nodes(),
                  TestContext.selection(cluster, new FirstFitTopology(), Map.of()));
      if (selection instanceof Selection.Placed placed) {
        Allocation allocation = placed.allocation();
        free.allocate(allocation, ResourceLedger.NO_USER);
        long started = NOW - random.nextInt(60) * MINUTE;
        long endsBy = started + (61 + random.nextInt(60)) * MINUTE;
        running.add(
            new RunningJob(id, allocation, "main", demand.user(), false, 1 + id, started, endsBy));
      }
    }
    return running;
  }

  /** A queue for the partitions of {@link #cluster}, ids from 101, in the order of priority. */
  public static List<PendingJob> queue(long seed, int jobs) {
    Random random = new Random(~seed);
    List<PendingJob> queue = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      int startable = random.nextInt(6) == 0 ? 1 + random.nextInt(5) : 1;
      String partition = random.nextInt(3) == 0 ? "wide" : "main";
      queue.add(job(101 + i, partition, request(random), limit(random), 1_000_000L - i, startable));
    }
    return queue;
  }

  private static long limit(Random random) {
    return random.nextInt(10) == 0 ? JobClass.UNLIMITED : (1 + random.nextInt(120)) * MINUTE;
  }

  /** A request for tasks, nodes and memory, sometimes more than there is. */
  public static ResourceRequest request(Random random) {
    int nodes = 1 + random.nextInt(3);
    int tasks = nodes + random.nextInt(8);
    TaskLayout layout = new TaskLayout(tasks, 1 + random.nextInt(2), 0, 0, 0, false, "");
    MemoryRequest memory =
        switch (random.nextInt(3)) {
          case 0 -> MemoryRequest.NONE;
          case 1 -> MemoryRequest.perNode(1 + random.nextInt(4_000));
          default -> MemoryRequest.perCpu(1 + random.nextInt(500));
        };
    return ResourceRequest.singleCpu()
        .withNodes(nodes, ResourceRequest.ANY_NUMBER)
        .withLayout(layout)
        .withMemory(memory);
  }

  /**
   * A pending job of its own class.
   *
   * @param timeLimit in milliseconds, or {@link JobClass#UNLIMITED}
   * @param startable how many tasks may start; 1 for a job that is no array
   */
  public static PendingJob job(
      long id,
      String partition,
      ResourceRequest request,
      long timeLimit,
      long priority,
      int startable) {
    return new PendingJob(
        id,
        new JobClass((int) id, request, timeLimit, 0, ""),
        partition,
        NOW - 10 * MINUTE + id,
        NOW - 10 * MINUTE + id,
        priority,
        false,
        0,
        (int) (id % 3),
        "",
        "",
        startable);
  }
}
