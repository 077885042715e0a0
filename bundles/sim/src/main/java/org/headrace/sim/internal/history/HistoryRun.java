package org.headrace.sim.internal.history;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
  private static final String NO_PREEMPTION = "preempt/none";

  private final History history;
  private final Cluster cluster;
  private final InstantNodes nodes;
  private final IntConsumer progress;
  private final boolean preempts;
  private final Map<Long, PastJob> waiting = new HashMap<>();
  private final Map<Long, Current> running = new HashMap<>();
  private final Map<Long, Long> starts = new HashMap<>();
  private final Map<Long, String> refused = new TreeMap<>();
  private final PriorityQueue<Ending> ends =
      new PriorityQueue<>(Comparator.comparingLong(Ending::at).thenComparingLong(Ending::job));
  private long due = NEVER;
  private long passes;
  private int ended;

  /** True when a job has left its nodes. */
  private boolean left;

  /** The end of a job, unless that run of it has ended before. */
  private record Ending(long at, long job, int restarts) {}

  private record Current(PastJob past, int restarts) {}

  /**
   * What came of it.
   *
   * @param starts start of each job by its number, in epoch milliseconds; the last, where it was
   *     preempted and put back in the queue
   * @param refused why jobs were refused, by their number
   * @param stuck what those wait for that never start, by their number
   * @param passes planning passes
   */
  record Result(
      Map<Long, Long> starts, Map<Long, String> refused, Map<Long, String> stuck, long passes) {}

  /**
   * @param progress is told how many jobs have ended
   */
  HistoryRun(History history, ClusterDefinition definition, IntConsumer progress) {
    this.history = history;
    this.progress = progress;
    preempts =
        !definition.settings().getOrDefault("PreemptType", NO_PREEMPTION).equals(NO_PREEMPTION);
    cluster = new Cluster(Plugins.all(), definition.settings());
    cluster.advance(history.jobs().get(0).arrived());
    cluster.system(new Command.Configure(definition));
    nodes = new InstantNodes(cluster, definition.nodes(), this::started, this::completing);
  }

  /**
   * Runs all of it.
   *
   * @throws SimException if no plan can be made
   */
  Result run() throws SimException {
    List<PastJob> jobs = history.jobs();
    int next = 0;
    while (true) {
      long arrival = next < jobs.size() ? jobs.get(next).arrived() : NEVER;
      long end = ends.isEmpty() ? NEVER : ends.peek().at();
      long now = Math.min(Math.min(arrival, end), Math.min(due, timer()));
      if (now == NEVER) {
        break;
      }
      nodes.take(cluster.advance(now));
      boolean freed = false;
      while (!ends.isEmpty() && ends.peek().at() <= now) {
        freed |= end(ends.poll());
      }
      while (next < jobs.size() && jobs.get(next).arrived() <= now) {
        submit(jobs.get(next++));
      }
      pass(freed);
    }
    Map<Long, String> stuck = new TreeMap<>();
    waiting.forEach((id, job) -> stuck.put(job.id(), reason(id)));
    return new Result(starts, refused, stuck, passes);
  }

  /** What is preempted may go on for a while, and comes back later: nothing else waits for time. */
  private long timer() {
    return preempts && !waiting.isEmpty() ? cluster.due() : NEVER;
  }

  private String reason(long id) {
    return cluster.state().job(id).status().reason().name();
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

  /** Plans; again at once where the plan had jobs make room. */
  private void pass(boolean freed) throws SimException {
    boolean again = freed;
    do {
      left = false;
      plan(again);
      again = true;
    } while (left);
  }

  private void plan(boolean freed) throws SimException {
    try {
      Cluster.Planned planned = cluster.plan(freed);
      passes++;
      due = planned.nextStart() > cluster.now() ? planned.nextStart() : NEVER;
      nodes.take(planned.events());
    } catch (IllegalStateException e) {
      throw new SimException(e.getMessage());
    }
  }

  /** False for one that its time limit, or another job, has ended before. */
  private boolean end(Ending ending) {
    Current current = running.get(ending.job());
    if (current == null || current.restarts() != ending.restarts()) {
      return false;
    }
    nodes.batchEnded(cluster.state().job(ending.job()));
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
      int restarts = job.status().restarts();
      running.put(job.id(), new Current(past, restarts));
      ends.add(new Ending(cluster.now() + past.run(), job.id(), restarts));
      nodes.ready(job);
    }
  }

  /**
   * A job that was ended at its limit still has its script to report; one that was preempted may
   * come back.
   */
  private void completing(Job job) {
    Current current = running.remove(job.id());
    if (current != null) {
      left = true;
      if (job.status().state() == JobState.PENDING) {
        waiting.put(job.id(), current.past());
      }
      if (job.status().state() == JobState.TIMEOUT) {
        nodes.batchEnded(job);
      }
      nodes.released(job);
    }
  }
}
