package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.core.EligibleJobs;
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
  /** A queue is put in order from scratch when more than one row in so many is different. */
  private static final int MERGE_LIMIT = 4;

  /** In so many rows, and one of so many, a queue may differ from what it is kept as. */
  private static final int FEW = 4_096;

  private static final int FEW_OF = 256;

  private Structure queueStructure;
  private Openings queueOpenings;
  private JobTable.View table;

  /** The queue of {@link #table}, which is put into columns for a whole plan. */
  private AmendedQueue queue;

  /** True when rows of the queue may look at pages that aren't the table's any more. */
  private boolean stale;

  private Structure structure;
  private LongTable.View<Run> runs;
  private LongTable<RunningJob> running = new LongTable<>();

  /** Jobs that are about to go: when they end changes with the time that is looked at. */
  private LongTable<Run> completing = new LongTable<>();

  private ResourceLedger ledger;
  private long time;
  private List<RunningJob> list;

  /** The queue of a state, for a look at all of its rows. */
  synchronized Queue queue(JobTable.View next, Structure of, Openings openings) {
    catchUp(next, of, openings);
    Queue flat = queue.flat();
    if (stale) {
      flat = flat.on(next);
      stale = false;
    }
    queue = new AmendedQueue(flat, next);
    return flat;
  }

  /** The queue of a state, at a cost of what is different from the last one. */
  synchronized AmendedQueue amendedQueue(JobTable.View next, Structure of, Openings openings) {
    catchUp(next, of, openings);
    return queue;
  }

  /** Has ready what {@link #amendedQueue} differs from. */
  void readyAnswers(JobTable.View next, Structure of, Openings openings) {
    // What follows needs no lock, which holds nobody up then.
    Queue flat = queue(next, of, openings);
    flat.index();
    flat.rowsUpTo(EligibleJobs.UNRANKED);
  }

  private void catchUp(JobTable.View next, Structure of, Openings openings) {
    boolean known = queue != null && queueStructure == of && queueOpenings == openings;
    AmendedQueue later = known ? caughtUp(next) : null;
    if (later == null) {
      later = new AmendedQueue(Queue.of(next, of.lanes(), openings), next);
      queueStructure = of;
      queueOpenings = openings;
      stale = false;
    }
    queue = later;
    table = next;
  }

  /** Null when it is as well put in order from scratch. */
  private AmendedQueue caughtUp(JobTable.View next) {
    long[] changed = QueueChanges.between(table, next, FEW + queue.size() / MERGE_LIMIT);
    if (changed == null) {
      return null;
    }
    stale |= table != next;
    if (changed.length + queue.differences() <= FEW + queue.size() / FEW_OF) {
      return changed.length == 0 ? queue : queue.with(next, changed);
    }
    return new AmendedQueue(queue.flat().with(next, changed), next);
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
    come.forEach(this::add);
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

  private void add(Run run) {
    if (!run.unreleased().isEmpty()) {
      long id = run.job().id();
      running.put(id, view(run, time));
      if (run.job().status().has(JobFlag.COMPLETING)) {
        completing.put(id, run);
      }
      Allocations.allocate(ledger, run);
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
        run.stopped() ? job.status().allocation() : null,
        job.spec().request().sharing() == Sharing.OVERSUBSCRIBE);
  }

  private static long endsBy(Run run, boolean ends, long time) {
    if (ends) {
      return Math.min(run.endsBy(), time);
    }
    return run.leaving() ? Math.min(run.endsBy(), run.leaveAt()) : run.endsBy();
  }
}
