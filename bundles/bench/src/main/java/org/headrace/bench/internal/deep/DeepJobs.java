package org.headrace.bench.internal.deep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Progress;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.emulated.EmulatedCluster;
import org.headrace.bench.internal.emulated.NodeShape;
import org.headrace.bench.internal.stat.Stopwatch;
import org.headrace.bench.internal.wire.Submitter;

/** The jobs of one cluster: those that fill its nodes, and those that wait. For one thread. */
final class DeepJobs {
  private static final int MOST_ALLOCATIONS = 100;
  private static final int FIRST_END_MINUTES = 60;
  private static final int END_STEP_MINUTES = 7;
  private static final int AT_ONCE = 8;
  private static final int TOLD = 1_000;

  /** More are put into the state of a controller that is stopped for it. */
  private static final int MOST_REQUESTS = 200_000;

  private final Cluster cluster;
  private final String name = "deep" + ProcessHandle.current().pid();
  private final String partition;
  private final NodeShape shape;
  private final JobMix mix;
  private final Progress progress;
  private int submitted;

  DeepJobs(Cluster cluster, NodeShape shape, String partition, Progress progress)
      throws IOException {
    this.cluster = cluster;
    this.shape = shape;
    this.partition = partition;
    this.progress = progress;
    Path script = cluster.commands().workingDirectory().resolve("deep.sh");
    Files.writeString(script, "#!/bin/sh\nexit 0\n", StandardCharsets.US_ASCII);
    mix = new JobMix(shape, partition, name, script.toString());
  }

  /** How many jobs wait. */
  int depth() {
    return submitted;
  }

  /** Takes all nodes by allocations that end one after the other, in the far future. */
  void fill() {
    int width = (shape.count() + MOST_ALLOCATIONS - 1) / MOST_ALLOCATIONS;
    int minutes = FIRST_END_MINUTES;
    for (int left = shape.count(); left > 0; left -= width) {
      String nodes = Integer.toString(Math.min(width, left));
      cluster
          .commands()
          .need(
              "salloc",
              "-J",
              name,
              "--no-shell",
              "-p",
              partition,
              "-N",
              nodes,
              "--exclusive",
              "-t",
              Integer.toString(minutes));
      minutes += END_STEP_MINUTES;
      progress.step(cluster.label() + ": " + left + " nodes to fill");
    }
  }

  /** Submits more by processes, several at a time; gives how many were taken per second. */
  double byProcesses(int count) throws IOException {
    return submit(count, () -> this::byLoop);
  }

  /** The same over connections that stay, each submission answered before the next. */
  double byConnections(int connections, int count) throws IOException {
    Path socket = cluster.socket().orElseThrow();
    return submit(
        connections,
        count,
        () -> {
          Submitter submitter =
              Submitter.connect(
                  socket,
                  cluster.commands().workingDirectory(),
                  cluster.commands().environment(),
                  mix.job(0));
          return new Way() {
            @Override
            public void submit(int first, int end) throws IOException {
              for (int i = first; i < end; i++) {
                submitter.submit(mix.job(i));
              }
            }

            @Override
            public void close() throws IOException {
              submitter.close();
            }
          };
        });
  }

  /** Up to the given depth by whichever way is quickest. */
  void deepen(int depth) throws IOException {
    int missing = depth - submitted;
    if (missing > MOST_REQUESTS && cluster instanceof EmulatedCluster emulated) {
      emulated.stock(missing);
      submitted = depth;
    } else if (missing > 0 && cluster.socket().isPresent()) {
      byConnections(AT_ONCE, missing);
    } else if (missing > 0) {
      byProcesses(missing);
    }
  }

  private void byLoop(int first, int end) {
    List<String> command = new ArrayList<>(List.of("sbatch"));
    command.addAll(mix.job(first));
    cluster.commands().timed(end - first, command.toArray(String[]::new));
  }

  /** One way to submit jobs; for one thread. */
  private interface Way extends AutoCloseable {
    /** Jobs of these numbers, all of one kind. */
    void submit(int first, int end) throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /** Opens a way. */
  private interface Opener {
    Way open() throws IOException;
  }

  private double submit(int count, Opener opener) throws IOException {
    return submit(AT_ONCE, count, opener);
  }

  private double submit(int threads, int count, Opener opener) throws IOException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    AtomicInteger next = new AtomicInteger(submitted);
    int last = submitted + count;
    Stopwatch watch = Stopwatch.start();
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(() -> work(next, last, opener)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof BenchException refused) {
        throw refused;
      }
      throw new IOException(cluster.label() + ": " + e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
    submitted = last;
    return count / watch.seconds();
  }

  private Void work(AtomicInteger next, int last, Opener opener) throws IOException {
    try (Way way = opener.open()) {
      for (int at = next.getAndAdd(JobMix.ALIKE); at < last; at = next.getAndAdd(JobMix.ALIKE)) {
        way.submit(at, Math.min(last, at + JobMix.ALIKE));
        if (at % TOLD == 0) {
          progress.step("%s: %,d of %,d jobs wait".formatted(cluster.label(), at, last));
        }
      }
      return null;
    }
  }

  /** The id of one that waits. */
  String oneThatWaits() {
    List<String> ids =
        cluster.commands().need("squeue", "-h", "-n", name, "-t", "PD", "-o", "%i").lines();
    if (ids.isEmpty()) {
      throw new BenchException("no job waits in " + cluster.label() + ": its nodes aren't full");
    }
    return ids.get(ids.size() / 2);
  }

  /** Removes all of them, unless the cluster is to go. */
  void remove() {
    if (cluster instanceof EmulatedCluster) {
      return;
    }
    cluster.commands().run("scancel", "-n", name);
  }
}
