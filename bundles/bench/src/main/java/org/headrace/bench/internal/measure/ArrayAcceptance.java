package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.List;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;

/** How long sbatch takes for one large array. */
public final class ArrayAcceptance implements Measure {
  private static final int TASKS = 100_000;

  @Override
  public String name() {
    return "array";
  }

  @Override
  public String purpose() {
    return "time until sbatch has the id of an array of 100,000 tasks";
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    Turns turns = new Turns(bench, name());
    for (Cluster cluster : bench.clusters()) {
      if (cluster.largestArray() < TASKS) {
        turns.skip(cluster, "MaxArraySize allows " + cluster.largestArray() + " tasks only");
      }
    }
    String range = "--array=0-" + (TASKS - 1);
    turns.rounds(1, cluster -> accept(cluster, range));
    turns.rounds(
        Math.max(bench.options().rounds(), 3),
        cluster -> turns.add(name(), cluster, accept(cluster, range)));
    return List.of(
        turns.result(
            name(),
            "ms",
            Better.LESS,
            "sbatch -H " + range + ", fork+exec to exit, queue emptied between rounds"));
  }

  private static List<Double> accept(Cluster cluster, String range) throws IOException {
    NoOpJobs jobs = new NoOpJobs(cluster);
    List<Double> millis = cluster.commands().timed(1, jobs.command("-H", range));
    jobs.cancel();
    return millis;
  }
}
