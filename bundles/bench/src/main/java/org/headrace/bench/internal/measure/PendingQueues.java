package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.bench.internal.Options;
import org.headrace.bench.internal.Progress;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.Commands.Running;
import org.headrace.bench.internal.stat.Stopwatch;

/** Deep queues of held jobs, filled once per cluster. For one thread. */
public final class PendingQueues {
  private static final int CONNECTIONS = 8;
  private static final int PROCESSES = 4;
  private static final int CHUNK = 200;

  private final Options options;
  private final Progress progress;
  private final Map<Cluster, Queue> queues = new HashMap<>();

  public PendingQueues(Options options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * A filled queue.
   *
   * @param acknowledged ids that the cluster has given; grows with every further submission
   */
  record Queue(NoOpJobs jobs, Set<Long> acknowledged) {}

  /** How many jobs {@link #fill} submits. */
  int depth(Cluster cluster) {
    int wanted = cluster.socket().isPresent() ? options.pending() : options.peerPending();
    return (int) Math.min(wanted, Math.max(0, cluster.roomForJobs() - CHUNK));
  }

  boolean isFilled(Cluster cluster) {
    return queues.containsKey(cluster);
  }

  /** Fills the queue, or gives it as it was filled before. */
  Queue fill(Cluster cluster) throws IOException {
    Queue queue = queues.get(cluster);
    if (queue == null) {
      queue = new Queue(new NoOpJobs(cluster), ConcurrentHashMap.newKeySet());
      queues.put(cluster, queue);
      int depth = depth(cluster);
      if (cluster.socket().isPresent()) {
        byConnections(queue, depth);
      } else {
        byProcesses(cluster, queue, depth);
      }
    }
    return queue;
  }

  /** Removes what was submitted, on clusters that go on living. */
  public void empty() {
    queues.forEach(
        (cluster, queue) -> {
          if (cluster.socket().isEmpty()) {
            progress.tell(cluster.label() + ": removing the pending jobs");
            queue.jobs().cancel();
          }
        });
    queues.clear();
  }

  private void byConnections(Queue queue, int depth) throws IOException {
    Stopwatch watch = Stopwatch.start();
    AtomicInteger done = new AtomicInteger();
    Submissions.byConnections(
        queue.jobs(),
        CONNECTIONS,
        depth,
        id -> {
          queue.acknowledged().add(id);
          int count = done.incrementAndGet();
          if (count % CHUNK == 0) {
            tell(count, depth, watch);
          }
        });
  }

  private void byProcesses(Cluster cluster, Queue queue, int depth) throws IOException {
    Stopwatch watch = Stopwatch.start();
    String[] command = queue.jobs().command("-H", "--parsable");
    for (int done = 0; done < depth; done += CHUNK) {
      tell(done, depth, watch);
      List<Running> loops = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        loops.add(cluster.commands().startTimed(CHUNK / PROCESSES, command));
      }
      loops.forEach(cluster.commands()::millis);
    }
    cluster
        .commands()
        .need("squeue", "-h", "-n", queue.jobs().name(), "-o", "%i")
        .lines()
        .forEach(id -> queue.acknowledged().add(Long.parseLong(id)));
  }

  private void tell(int done, int depth, Stopwatch watch) {
    progress.step(
        "filling the queue: %,d of %,d jobs, %.0f per second"
            .formatted(done, depth, done / watch.seconds()));
  }
}
