package org.headrace.bench.internal.deep;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.emulated.NodeShape;
import org.headrace.bench.internal.measure.Bench;
import org.headrace.bench.internal.measure.Turns;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.Stopwatch;

/**
 * Whole workload managers before full machines, with a deep queue: passes, submissions and queries.
 */
public final class DeepQueue {
  private static final int PROCESS_JOBS = 400;
  private static final int CONNECTION_JOBS = 4_000;

  /** A sample of submissions is at most this part of the depth. */
  private static final int SAMPLES = 4;

  private static final int QUERIES = 10;
  private static final double PASS_SECONDS = 300;
  private static final long POLL_MILLIS = 500;

  private final Bench bench;
  private final NodeShape shape;
  private final String partition;
  private final int depth;
  private final Map<Cluster, DeepJobs> jobs = new HashMap<>();

  /** One for all, since what has failed once is left out of the rest. */
  private final Turns turns;

  private final List<Result> results = new ArrayList<>();

  /**
   * @param shape the nodes of each cluster
   * @param partition partition with these nodes, of the same name in each cluster
   * @param depth pending jobs
   */
  public DeepQueue(Bench bench, NodeShape shape, String partition, int depth) {
    this.bench = bench;
    this.shape = shape;
    this.partition = partition;
    this.depth = depth;
    turns = new Turns(bench, "deep");
  }

  /** Measures, and leaves the clusters as they were. */
  public List<Result> run() throws IOException {
    for (Cluster cluster : bench.clusters()) {
      jobs.put(cluster, new DeepJobs(cluster, shape, partition, bench.progress()));
    }
    try {
      turns.rounds(1, cluster -> jobs.get(cluster).fill());
      submissions("empty");
      turns.rounds(1, cluster -> jobs.get(cluster).deepen(depth));
      passes();
      queries();
      submissions("deep");
      return results;
    } finally {
      jobs.values().forEach(DeepJobs::remove);
    }
  }

  private String size() {
    return "%,d nodes, %,d pending jobs (%s)".formatted(shape.count(), depth, JobMix.description());
  }

  /** Few enough that a queue that was empty before is not deep after. */
  private int sample(int most) {
    return Math.min(most, depth / SAMPLES);
  }

  private void submissions(String when) {
    String queue = when.equals("empty") ? "from no pending job on" : "at " + size();
    int count = sample(PROCESS_JOBS);
    String name = "deep.submit_" + when;
    turns.rounds(1, cluster -> turns.add(name, cluster, jobs.get(cluster).byProcesses(count)));
    String how = count + " by sbatch, 8 at a time, ";
    results.add(turns.result(name, "jobs/s", Better.MORE, how + queue));
    for (int connections : new int[] {1, 8}) {
      connected(name + "_c" + connections, connections, queue);
    }
  }

  private void connected(String name, int connections, String queue) {
    int count = sample(CONNECTION_JOBS);
    turns.rounds(
        1,
        cluster -> {
          if (cluster.socket().isPresent()) { // The real Slurm's commands keep no connection.
            turns.add(name, cluster, jobs.get(cluster).byConnections(connections, count));
          }
        });
    String how = "%,d requests over %d connections, each answered before the next, ";
    results.add(
        turns.result(name, "jobs/s", Better.MORE, how.formatted(count, connections) + queue));
  }

  /** Each waits for what a submission and the clock of its cluster start by themselves. */
  private void passes() {
    turns.rounds(
        Math.min(3, bench.options().rounds()),
        cluster -> {
          Diagnosis pass = nextPass(cluster);
          turns.add("deep.pass", cluster, pass.micros() / 1e3);
          turns.add("deep.considered", cluster, pass.depth());
          turns.add("deep.pass_job", cluster, (double) pass.micros() / Math.max(1, pass.depth()));
        });
    String how = "sdiag, backfill, first pass after a reset and a submission, " + size();
    results.add(turns.result("deep.pass", "ms", Better.LESS, how));
    results.add(turns.result("deep.considered", "jobs", Better.MORE, how));
    results.add(turns.result("deep.pass_job", "µs/job", Better.LESS, how));
  }

  private Diagnosis nextPass(Cluster cluster) throws IOException {
    cluster.commands().need("sdiag", "--reset");
    jobs.get(cluster).byProcesses(1);
    Stopwatch waiting = Stopwatch.start();
    Diagnosis now = Diagnosis.of(cluster);
    while (now.cycles() == 0 || now.depth() == 0) {
      if (waiting.seconds() > PASS_SECONDS) {
        throw new BenchException(
            "no backfill pass within %.0f s, says sdiag".formatted(PASS_SECONDS));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted", e);
      }
      now = Diagnosis.of(cluster);
    }
    return now;
  }

  private void queries() {
    turns.rounds(
        2,
        cluster -> {
          String id = jobs.get(cluster).oneThatWaits();
          turns.add(
              "deep.squeue_job", cluster, cluster.commands().timed(QUERIES, "squeue", "-j", id));
          turns.add("deep.squeue", cluster, cluster.commands().timed(QUERIES / 2, "squeue"));
          turns.add("deep.sinfo", cluster, cluster.commands().timed(QUERIES / 2, "sinfo"));
        });
    String how = "fork+exec to exit, " + size();
    results.add(turns.result("deep.squeue_job", "ms", Better.LESS, "squeue -j ID, " + how));
    results.add(turns.result("deep.squeue", "ms", Better.LESS, "squeue, " + how));
    results.add(turns.result("deep.sinfo", "ms", Better.LESS, "sinfo, " + how));
  }
}
