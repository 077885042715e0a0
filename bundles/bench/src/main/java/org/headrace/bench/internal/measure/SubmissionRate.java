package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.Commands.Running;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.Stopwatch;

/** Jobs that a cluster acknowledges per second, by processes and by persistent connections. */
public final class SubmissionRate implements Measure {
  private static final int AT_ONCE = 8;
  private static final String NO_SOCKET =
      "no persistent connections by its commands; compare submit.at_once";

  @Override
  public String name() {
    return "submit";
  }

  @Override
  public String purpose() {
    return "submissions per second: sbatch in sequence, 8 at once, 1 and 8 connections";
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    int rounds = bench.options().rounds();
    int processes = bench.options().quick() ? 80 : 240;
    int calls = bench.options().quick() ? 400 : 4_000;
    Map<Cluster, NoOpJobs> jobs = new HashMap<>();
    for (Cluster cluster : bench.clusters()) {
      jobs.put(cluster, new NoOpJobs(cluster));
    }
    List<Result> results = new ArrayList<>();
    String held = " held jobs per round (" + NoOpJobs.REQUEST + "), queue emptied between rounds";
    results.add(
        rate(
            bench,
            "submit.sequential",
            processes + held,
            rounds,
            jobs,
            false,
            cluster -> byProcesses(cluster, jobs.get(cluster), processes, 1)));
    results.add(
        rate(
            bench,
            "submit.at_once",
            AT_ONCE + " sbatch processes at once, " + processes + held,
            rounds,
            jobs,
            false,
            cluster -> byProcesses(cluster, jobs.get(cluster), processes, AT_ONCE)));
    for (int connections : new int[] {1, AT_ONCE}) {
      results.add(
          rate(
              bench,
              "submit.connections_" + connections,
              "each answered before the next, " + calls + held,
              rounds,
              jobs,
              true,
              cluster -> byConnections(jobs.get(cluster), calls, connections)));
    }
    return results;
  }

  /** Gives how many jobs were acknowledged per second. */
  @FunctionalInterface
  private interface Submission {
    double perSecond(Cluster cluster) throws IOException;
  }

  private static Result rate(
      Bench bench,
      String name,
      String conditions,
      int rounds,
      Map<Cluster, NoOpJobs> jobs,
      boolean needsSocket,
      Submission submission) {
    Turns turns = new Turns(bench, name);
    bench.clusters().stream()
        .filter(cluster -> needsSocket && cluster.socket().isEmpty())
        .forEach(cluster -> turns.skip(cluster, NO_SOCKET));
    turns.rounds(1, submission::perSecond);
    turns.rounds(
        rounds,
        cluster -> {
          jobs.get(cluster).cancel();
          turns.add(name, cluster, submission.perSecond(cluster));
        });
    turns.rounds(1, cluster -> jobs.get(cluster).cancel());
    return turns.result(name, "jobs/s", Better.MORE, conditions + ", one round to warm up");
  }

  private static double byProcesses(Cluster cluster, NoOpJobs jobs, int count, int atOnce) {
    Stopwatch watch = Stopwatch.start();
    List<Running> loops = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      loops.add(cluster.commands().startTimed(count / atOnce, jobs.command("-H")));
    }
    loops.forEach(cluster.commands()::millis);
    return count / atOnce * atOnce / watch.seconds();
  }

  private static double byConnections(NoOpJobs jobs, int count, int connections)
      throws IOException {
    Stopwatch watch = Stopwatch.start();
    int submitted = Submissions.byConnections(jobs, connections, count, id -> {});
    return submitted / watch.seconds();
  }
}
