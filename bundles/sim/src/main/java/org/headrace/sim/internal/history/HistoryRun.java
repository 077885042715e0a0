package org.headrace.sim.internal.history;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Owner;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.sim.internal.Cluster;
import org.headrace.sim.internal.InstantNodes;
import org.headrace.sim.internal.Plugins;
import org.headrace.sim.internal.SimException;

/**
 * A history on the cluster that it comes from, with settings of one's own: the real core, planning
 * and plugins on virtual time, with a planning pass after each moment at which something happened.
 * Jobs arrive when they did, and run as long as they did. Nodes answer at once.
 */
final class HistoryRun {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int TAKE_RECORDS_EVERY = 1_000;

  private final History history;
  private final Cluster cluster;
  private final InstantNodes nodes;
  private final IntConsumer progress;
  private final Map<Long, PastJob> waiting = new HashMap<>();
  private final Set<Long> running = new HashSet<>();
  private final Map<Long, Long> starts = new HashMap<>();
  private final Map<Long, String> refused = new TreeMap<>();
  private final PriorityQueue<Ending> ends =
      new PriorityQueue<>(Comparator.comparingLong(Ending::at).thenComparingLong(Ending::job));
  private long due = NEVER;
  private long passes;
  private int ended;

  private record Ending(long at, long job) {}

  /**
   * What came of it.
   *
   * @param starts start of each job by its number, in epoch milliseconds
   * @param refused why jobs were refused, by their number
   * @param passes planning passes
   */
  record Result(Map<Long, Long> starts, Map<Long, String> refused, long passes) {}

  /**
   * @param progress is told how many jobs have ended
   */
  HistoryRun(History history, ClusterDefinition definition, IntConsumer progress) {
    this.history = history;
    this.progress = progress;
    cluster = new Cluster(Plugins.all(), definition.settings());
    cluster.advance(history.jobs().get(0).arrived());
    cluster.system(new Command.Configure(definition));
    nodes = new InstantNodes(cluster, definition.nodes(), this::started, this::completing);
  }

  /**
   * Runs all of it.
   *
   * @throws SimException if no plan can be made, or a job never started
   */
  Result run() throws SimException {
    List<PastJob> jobs = history.jobs();
    int next = 0;
    while (true) {
      long arrival = next < jobs.size() ? jobs.get(next).arrived() : NEVER;
      long end = ends.isEmpty() ? NEVER : ends.peek().at();
      long now = Math.min(Math.min(arrival, end), due);
      if (now == NEVER) {
        break;
      }
      nodes.take(cluster.advance(now));
      boolean freed = false;
      while (!ends.isEmpty() && ends.peek().at() <= now) {
        freed |= end(ends.poll().job());
      }
      while (next < jobs.size() && jobs.get(next).arrived() <= now) {
        submit(jobs.get(next++));
      }
      pass(freed);
    }
    if (!waiting.isEmpty()) {
      throw new SimException(
          "%d of %d jobs never started; job %s is one of them"
              .formatted(
                  waiting.size(), jobs.size(), waiting.values().iterator().next().spec().name()));
    }
    return new Result(starts, refused, passes);
  }

  private void submit(PastJob job) {
    Owner owner = job.spec().owner();
    Actor actor = new Actor(owner.uid(), owner.gid(), owner.user(), owner.group(), false);
    Outcome outcome = cluster.apply(new Command.SubmitJob(job.spec(), JobFiles.EMPTY, 0), actor);
    if (outcome instanceof Outcome.Rejected rejected) {
      refused.put(job.id(), rejected.message());
    } else {
      waiting.put(((Outcome.JobAccepted) outcome).jobId(), job);
    }
  }

  private void pass(boolean freed) throws SimException {
    try {
      Cluster.Planned planned = cluster.plan(freed);
      passes++;
      due = planned.nextStart() > cluster.now() ? planned.nextStart() : NEVER;
      nodes.take(planned.events());
    } catch (IllegalStateException e) {
      throw new SimException(e.getMessage());
    }
  }

  /** False for one that its time limit has ended before. */
  private boolean end(long id) {
    if (!running.contains(id)) {
      return false;
    }
    nodes.batchEnded(cluster.state().job(id));
    if (++ended % TAKE_RECORDS_EVERY == 0) {
      cluster.takeRecords();
    }
    progress.accept(ended);
    return true;
  }

  private void started(Job job) {
    PastJob past = waiting.remove(job.id());
    if (past != null) {
      starts.put(past.id(), cluster.now());
      running.add(job.id());
      ends.add(new Ending(cluster.now() + past.run(), job.id()));
      nodes.ready(job);
    }
  }

  /** A job that was ended at its limit still has its script to report. */
  private void completing(Job job) {
    if (running.remove(job.id())) {
      if (job.status().state() == JobState.TIMEOUT) {
        nodes.batchEnded(job);
      }
      nodes.released(job);
    }
  }
}
