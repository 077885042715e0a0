package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.ProcFiles;

/** Resident memory of the daemons, with an empty queue and for each pending job. */
public final class ResidentMemory implements Measure {
  private static final int SETTLE_MILLIS = 3_000;
  private static final double KIB_PER_MIB = 1024;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String purpose() {
    return "resident memory of controller and node daemon, empty and per pending job";
  }

  @Override
  public boolean disposable() {
    return true;
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    Turns turns = new Turns(bench, name());
    NoOpJobs.pause(SETTLE_MILLIS);
    turns.rounds(1, cluster -> measure(bench, cluster, turns));
    String pss = "Pss of /proc/PID/smaps_rollup";
    String depth =
        "%s after minus before %,d held jobs (slurm: %,d)"
            .formatted(pss, bench.options().pending(), bench.options().peerPending());
    List<Result> results = new ArrayList<>();
    results.add(turns.result("memory.controller", "MiB", Better.LESS, pss + ", as started"));
    results.add(
        turns.result("memory.agent", "MiB", Better.LESS, pss + ", as started, mean of the nodes"));
    results.add(
        turns.result("memory.pending_job", "KiB/job", Better.LESS, depth + ", as it stands"));
    String collected = ", each after a collection of garbage where there is a collector";
    results.add(turns.result("memory.pending_job_gc", "KiB/job", Better.LESS, depth + collected));
    results.add(
        turns.result(
            "memory.pending_job_anon",
            "KiB/job",
            Better.LESS,
            "the same, Pss_Anon only: without pages of mapped files" + collected));
    return results;
  }

  private static void measure(Bench bench, Cluster cluster, Turns turns) throws IOException {
    long controller = cluster.controllerPid();
    List<Long> agents = cluster.agentPids();
    turns.add("memory.controller", cluster, ProcFiles.residentKib(controller) / KIB_PER_MIB);
    if (!agents.isEmpty()) {
      double sum = 0;
      for (long agent : agents) {
        sum += ProcFiles.residentKib(agent);
      }
      turns.add("memory.agent", cluster, sum / agents.size() / KIB_PER_MIB);
    }
    if (bench.queues().isFilled(cluster)) {
      return;
    }
    long before = ProcFiles.residentKib(controller);
    collectGarbage(cluster, controller);
    long collectedBefore = ProcFiles.residentKib(controller);
    long anonymousBefore = ProcFiles.anonymousKib(controller);
    double jobs = bench.queues().fill(cluster).acknowledged().size();
    NoOpJobs.pause(SETTLE_MILLIS);
    double after = ProcFiles.residentKib(controller);
    collectGarbage(cluster, controller);
    double collectedAfter = ProcFiles.residentKib(controller);
    double anonymousAfter = ProcFiles.anonymousKib(controller);
    turns.add("memory.pending_job", cluster, (after - before) / jobs);
    turns.add("memory.pending_job_gc", cluster, (collectedAfter - collectedBefore) / jobs);
    turns.add("memory.pending_job_anon", cluster, (anonymousAfter - anonymousBefore) / jobs);
  }

  /** Heap that nobody uses any more is no cost of a job. */
  private static void collectGarbage(Cluster cluster, long pid) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (cluster.socket().isPresent() && Files.isExecutable(jcmd)) {
      cluster.commands().need(jcmd.toString(), Long.toString(pid), "GC.run");
    }
  }
}
