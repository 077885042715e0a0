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
    int processes = bench.options().quick() ? 80 : 240;
    int calls = bench.options().quick() ? 400 : 4_000;
    List<Result> results = new ArrayList<>();
    for (int atOnce : new int[] {1, AT_ONCE}) {
      String name = atOnce == 1 ? "submit.sequential" : "submit.at_once";
      String how = "%d sbatch processes, %d at a time".formatted(processes, atOnce);
      Submission submission = (cluster, jobs) -> byProcesses(cluster, jobs, processes, atOnce);
      results.add(rate(bench, new Turns(bench, name), name, how, submission));
    }
    for (int connections : new int[] {1, AT_ONCE}) {
      String name = "submit.connections_" + connections;
      String how = "%,d jobs by sbatch requests, each answered before the next".formatted(calls);
      Turns turns = new Turns(bench, name);
      Submission submission =
          (cluster, jobs) -> {
            if (cluster.socket().isPresent()) {
              return byConnections(jobs, calls, connections);
            }
            turns.note(cluster, connections + " sbatch at a time: its commands keep no connection");
            return byProcesses(cluster, jobs, processes, connections);
          };
      results.add(rate(bench, turns, name, how, submission));
    }
    return results;
  }

  /** Gives how many jobs were acknowledged per second. */
  @FunctionalInterface
  private interface Submission {
    double perSecond(Cluster cluster, NoOpJobs jobs) throws IOException;
  }

  private static Result rate(
      Bench bench, Turns turns, String name, String how, Submission submission) {
    Map<Cluster, NoOpJobs> jobs = new HashMap<>();
    turns.rounds(
        1,
        cluster -> {
          jobs.put(cluster, new NoOpJobs(cluster));
          submission.perSecond(cluster, jobs.get(cluster));
        });
    turns.rounds(
        bench.options().rounds(),
        cluster -> {
          jobs.get(cluster).cancel();
          turns.add(name, cluster, submission.perSecond(cluster, jobs.get(cluster)));
        });
    turns.rounds(1, cluster -> jobs.get(cluster).cancel());
    return turns.result(
        name,
        "jobs/s",
        Better.MORE,
        how + ", held (" + NoOpJobs.REQUEST + "), removed between rounds, one round to warm up");
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
