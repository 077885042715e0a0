package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.measure.PendingQueues.Queue;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.Stopwatch;
import org.headrace.bench.internal.wire.Submitter;

/**
 * Kills the controller while jobs are submitted, starts it again, and counts what it still knows of
 * the jobs whose ids clients were given.
 */
public final class CrashRecovery implements Measure {
  private static final long SUBMIT_MILLIS = 3_000;
  private static final double ANSWER_SECONDS = 120;
  private static final long DEATH_SECONDS = 20;
  private static final int NEW_JOBS = 20;

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String purpose() {
    return "kill -9 of the controller under submissions: time to answer again, jobs lost";
  }

  @Override
  public boolean disposable() {
    return true;
  }

  @Override
  public List<Result> run(Bench bench) throws IOException {
    Turns turns = new Turns(bench, name());
    for (Cluster cluster : bench.clusters()) {
      if (!cluster.canStartController()) {
        turns.skip(cluster, "--peer-start CMD says how to start its controller again");
      }
    }
    turns.rounds(1, cluster -> bench.queues().fill(cluster));
    int rounds = Math.min(3, bench.options().rounds());
    turns.rounds(rounds, cluster -> crash(cluster, bench.queues().fill(cluster), turns));
    String conditions =
        "kill -9 after %d s of submissions one after the other, %,d held jobs (slurm: %,d), %d kills"
            .formatted(
                SUBMIT_MILLIS / 1000,
                bench.options().pending(),
                bench.options().peerPending(),
                rounds);
    return List.of(
        turns.result(
            "restart.answers",
            "s",
            Better.LESS,
            conditions + ", from the start of the daemon to the first sinfo that succeeds"),
        turns.result(
            "restart.lost",
            "jobs",
            Better.LESS,
            conditions + ", acknowledged ids that squeue no longer knows"),
        turns.result(
            "restart.ids_reused",
            "jobs",
            Better.LESS,
            "of "
                + NEW_JOBS
                + " jobs submitted after it, those with an id that another was given"));
  }

  private static void crash(Cluster cluster, Queue queue, Turns turns) throws IOException {
    try (SteadySubmission steady = SteadySubmission.start(cluster, queue.jobs())) {
      NoOpJobs.pause(SUBMIT_MILLIS);
      kill(cluster.controllerPid());
      queue.acknowledged().addAll(steady.acknowledged());
    }
    Stopwatch watch = Stopwatch.start();
    cluster.startController();
    FirstAnswer.await(cluster, ANSWER_SECONDS);
    turns.add("restart.answers", cluster, watch.seconds());
    Set<Long> known = new HashSet<>();
    cluster
        .commands()
        .need("squeue", "-h", "-n", queue.jobs().name(), "-o", "%i")
        .lines()
        .forEach(id -> known.add(Long.parseLong(id)));
    Set<Long> lost = new TreeSet<>(queue.acknowledged());
    lost.removeAll(known);
    turns.add("restart.lost", cluster, lost.size());
    double reused = 0;
    for (int i = 0; i < NEW_JOBS; i++) {
      String[] command = queue.jobs().command("-H", "--parsable");
      long id = Submitter.jobId(cluster.commands().need(command).out());
      reused += queue.acknowledged().add(id) ? 0 : 1;
    }
    turns.add("restart.ids_reused", cluster, reused);
    // What is lost once would count again in the next round.
    queue.acknowledged().removeAll(lost);
  }

  private static void kill(long pid) {
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(() -> new BenchException("there is no controller with pid " + pid));
    process.destroyForcibly();
    try {
      process.onExit().get(DEATH_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("controller " + pid + " did not die of SIGKILL", e);
    }
  }
}
