package org.headrace.sim.internal.trace;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.sim.internal.Cluster;
import org.headrace.sim.internal.InstantNodes;
import org.headrace.sim.internal.Plugins;
import org.headrace.sim.internal.SimException;
import org.headrace.sim.internal.SimulatedMachine;

/**
 * A trace on a simulated cluster.
 *
 * <p>The order within one second is that of the published simulations, which matters where limits
 * and submissions meet in one second:
 *
 * <ol>
 *   <li>jobs whose time limit is up give back what they hold, without a planning pass;
 *   <li>submissions, by number, each followed by a pass if the job fits in the free processors (or
 *       if the policy promises each job a start);
 *   <li>a pass for jobs whose promised start has come;
 *   <li>ends, by number, each followed by a pass, the jobs of the first point included. Only in
 *       these passes may promises be improved on.
 * </ol>
 *
 * <p>Nodes answer at once: a job has its processors for exactly as long as it runs.
 */
public final class TraceRun {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int TAKE_RECORDS_EVERY = 1000;

  /** Time zero of a trace in the cluster's time, where zero means that a time hasn't come. */
  private static final long EPOCH_MILLIS = 1_000_000_000_000L;

  private final Trace trace;
  private final Policy policy;
  private final Cluster cluster;
  private final IntConsumer progress;
  private final Map<Long, TraceJob> byClusterId = new HashMap<>();
  private final Map<Long, Running> running = new HashMap<>();
  private final Map<Long, Long> starts = new HashMap<>();
  private final Map<Long, String> refused = new HashMap<>();
  private final PriorityQueue<Running> limits =
      new PriorityQueue<>(Comparator.comparingLong(Running::limit).thenComparingLong(Running::id));
  private final PriorityQueue<Running> ends =
      new PriorityQueue<>(Comparator.comparingLong(Running::end).thenComparingLong(Running::id));
  private final InstantNodes nodes;
  private int free;
  private int ended;
  private long due = NEVER;
  private long passes;

  private record Running(long clusterId, TraceJob job, long start) {
    long id() {
      return job.id();
    }

    long limit() {
      return start + TraceRun.limit(job);
    }

    long end() {
      return start + job.run();
    }
  }

  /**
   * @param settings settings beyond those of the policy, or instead of them
   * @param progress is told how many jobs have ended
   */
  public TraceRun(
      Trace trace,
      MachineShape shape,
      Policy policy,
      Map<String, String> settings,
      IntConsumer progress) {
    this.trace = policy.clairvoyant() ? trace.clairvoyant() : trace;
    this.policy = policy;
    this.progress = progress;
    ClusterDefinition definition = TraceMachine.definition(shape, policy, settings);
    cluster = new Cluster(Plugins.all(), definition.settings());
    cluster.advance(EPOCH_MILLIS);
    cluster.system(new Command.Configure(definition));
    nodes = new InstantNodes(cluster, definition.nodes(), this::started, this::completing);
    free = shape.cpus();
  }

  /** A limit of no time would be none. */
  static long limit(TraceJob job) {
    return Math.max(1, job.estimate());
  }

  /**
   * Runs all of it.
   *
   * @throws SimException if a job never started
   */
  public Schedule run() throws SimException {
    List<TraceJob> jobs = trace.jobs();
    int next = 0;
    while (true) {
      long arrival = next < jobs.size() ? jobs.get(next).submit() : NEVER;
      long end = ends.isEmpty() ? NEVER : ends.peek().end();
      long now = Math.min(Math.min(arrival, end), due);
      if (now == NEVER) {
        break;
      }
      reachLimits(now);
      while (next < jobs.size() && jobs.get(next).submit() == now) {
        submit(jobs.get(next++));
      }
      if (due <= now) {
        pass(false);
      }
      if (end == now) {
        end(ends.poll());
        pass(true);
        progress.accept(++ended);
      }
    }
    if (starts.size() + refused.size() < jobs.size()) {
      throw new SimException(
          "%d of %d jobs never started"
              .formatted(jobs.size() - starts.size() - refused.size(), jobs.size()));
    }
    return new Schedule(Map.copyOf(starts), Map.copyOf(refused), passes);
  }

  private void reachLimits(long now) {
    while (!limits.isEmpty() && limits.peek().limit() <= now) {
      Running one = limits.poll();
      if (running.containsKey(one.clusterId()) && one.end() <= one.limit()) {
        end(one);
      }
    }
    nodes.take(cluster.advance(EPOCH_MILLIS + now * 1000));
  }

  private void submit(TraceJob job) {
    Outcome outcome =
        cluster.apply(
            new Command.SubmitJob(TraceMachine.job(job), JobFiles.EMPTY, 0), SimulatedMachine.USER);
    if (outcome instanceof Outcome.Rejected rejected) {
      refused.put(job.id(), rejected.message());
      return;
    }
    byClusterId.put(((Outcome.JobAccepted) outcome).jobId(), job);
    if (policy.promises() || job.cpus() <= free) {
      pass(false);
    }
  }

  private void pass(boolean freed) {
    Cluster.Planned planned = cluster.plan(freed);
    passes++;
    due =
        policy.promises() && planned.nextStart() != NEVER
            ? (planned.nextStart() - EPOCH_MILLIS) / 1000
            : NEVER;
    nodes.take(planned.events());
  }

  /** The end of a job that hasn't reached its limit before. */
  private void end(Running one) {
    if (running.containsKey(one.clusterId())) {
      nodes.batchEnded(cluster.state().job(one.clusterId()));
    }
    if (ended % TAKE_RECORDS_EVERY == 0) {
      cluster.takeRecords();
    }
  }

  private void started(Job job) {
    TraceJob traced = byClusterId.remove(job.id());
    if (traced == null) {
      return;
    }
    long now = (cluster.now() - EPOCH_MILLIS) / 1000;
    starts.put(traced.id(), now);
    Running one = new Running(job.id(), traced, now);
    running.put(job.id(), one);
    limits.add(one);
    ends.add(one);
    free -= traced.cpus();
    nodes.ready(job);
  }

  /** A job that was ended at its limit still has its batch step to report. */
  private void completing(Job job) {
    Running one = running.remove(job.id());
    if (one != null) {
      free += one.job().cpus();
      if (job.status().state() == JobState.TIMEOUT) {
        nodes.batchEnded(job);
      }
      nodes.released(job);
    }
  }
}
