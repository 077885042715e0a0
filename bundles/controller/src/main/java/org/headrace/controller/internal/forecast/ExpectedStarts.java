package org.headrace.controller.internal.forecast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.agrona.collections.Long2LongHashMap;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;

/**
 * When jobs that wait without a promise may be expected to start. A scheduler promises a start to
 * few of them; the others are put, in their order, where numbers leave room: CPUs, memory, idle
 * nodes and generic resources of their partition, and licences, as running jobs reach their time
 * limits, promised ones start, and those before them take their part.
 *
 * <p>That is an estimate: which nodes have what is free isn't looked at, nor are features and
 * limits, and nothing is set aside by it. It costs little: jobs of one class are looked for from
 * where the last of them was put on, as room only gets scarcer.
 */
public final class ExpectedStarts {
  private static final long YEAR = 365L * 24 * 3600 * 1000;

  /** Rows that are looked through for the next decision before all are. */
  private static final int NEXT_ROWS = 64;

  /** Places that the tasks of one array are put to one by one; the rest doesn't count. */
  private static final int MOST_PLACES = 64;

  private static final long NO_ROW = -1;
  private static final Wanted NOTHING_HAS_IT = new Wanted(new double[0], 0);

  /** Reasons that pass as jobs ahead start and end. */
  private static final Set<Reason> PASSING =
      EnumSet.of(
          Reason.PRIORITY,
          Reason.RESOURCES,
          Reason.LICENSES,
          Reason.RESERVED_FOR_OTHERS,
          Reason.RESERVED_FOR_MAINTENANCE,
          Reason.ASSOCIATION_GROUP_JOBS,
          Reason.ASSOCIATION_MAX_JOBS,
          Reason.ASSOCIATION_GROUP_CPU,
          Reason.ASSOCIATION_GROUP_MEMORY,
          Reason.ASSOCIATION_GROUP_NODE,
          Reason.ASSOCIATION_GROUP_GRES,
          Reason.QOS_GROUP_JOBS,
          Reason.QOS_MAX_JOBS,
          Reason.QOS_MAX_JOBS_PER_ACCOUNT,
          Reason.QOS_GROUP_CPU,
          Reason.QOS_GROUP_MEMORY,
          Reason.QOS_GROUP_NODE,
          Reason.QOS_GROUP_GRES,
          Reason.QOS_MAX_PER_USER_CPU,
          Reason.QOS_MAX_PER_USER_MEMORY,
          Reason.QOS_MAX_PER_USER_NODE,
          Reason.QOS_MAX_PER_USER_GRES,
          Reason.QOS_MAX_PER_ACCOUNT_CPU,
          Reason.QOS_MAX_PER_ACCOUNT_MEMORY,
          Reason.QOS_MAX_PER_ACCOUNT_NODE,
          Reason.QOS_MAX_PER_ACCOUNT_GRES);

  private final ClusterView view;
  private final PendingJobs queue;
  private final TimeGrid grid;

  /** By pool and class id. */
  private Wanted[][] wanted = {};

  private Long2LongHashMap rows;

  /** Of a job that names several partitions, the row of the next of them. */
  private int[] further;

  private final Set<String> partitions = new HashSet<>();
  private String lastCounted;
  private Supply supply;
  private int next;
  private String lastPartition = "";
  private int lastPool = -1;
  private int startingRow = -1;
  private int starting;

  private ExpectedStarts(ClusterView view, PendingJobs queue, long now) {
    this.view = view;
    this.queue = queue;
    grid = new TimeGrid(now);
  }

  /**
   * The decisions of a plan, in which those that wait for what will pass say when they may be
   * expected to start. What the scheduler itself expects stays.
   *
   * @param now the present, in epoch milliseconds
   */
  public static List<Decision> of(Plan plan, ClusterView view, PendingJobs queue, long now) {
    for (Decision decision : plan.decisions()) {
      if (open(decision)) {
        return new ExpectedStarts(view, queue, now).complete(plan.decisions());
      }
    }
    return plan.decisions();
  }

  private static boolean open(Decision decision) {
    return decision instanceof Decision.Wait wait
        && wait.expectedStart() == Blocker.UNKNOWN
        && passes(wait.reason());
  }

  /** True for what passes as jobs ahead start and end. */
  public static boolean passes(Reason reason) {
    return PASSING.contains(reason);
  }

  private List<Decision> complete(List<Decision> decisions) {
    int[] rowOf = new int[decisions.size()];
    for (int i = 0; i < rowOf.length; i++) {
      rowOf[i] = row(decisions.get(i));
    }
    supply = new Supply(view, grid, partitions);
    for (int i = 0; i < rowOf.length; i++) {
      if (decisions.get(i) instanceof Decision.Start start && rowOf[i] >= 0) {
        supply.starts(start.allocation(), duration(queue.jobClass(rowOf[i])));
      }
    }
    supply.settle();
    List<Decision> complete = new ArrayList<>(decisions.size());
    for (int i = 0; i < rowOf.length; i++) {
      complete.add(rowOf[i] < 0 ? decisions.get(i) : complete(decisions.get(i), rowOf[i]));
    }
    return complete;
  }

