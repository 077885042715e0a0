package org.headrace.core.internal;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Reason;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;
import org.headrace.core.internal.table.Shape;

/**
 * Reads and writes jobs. A job's parts are in three places: what is scanned in columns, the record
 * in the store, and as long as it has processes the whole job in its {@link Run}. While a job is
 * pending its columns are newer than its record, so that a plan over a million jobs rewrites no
 * record.
 */
final class Jobs {
  private static final JobState[] STATES = JobState.values();
  private static final Reason[] REASONS = Reason.values();
  private static final JobFlag[] FLAGS = JobFlag.values();

  private final Machine machine;
  private final ClusterState state;

  /** What was put in the store last, and is still there: a new job is written by several rules. */
  private Job stored;

  /** While a snapshot is read: what is queued is counted once all jobs and accounts are there. */
  private boolean reading;

  Jobs(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** The job as it is now, or null. */
  Job get(long id) {
    JobPage page = state.table.find(id);
    if (page == null) {
      return null;
    }
    Run run = state.runs.get(id);
    return run != null ? run.job() : overlay(state.store.get(id), page, JobTable.row(id));
  }

  /** A record from the store with what the columns know better. */
  static Job overlay(Job record, JobPage page, int row) {
    if (record == null || page.state[row] != JobState.PENDING.ordinal()) {
      return record;
    }
    JobStatus status = record.status();
    Reason reason = REASONS[page.reason[row]];
    if (status.reason() == reason
        && status.priority() == page.priority[row]
        && status.eligible() == page.eligible[row]
        && status.accrued() == page.accrued.get(row)
        && status.expectedStart() == page.expectedStart[row]
        && status.lastConsidered() == page.lastConsidered[row]) {
      return record;
    }
    return record.withStatus(
        status.planned(
            reason,
            page.priority[row],
            page.eligible[row],
            page.accrued.get(row),
            page.expectedStart[row],
            page.lastConsidered[row]));
  }

  /** The store was emptied, and is filled from a snapshot. */
  void beginReading() {
    stored = null;
    reading = true;
  }

  /**
   * All jobs of the snapshot are there; from now on {@link ClusterState#count} has counted them.
   */
  void endReading() {
    reading = false;
  }

  /** Takes in a job that is new, with the keys of its files, whose references become its own. */
  void add(Job job, long script, long environment, long immediateUntil) {
    state.table.added(job.id());
    JobPage page = state.table.edit(job.id());
    int row = JobTable.row(job.id());
    page.script.set(row, script);
    page.environment.set(row, environment);
    page.immediateUntil.set(row, immediateUntil);
    page.startable.set(row, 0);
    page.gate[row] = 0;
    page.shape[row] = null;
    page.counted.set(row, 0);
    state.taskCount += weight(job);
    put(job);
  }

  /** Writes a job that is known. */
  void put(Job job) {
    long id = job.id();
    Run run = state.runs.get(id);
    if (run != null) {
      state.runs.put(id, run.withJob(job));
    } else if (job != stored) {
      state.store.put(job);
      stored = job;
    }
    JobStatus status = job.status();
    JobPage page = state.table.edit(id);
    int row = JobTable.row(id);
    byte before = page.state[row];
    if (before != status.state().ordinal()) {
      if (before != JobPage.NO_JOB) {
        state.tally.inState(STATES[before], -1);
      }
      state.tally.inState(status.state(), 1);
    }
    Shape shape = page.shape[row];
    page.state[row] = (byte) status.state().ordinal();
    page.flags[row] = flags(status.flags());
    page.reason[row] = (short) status.reason().ordinal();
    page.arrayId.set(row, job.arrayId());
    page.arrayTask.set(row, job.arrayTask());
    page.user.set(row, job.spec().owner().uid());
    page.nice.set(row, job.spec().timing().nice());
    page.siteFactor.set(row, job.spec().timing().siteFactor());
    page.priority[row] = status.priority();
    page.submitted[row] = status.submitted();
    page.eligible[row] = status.eligible();
    page.accrued.set(row, status.accrued());
    page.expectedStart[row] = status.expectedStart();
    page.lastConsidered[row] = status.lastConsidered();
    if (status.state() != JobState.PENDING) {
      page.gate[row] = 0;
      page.startable.set(row, 0);
      machine.accruals.leave(id);
    }
    reshape(page, row, job);
    count(page, row, job, shape);
  }

  /** Counts a job as queued and running for who pays for it now, and no longer as before. */
  private void count(JobPage page, int row, Job job, Shape before) {
    boolean over = job.status().state().ended();
    int payer = state.use.payer(job);
    int counted = over ? 0 : (int) weight(job);
    String partition = page.shape[row].partitions().get(0);
    boolean moved =
        page.payer.get(row) != payer
            || before != null && !before.partitions().get(0).equals(partition);
    if (moved && page.counted.get(row) > 0) {
      state.use.queued(page.payer.get(row), before.partitions().get(0), -page.counted.get(row));
      page.counted.set(row, 0);
    }
    if (page.counted.get(row) != counted && !reading) {
      state.use.queued(payer, partition, counted - page.counted.get(row));
    }
    page.payer.set(row, payer);
    page.counted.set(row, counted);
    machine.accruals.weighs(job.id(), counted);
    Run run = state.runs.get(job.id());
    if (run != null && run.alive()) {
      state.use.running(job, payer, state.time);
    } else {
      state.use.stopped(job.id(), state.time);
    }
  }

  private void reshape(JobPage page, int row, Job job) {
    JobStatus status = job.status();
    List<String> partitions =
        status.state() == JobState.PENDING ? job.spec().partitions() : List.of(status.partition());
    String reservations =
        status.state() == JobState.PENDING
            ? machine.reservations.open(job.spec())
            : job.spec().reservation();
    Shape shape = page.shape[row];
    if (shape != null
        && shape.jobClass().timeLimit() == status.timeLimit()
        && shape.jobClass().timeMin() == job.spec().timing().timeMin()
        && shape.partitions().equals(partitions)
        && shape.charge().equals(job.spec().charge())
        && shape.jobClass().reservation().equals(reservations)
        && shape.jobClass().request().equals(job.spec().request())) {
      return;
    }
    page.shape[row] =
        state.shapes.take(
            job.spec().request(),
            status.timeLimit(),
            job.spec().timing().timeMin(),
            reservations,
            partitions,
            job.spec().charge(),
            job.spec().component());
    if (shape != null) {
      state.shapes.drop(shape);
    }
  }

  /** Gives a job a run: from now on its record is in there. */
  void activate(Run run) {
    state.runs.put(run.job().id(), run);
    put(run.job());
  }

  /** Ends a job's run: from now on its record is in the store. */
  void deactivate(Job job) {
    state.runs.remove(job.id());
    put(job);
  }

  /** Forgets a job and what belongs to it. */
  void forget(Job job) {
    long id = job.id();
    JobPage page = state.table.find(id);
    int row = JobTable.row(id);
    state.files.release(page.script.get(row));
    state.files.release(page.environment.get(row));
    state.tally.inState(job.status().state(), -1);
    state.shapes.drop(page.shape[row]);
    state.taskCount -= weight(job);
    state.table.remove(id);
    state.store.remove(id);
    stored = null;
    state.forgetFindings(id);
  }

  /** How many jobs this one counts for. */
  static long weight(Job job) {
    return job.pendingArray() ? job.status().pendingTasks().count() : 1;
  }

  static byte flags(Set<JobFlag> flags) {
    int bits = 0;
    for (JobFlag flag : FLAGS) {
      if (flags.contains(flag)) {
        bits |= 1 << flag.ordinal();
      }
    }
    return (byte) bits;
  }

  static Set<JobFlag> flags(byte bits) {
    Set<JobFlag> flags = EnumSet.noneOf(JobFlag.class);
    for (JobFlag flag : FLAGS) {
      if ((bits & 1 << flag.ordinal()) != 0) {
        flags.add(flag);
      }
    }
    return flags;
  }

  static boolean has(byte bits, JobFlag flag) {
    return (bits & 1 << flag.ordinal()) != 0;
  }

  /** How a job is called in messages. */
  static String label(Job job) {
    if (job.arrayId() == 0) {
      return Long.toString(job.id());
    }
    return job.arrayTask() == Job.NO_TASK
        ? job.arrayId() + "_[]"
        : job.arrayId() + "_" + job.arrayTask();
  }
}
