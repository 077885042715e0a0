package org.headrace.core.internal;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.core.internal.charge.Quota;
import org.headrace.core.internal.charge.Standings;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/**
 * Which pending jobs accrue age, where associations or qualities of service limit how many may.
 * Places are dealt out at the end of each command, in the order of ids; a job keeps its place until
 * it starts, ends or isn't eligible any more. Of an array for whose tasks there aren't places
 * enough, those that get one are split off.
 *
 * <p>With {@code PriorityFlags=ACCRUE_ALWAYS} all accrue age since their submission.
 *
 * <p>Jobs that nothing limits aren't known here. All that is known follows from the jobs, so that
 * none of it is saved.
 */
final class Accruals {
  /** So many tasks of an array have a record of their own at most for the sake of their age. */
  private static final int MOST_APART = 1_000;

  private final Machine machine;
  private final ClusterState state;
  private final Map<Long, Entry> entries = new HashMap<>();
  private final Map<Who, TreeSet<Long>> waiting = new HashMap<>();
  private final Map<Integer, Long> taken = new HashMap<>();
  private Standings counted;
  private boolean always;
  private boolean limited;
  private boolean changed;

  private record Who(int payer, String partition) {}

  /**
   * A job under limits.
   *
   * @param weight how many jobs or array tasks it counts for
   * @param placed true when it accrues age
   */
  private record Entry(Who who, long weight, boolean placed) {}

  Accruals(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  void clear() {
    entries.clear();
    waiting.clear();
    taken.clear();
    counted = null;
  }

  /**
   * A pending job was tested.
   *
   * @param fresh true unless it was one that could accrue age before
   */
  void tested(long id, boolean fresh) {
    recount();
    enter(id, state.table.find(id), JobTable.row(id), fresh, fresh);
  }

  /** A pending job was read from a snapshot. */
  void restored(long id) {
    recount();
    enter(id, state.table.find(id), JobTable.row(id), false, true);
  }

  /** A job counts for so many by now. */
  void weighs(long id, long weight) {
    Entry entry = entries.get(id);
    if (entry != null && entry.weight != weight) {
      leave(id);
      put(id, new Entry(entry.who, weight, entry.placed));
    }
  }

  /** A job isn't pending any more. */
  void leave(long id) {
    Entry entry = entries.remove(id);
    if (entry == null) {
      return;
    }
    changed = true;
    if (entry.placed) {
      count(entry.who, -entry.weight);
    } else {
      TreeSet<Long> others = waiting.get(entry.who);
      others.remove(id);
      if (others.isEmpty()) {
        waiting.remove(entry.who);
      }
    }
  }

  /** Begins anew where accounts, limits or settings are others than before. */
  private void recount() {
    if (counted == state.use.standings()) {
      return;
    }
    clear();
    counted = state.use.standings();
    String flags = state.configuration.setting("PriorityFlags", "").toUpperCase(Locale.ROOT);
    always = flags.contains("ACCRUE_ALWAYS");
    limited = counted.limitsAccrual();
    changed = true;
    state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (page.state[row] == JobState.PENDING.ordinal()) {
                enter(id, page, row, false, true);
              }
            });
  }

  /**
   * Finds out what a pending job is to accrue.
   *
   * @param keeps true when it has its place for good if it has one: so has a task that was split
   *     off; but not who is charged to somebody else by now
   */
  private void enter(long id, JobPage page, int row, boolean fresh, boolean keeps) {
    Entry before = entries.get(id);
    leave(id);
    long accrued = page.accrued.get(row);
    boolean ages = (page.gate[row] & JobPage.AGES) != 0;
    if (always || !ages) {
      accrues(id, always ? page.submitted[row] : JobStatus.WITH_ELIGIBILITY);
      return;
    }
    Who who = limited ? new Who(page.payer.get(row), page.shape[row].partitions().get(0)) : null;
    if (who == null || quotas(who).isEmpty()) {
      accrues(id, accrued == JobStatus.NOT_YET ? state.time : accrued);
      return;
    }
    long weight = page.counted.get(row);
    boolean since = accrued == JobStatus.WITH_ELIGIBILITY;
    boolean same = keeps || before != null && before.who.equals(who);
    boolean placed =
        (since ? !fresh : accrued != JobStatus.NOT_YET) && (same || room(who) >= weight);
    if (placed && since) {
      accrues(id, page.eligible[row]);
    }
    put(id, new Entry(who, weight, placed));
  }

  private void accrues(long id, long since) {
    int row = JobTable.row(id);
    if (state.table.find(id).accrued.get(row) != since) {
      state.table.edit(id).accrued.set(row, since);
    }
  }

  private void put(long id, Entry entry) {
    entries.put(id, entry);
    changed = true;
    if (entry.placed) {
      count(entry.who, entry.weight);
    } else {
      accrues(id, JobStatus.NOT_YET);
      waiting.computeIfAbsent(entry.who, key -> new TreeSet<>()).add(id);
    }
  }

  private List<Quota> quotas(Who who) {
    return state.use.quotas(who.payer, who.partition);
  }

  private void count(Who who, long change) {
    for (Quota quota : quotas(who)) {
      taken.merge(quota.pot(), change, Long::sum);
    }
  }

  private long room(Who who) {
    long room = Long.MAX_VALUE;
    for (Quota quota : quotas(who)) {
      room = Math.min(room, quota.most() - taken.getOrDefault(quota.pot(), 0L));
    }
    return room;
  }

  /** Whose turn it is next of those that one payer pays for. */
  private record Turn(long id, Who who) {}

  /** Gives the places that there are to jobs that have none. */
  void deal() {
    recount();
    if (!changed) {
      return;
    }
    PriorityQueue<Turn> turns = new PriorityQueue<>(Comparator.comparingLong(Turn::id));
    waiting.forEach((who, ids) -> turns.add(new Turn(ids.first(), who)));
    for (Turn turn = turns.poll(); turn != null; turn = turns.poll()) {
      long room = room(turn.who);
      if (room > 0) {
        place(turn.id, room);
        TreeSet<Long> others = waiting.get(turn.who);
        Long next = others == null ? null : others.higher(turn.id);
        if (next != null) {
          turns.add(new Turn(next, turn.who));
        }
      }
    }
    changed = false;
  }

  private void place(long id, long room) {
    Entry entry = entries.get(id);
    if (entry.weight <= room) {
      place(id);
      return;
    }
    long apart = Math.min(room, MOST_APART - machine.arrays.members(id).pending);
    for (long i = 0; i < apart; i++) {
      Job rest = machine.jobs.get(id);
      Job task = machine.arrays.split(rest, Ranges.first(rest.status().pendingTasks()));
      machine.gate.test(task);
      place(task.id());
    }
    machine.gate.test(machine.jobs.get(id));
  }

  private void place(long id) {
    Entry entry = entries.get(id);
    leave(id);
    accrues(id, state.time);
    put(id, new Entry(entry.who, entry.weight, true));
  }
}
