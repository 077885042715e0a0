package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.ProcFiles;
import org.headrace.bench.internal.stat.Stopwatch;

/** What the daemons use while there is nothing to do; all clusters in the same seconds. */
public final class IdleCpu implements Measure {
  private static final int SETTLE_SECONDS = 5;

  @Override
  public String name() {
    return "idle";
  }

  @Override
  public String purpose() {
    return "CPU use of controller and node daemon with nothing to do";
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    int seconds = bench.options().quick() ? 5 : 20;
    bench.progress().tell("idle: " + (SETTLE_SECONDS + seconds) + " s of silence");
    NoOpJobs.pause(SETTLE_SECONDS * 1000L);
    Turns turns = new Turns(bench, name());
    Map<Cluster, Double> controllers = new HashMap<>();
    Map<Cluster, Double> agents = new HashMap<>();
    Map<Cluster, Stopwatch> watches = new HashMap<>();
    turns.rounds(
        1,
        cluster -> {
          long controller = cluster.controllerPid();
          List<Long> nodes = cluster.agentPids();
          watches.put(cluster, Stopwatch.start());
          controllers.put(cluster, ProcFiles.processCpuSeconds(controller));
          agents.put(cluster, cpu(nodes));
        });
    NoOpJobs.pause(seconds * 1000L);
    turns.rounds(
        1,
        cluster -> {
          double passed = watches.get(cluster).seconds();
          double used =
              ProcFiles.processCpuSeconds(cluster.controllerPid()) - controllers.get(cluster);
          turns.add("idle.controller", cluster, used / passed * 100);
          List<Long> nodes = cluster.agentPids();
          if (!nodes.isEmpty()) {
            double each = (cpu(nodes) - agents.get(cluster)) / nodes.size();
            turns.add("idle.agent", cluster, each / passed * 100);
          }
        });
    String conditions = "user and system time over " + seconds + " s of /proc/PID/stat, no jobs";
    return List.of(
        turns.result("idle.controller", "% of a core", Better.LESS, conditions),
        turns.result("idle.agent", "% of a core", Better.LESS, conditions + ", mean of the nodes"));
  }

  private static double cpu(List<Long> pids) throws IOException {
    double sum = 0;
    for (long pid : pids) {
      sum += ProcFiles.processCpuSeconds(pid);
    }
    return sum;
  }
}
