package org.headrace.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.headrace.control.command.Outcome;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.Samples;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures of a controller without its commands and without real processes; they are printed. */
@Tag("bench")
class ControllerFiguresTest {
  @TempDir Path directory;

  private static void print(String format, Object... values) {
    System.out.println("figure: " + String.format(Locale.ROOT, format, values));
  }

  private static void accepted(Outcome outcome) {
    if (!(outcome instanceof Outcome.JobAccepted)) {
      throw new AssertionError(outcome.toString());
    }
  }

  /** Each thread submits the next job when the one before is answered. */
  private static double submissionsPerSecond(Cluster cluster, int threads, int each)
      throws InterruptedException {
    List<Thread> workers = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < threads; i++) {
      Thread worker =
          new Thread(
              () -> {
                for (int n = 0; n < each; n++) {
                  accepted(cluster.execute(Samples.submission(), Samples.ANNA).join());
                }
              });
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) {
      worker.join();
    }
    return threads * each / ((System.nanoTime() - start) / 1e9);
  }

  /** Submits without waiting for each answer, a few thousand at a time. */
  private static void submitMany(Cluster cluster, int count) throws InterruptedException {
    Semaphore window = new Semaphore(5_000);
    for (int i = 0; i < count; i++) {
      window.acquire();
      CompletableFuture<Outcome> answer = cluster.execute(Samples.submission(), Samples.ANNA);
      answer.thenAccept(
          outcome -> {
            accepted(outcome);
            window.release();
          });
    }
    window.acquire(5_000);
  }

  @Test
  void submissions() throws Exception {
    Cluster cluster = new Cluster(directory);
    cluster.startController();
    try (cluster) {
      submissionsPerSecond(cluster, 1, 2_000);
      print("submissions/s, 1 thread: %.0f", submissionsPerSecond(cluster, 1, 5_000));
      print("submissions/s, 8 threads: %.0f", submissionsPerSecond(cluster, 8, 2_500));
      long start = System.nanoTime();
      submitMany(cluster, 20_000);
      print("submissions/s, pipelined: %.0f", 20_000 / ((System.nanoTime() - start) / 1e9));
    }
  }

  @Test
  void jobsExecuted() throws Exception {
    try (Cluster cluster = Cluster.up(directory)) {
      submitMany(cluster, 1_000);
      Await.until("warm", 120, () -> cluster.completed() == 1_000);
      long start = System.nanoTime();
      submitMany(cluster, 5_000);
      Await.until("all have ended", 300, () -> cluster.agent.released() == 6_000);
      print("jobs executed/s, fake agent: %.0f", 5_000 / ((System.nanoTime() - start) / 1e9));
      var cycles = cluster.controller.diagnostics();
      print(
          "planning: %d cycles, %d us mean, %d us worst",
          cycles.cycles(), cycles.totalCycle() / Math.max(1, cycles.cycles()), cycles.maxCycle());
    }
  }

  @Test
  void restart() throws Exception {
    int count = Integer.getInteger("headrace.figures.jobs", 100_000);
    Cluster cluster = new Cluster(directory);
    cluster.startController();
    try (cluster) {
      long start = System.nanoTime();
      submitMany(cluster, count);
      print("%d submissions in %.1f s", count, (System.nanoTime() - start) / 1e9);
      for (int i = 0; i < 3; i++) {
        print("restart from the log, %d jobs: %d ms", count, restarted(cluster, "log" + i, count));
      }
      cluster.takeSnapshot();
      for (int i = 0; i < 3; i++) {
        print(
            "restart from a snapshot, %d jobs: %d ms",
            count, restarted(cluster, "snapshot" + i, count));
      }
    }
  }

  private long restarted(Cluster cluster, String scratch, int count) throws Exception {
    cluster.kill(directory.resolve(scratch));
    long start = System.nanoTime();
    cluster.startController();
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertThat(cluster.controller.snapshot().jobCount()).isEqualTo(count);
    return millis;
  }

  @Test
  void idle() throws Exception {
    try (Cluster cluster = Cluster.up(directory)) {
      cluster.awaitState(cluster.submit(), org.headrace.api.job.JobState.COMPLETED);
      LockSupport.parkNanos(5_000_000_000L);
      Map<Long, Long> before = cpu();
      long start = System.nanoTime();
      LockSupport.parkNanos(10_000_000_000L);
      double wall = System.nanoTime() - start;
      Map<Long, Long> after = cpu();
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      double total = 0;
      double agent = 0;
      for (Map.Entry<Long, Long> entry : after.entrySet()) {
        double share = 100 * (entry.getValue() - before.getOrDefault(entry.getKey(), 0L)) / wall;
        ThreadInfo info = threads.getThreadInfo(entry.getKey());
        if (info != null && share > 0.005) {
          print("idle: %5.2f %% %s", share, info.getThreadName());
        }
        boolean agents = info != null && info.getThreadName().equals("controller-link");
        agent += agents ? share : 0;
        total += agents ? 0 : share;
      }
      print("idle: %.2f %% of a core in the controller, %.2f %% in the agent", total, agent);
    }
  }

  private static Map<Long, Long> cpu() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Long, Long> cpu = new HashMap<>();
    for (long id : threads.getAllThreadIds()) {
      cpu.put(id, Math.max(0, threads.getThreadCpuTime(id)));
    }
    return cpu;
  }
}