  /** The row of a decision; its partition counts from now on. */
  private int row(Decision decision) {
    int row = row(decision.jobId(), decision.partition());
    String partition = row < 0 ? lastCounted : queue.partition(row);
    if (partition != lastCounted) {
      partitions.add(partition);
      lastCounted = partition;
    }
    return row;
  }

  /** Decisions come in the order of the queue, mostly. */
  private int row(long id, String partition) {
    if (next > 0 && isAt(next - 1, id, partition)) {
      return next - 1;
    }
    for (int i = 0; i < NEXT_ROWS && next + i < queue.size(); i++) {
      if (isAt(next + i, id, partition)) {
        next += i;
        return next++;
      }
    }
    if (rows == null) {
      rows = new Long2LongHashMap(NO_ROW);
      further = new int[queue.size()];
      for (int row = queue.size() - 1; row >= 0; row--) {
        further[row] = (int) rows.put(queue.jobId(row), row);
      }
    }
    int row = (int) rows.get(id);
    while (row >= 0 && !isAt(row, id, partition)) {
      row = further[row];
    }
    return row;
  }

  private boolean isAt(int row, long id, String partition) {
    return queue.jobId(row) == id
        && (partition.isEmpty() || partition.equals(queue.partition(row)));
  }

  /** Tasks of a job that the plan doesn't start; its starts come right before it waits. */
  private int left(int row) {
    return queue.startable(row) - (row == startingRow ? starting : 0);
  }

  private Decision complete(Decision decision, int row) {
    if (decision instanceof Decision.Start) {
      starting = row == startingRow ? starting + 1 : 1;
      startingRow = row;
      return decision;
    }
    if (decision instanceof Decision.Preempt preempt) {
      complete(preempt.reserve(), row);
      return decision;
    }
    if (decision instanceof Decision.Reserve reserve) {
      Wanted needs = wanted(row);
      int from = grid.at(reserve.start());
      if (needs != null && from < grid.size()) {
        supply.take(pool(row), needs.amounts, from, needs.end(grid, from));
        place(needs, pool(row), left(row) - 1);
      }
      return decision;
    }
    if (!open(decision) || !queue.jobClass(row).reservation().isEmpty()) {
      return decision;
    }
    Wanted needs = wanted(row);
    int step = needs == null ? grid.size() : place(needs, pool(row), left(row));
    Decision.Wait wait = (Decision.Wait) decision;
    return step == grid.size()
        ? wait
        : new Decision.Wait(
            wait.jobId(), wait.reason(), grid.start(step), wait.blockers(), wait.partition());
  }

  /** Puts a job, or the tasks of an array, where there is room; gives the step of the first. */
  private int place(Wanted needs, int number, int tasks) {
    Pool pool = supply.pool(number);
    int first = pool.earliest(needs, needs.from);
    needs.from = first;
    int left = tasks;
    int step = first;
    for (int i = 0; left > 0 && i < MOST_PLACES && step < grid.size(); i++) {
      int end = needs.end(grid, step);
      int together =
          left == 1 ? 1 : Math.max(1, Math.min(left, pool.room(needs.amounts, step, end)));
      double[] amounts = needs.amounts;
      if (together > 1) {
        amounts = amounts.clone();
        for (int dimension = 0; dimension < amounts.length; dimension++) {
          amounts[dimension] *= together;
        }
      }
      supply.take(number, amounts, step, end);
      left -= together;
      step = left > 0 ? pool.earliest(needs, step) : step;
    }
    return first;
  }

  private int pool(int row) {
    String partition = queue.partition(row);
    if (partition != lastPartition) {
      lastPartition = partition;
      lastPool = supply.pool(partition);
    }
    return lastPool;
  }

  /** Null for what no node has. */
  private Wanted wanted(int row) {
    int pool = pool(row);
    if (pool < 0) {
      return null;
    }
    if (pool >= wanted.length) {
      wanted = Arrays.copyOf(wanted, pool + 1);
    }
    int id = queue.classId(row);
    if (wanted[pool] == null || id >= wanted[pool].length) {
      int more = Math.max(64, id + id / 2 + 1);
      wanted[pool] = wanted[pool] == null ? new Wanted[more] : Arrays.copyOf(wanted[pool], more);
    }
    Wanted known = wanted[pool][id];
    if (known == null) {
      known = wanted(row, pool);
      wanted[pool][id] = known;
    }
    return known == NOTHING_HAS_IT ? null : known;
  }

  private Wanted wanted(int row, int pool) {
    JobClass jobClass = queue.jobClass(row);
    double[] amounts =
        supply
            .dimensions()
            .wanted(
                jobClass.request(),
                supply.pool(pool),
                view.partition(queue.partition(row)).sharing());
    return amounts == null ? NOTHING_HAS_IT : new Wanted(amounts, duration(jobClass));
  }

  private static long duration(JobClass jobClass) {
    return Math.max(1, Math.min(YEAR, jobClass.timeLimit()));
  }
}
