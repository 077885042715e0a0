package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.core.internal.table.JobTable;
import org.headrace.core.internal.table.LongTable;

/**
 * What was last worked out from a published state: queue in its order, running jobs, and what is
 * free. For another state only what is different is worked out again, so that a planning cycle
 * costs what has happened and not what there is.
 *
 * <p>Soft: whatever it holds can be made from a state alone. Safe for any thread; the core itself
 * never waits for it.
 */
final class Latest {
  /** A queue is put in order from scratch when more than one page in so many is different. */
  private static final int MERGE_LIMIT = 4;

  private Structure queueStructure;
  private Openings queueOpenings;
  private JobTable.View table;
  private Queue queue;

  private Structure structure;
  private LongTable.View<Run> runs;
  private LongTable<RunningJob> running = new LongTable<>();

  /** Jobs that are about to go: when they end changes with the time that is looked at. */
  private LongTable<Run> completing = new LongTable<>();

  private ResourceLedger ledger;
  private long time;
  private List<RunningJob> list;

  /** The queue of a state. */
  synchronized Queue queue(JobTable.View next, Structure of, Openings openings) {
    if (queue != null && queueStructure == of && queueOpenings == openings) {
      long[] changed = next.changedSince(table);
      queue =
          changed.length * (long) MERGE_LIMIT > next.pages()
              ? Queue.of(next, of.lanes(), openings)
              : queue.with(next, changed);
    } else {
      queue = Queue.of(next, of.lanes(), openings);
      queueStructure = of;
      queueOpenings = openings;
    }
    table = next;
    return queue;
  }

  /** The running jobs of a state, ascending by id. */
  synchronized List<RunningJob> running(LongTable.View<Run> next, Structure of, long at) {
    catchUp(next, of, at);
    if (list == null) {
      list = List.copyOf(running.values());
    }
    return list;
  }

  /** A ledger, the caller's own, with what the running jobs of a state hold taken. */
  synchronized ResourceLedger ledger(LongTable.View<Run> next, Structure of, long at) {
    catchUp(next, of, at);
    return ledger.copy();
  }

  private void catchUp(LongTable.View<Run> next, Structure of, long at) {
    if (structure != of) {
      structure = of;
      runs = new LongTable<Run>().freeze();
      running = new LongTable<>();
      completing = new LongTable<>();
      ledger = of.emptyLedger();
      list = null;
    }
    if (runs != next) {
      List<Run> gone = new ArrayList<>();
      List<Run> come = new ArrayList<>();
      next.changedSince(
          runs,
          (id, before, after) -> {
            if (before != null) {
              gone.add(before);
            }
            if (after != null) {
              come.add(after);
            }
          });
      runs = next;
      time = at;
      replace(gone, come);
    }
    if (time != at && completing.size() > 0) {
      completing.values().forEach(run -> running.put(run.job().id(), view(run, at)));
      list = null;
    }
    time = at;
  }

  private void replace(List<Run> gone, List<Run> come) {
    boolean whole = true;
    for (Run run : gone) {
      long id = run.job().id();
      running.remove(id);
      completing.remove(id);
      whole &= release(run);
    }
    for (Run run : come) {
      if (!run.unreleased().isEmpty()) {
        long id = run.job().id();
        running.put(id, view(run, time));
        if (run.job().status().has(JobFlag.COMPLETING)) {
          completing.put(id, run);
        }
        Allocations.allocate(ledger, run);
      }
    }
    if (!whole) {
      ledger = structure.emptyLedger();
      for (RunningJob job : running.values()) {
        ledger.allocate(job.allocation(), job.soleUser() ? job.user() : ResourceLedger.NO_USER);
      }
    }
    if (!gone.isEmpty() || !come.isEmpty()) {
      list = null;
    }
  }

  /**
   * Gives back what a run holds.
   *
   * @return false when that can't be undone by halves: the run bound a node, and other jobs are
   *     left on it
   */
  private boolean release(Run run) {
    Allocation held = Allocations.held(run);
    ledger.release(held);
    if (held.exclusive() || Allocations.soleUser(run.job())) {
      for (NodeAllocation part : held.nodes()) {
        if (structure.node(part.node()) != null && ledger.jobs(part.node()) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static RunningJob view(Run run, long time) {
    Job job = run.job();
    boolean ends = job.status().has(JobFlag.COMPLETING);
    return new RunningJob(
        job.id(),
        Allocations.held(run),
        job.status().partition(),
        job.spec().owner().uid(),
        Allocations.soleUser(job),
        job.status().priority(),
        job.status().started(),
        endsBy(run, ends, time),
        job.spec().charge().qos(),
        ends || run.leaving(),
        job.status().has(JobFlag.CONFIGURING),
        run.stopped() ? job.status().allocation() : null);
  }

  private static long endsBy(Run run, boolean ends, long time) {
    if (ends) {
      return Math.min(run.endsBy(), time);
    }
    return run.leaving() ? Math.min(run.endsBy(), run.leaveAt()) : run.endsBy();
  }
}
