package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.Samples;
import org.headrace.bench.internal.wire.Submitter;

/** How long a user waits for a command: from the fork to the exit of the real client. */
public final class CommandLatency implements Measure {
  private static final int QUEUED = 20;

  /** Submissions come last, since the others read the queue. */
  private static final List<String> COMMANDS =
      List.of("squeue", "sinfo", "scontrol_show_job", "sbatch");

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String purpose() {
    return "squeue, sinfo, scontrol show job and sbatch, each as a process of its own";
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    int runs = bench.options().quick() ? 20 : 40;
    int warmUp = bench.options().quick() ? 20 : 200;
    Map<Cluster, NoOpJobs> jobs = new HashMap<>();
    Map<Cluster, String> lastJob = new HashMap<>();
    for (Cluster cluster : bench.clusters()) {
      jobs.put(cluster, new NoOpJobs(cluster));
    }
    Turns turns = new Turns(bench, name());
    turns.rounds(1, cluster -> lastJob.put(cluster, fillQueue(cluster, jobs.get(cluster))));
    // Command by command, so that what is compared is measured side by side.
    for (String name : COMMANDS) {
      Map<Cluster, String[]> lines = new HashMap<>();
      for (Cluster cluster : lastJob.keySet()) {
        lines.put(cluster, line(name, jobs.get(cluster), lastJob.get(cluster)));
      }
      turns.rounds(1, cluster -> cluster.commands().timed(warmUp, lines.get(cluster)));
      turns.rounds(
          bench.options().rounds(),
          cluster ->
              turns.add(
                  "latency." + name, cluster, cluster.commands().timed(runs, lines.get(cluster))));
    }
    double floor = Samples.of(bench.clusters().get(0).commands().timed(runs, "/bin/true")).median();
    turns.rounds(1, cluster -> jobs.get(cluster).cancel());
    String conditions =
        "%d rounds of %d runs after %d to warm up, fork+exec to exit (%.2f ms of it for /bin/true), "
            .formatted(bench.options().rounds(), runs, warmUp, floor);
    List<Result> results = new ArrayList<>();
    for (String name : COMMANDS) {
      String queue = name.equals("sbatch") ? "held jobs" : QUEUED + " held jobs in the queue";
      results.add(turns.result("latency." + name, "ms", Better.LESS, conditions + queue));
    }
    return results;
  }

  /** Gives the id of the last job. */
  private static String fillQueue(Cluster cluster, NoOpJobs jobs) {
    long id = 0;
    for (int i = 0; i < QUEUED; i++) {
      id = Submitter.jobId(cluster.commands().need(jobs.command("-H", "--parsable")).out());
    }
    return Long.toString(id);
  }

  private static String[] line(String name, NoOpJobs jobs, String job) {
    return switch (name) {
      case "squeue" -> new String[] {"squeue"};
      case "sinfo" -> new String[] {"sinfo"};
      case "scontrol_show_job" -> new String[] {"scontrol", "show", "job", job};
      default -> jobs.command("-H");
    };
  }
}
