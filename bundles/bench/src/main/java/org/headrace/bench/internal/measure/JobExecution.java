package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.cluster.Commands.Running;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.ProcFiles;
import org.headrace.bench.internal.stat.Stopwatch;

/** Jobs that really run per second, and what each costs the machine. */
public final class JobExecution implements Measure {
  private static final int SUBMITTERS = 4;
  private static final double SECONDS_PER_JOB = 0.5;
  private static final double ACCOUNTING_SECONDS = 60;
  private static final long POLL_MILLIS = 200;

  @Override
  public String name() {
    return "execute";
  }

  @Override
  public String purpose() {
    return "no-op jobs executed per second and CPU for each, as single jobs and as an array";
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    int warmUp = Math.max(1, bench.options().jobs() / SUBMITTERS / SUBMITTERS) * SUBMITTERS;
    int count = bench.options().jobs() / SUBMITTERS * SUBMITTERS;
    int rounds = Math.min(3, bench.options().rounds());
    Turns singles = new Turns(bench, "execute.single");
    singles.rounds(1, cluster -> execute(cluster, singles, "warm-up", warmUp, false));
    singles.rounds(rounds, cluster -> execute(cluster, singles, "single", count, false));
    Turns arrays = new Turns(bench, "execute.array");
    arrays.rounds(rounds, cluster -> execute(cluster, arrays, "array", count, true));
    String how =
        "%d rounds of %d real processes (%s), accounting on and checked, from the first sbatch to"
                .formatted(rounds, count, NoOpJobs.REQUEST)
            + " an empty queue";
    String cpu = "busy CPU time of the whole machine in that time, all daemons and clients";
    return List.of(
            singles.result("single.rate", "jobs/s", Better.MORE, how + ", 4 sbatch at once"),
            singles.result("single.cpu", "CPU-ms/job", Better.LESS, cpu),
            arrays.result("array.rate", "jobs/s", Better.MORE, how + ", one array"),
            arrays.result("array.cpu", "CPU-ms/job", Better.LESS, cpu))
        .stream()
        .map(JobExecution::named)
        .toList();
  }

  private static Result named(Result result) {
    return new Result(
        "execute." + result.name(),
        result.unit(),
        result.better(),
        result.conditions(),
        result.figures());
  }

  private static void execute(Cluster cluster, Turns turns, String name, int count, boolean array)
      throws IOException {
    NoOpJobs jobs = new NoOpJobs(cluster);
    double cpu = ProcFiles.machineCpuSeconds();
    Stopwatch watch = Stopwatch.start();
    if (array) {
      cluster.commands().need(jobs.command("--array=1-" + count));
    } else {
      submit(cluster, jobs, count);
    }
    try {
      jobs.awaitEnd(10 + count * SECONDS_PER_JOB);
    } catch (BenchException e) {
      // What never ran must not stand in the way of the next measure.
      cluster.commands().run("scancel", "-n", jobs.name());
      throw e;
    }
    double seconds = watch.seconds();
    turns.add(name + ".rate", cluster, count / seconds);
    turns.add(name + ".cpu", cluster, (ProcFiles.machineCpuSeconds() - cpu) * 1000 / count);
    awaitAccounting(cluster, jobs, count);
  }

  private static void submit(Cluster cluster, NoOpJobs jobs, int count) {
    List<Running> loops = new ArrayList<>();
    for (int i = 0; i < SUBMITTERS; i++) {
      loops.add(cluster.commands().startTimed(count / SUBMITTERS, jobs.command()));
    }
    loops.forEach(cluster.commands()::millis);
  }

  /** A job that accounting doesn't know as completed was not executed, whatever the queue says. */
  private static void awaitAccounting(Cluster cluster, NoOpJobs jobs, int count) {
    Stopwatch waiting = Stopwatch.start();
    while (true) {
      List<String> states =
          cluster
              .commands()
              .need("sacct", "-n", "-P", "-X", "--name", jobs.name(), "-o", "State")
              .lines();
      long completed = states.stream().filter(state -> state.equals("COMPLETED")).count();
      if (completed == count) {
        return;
      }
      if (waiting.seconds() > ACCOUNTING_SECONDS) {
        throw new BenchException(
            "sacct knows %d of %d jobs as COMPLETED; states: %s"
                .formatted(completed, count, states.stream().distinct().toList()));
      }
      NoOpJobs.pause(POLL_MILLIS);
    }
  }
}
