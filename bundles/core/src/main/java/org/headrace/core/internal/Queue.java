package org.headrace.core.internal;

import java.util.Arrays;
import java.util.BitSet;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.core.EligibleJobs;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;
import org.headrace.core.internal.table.Shape;

/**
 * The queue of a published state: rows that point into its frozen columns. Immutable.
 *
 * <p>In the order of partition tier, priority, submission, id and partition. Tier and priority are
 * one number, which decides nearly always.
 */
final class Queue implements EligibleJobs {
  private final Lanes lanes;
  private final Openings openings;
  private final int size;
  final long[] keys;
  final long[] ids;
  final JobPage[] pages;
  final short[] lane;
  final JobClass[] classes;
  final int[] classIds;
  final byte[] marks;
  final int groupedRows;
  private volatile QueueIndex index;
  private volatile RowsUpTo rowsUpTo;

  Queue(QueueColumns rows) {
    lanes = rows.lanes;
    openings = rows.openings;
    size = rows.size;
    keys = rows.keys;
    ids = rows.ids;
    pages = rows.pages;
    lane = rows.lane;
    classes = rows.classes;
    classIds = rows.classIds;
    marks = rows.marks;
    groupedRows = rows.groupedRows;
  }

  /** The queue of a table, put in order from scratch. */
  static Queue of(JobTable.View table, Lanes lanes, Openings openings) {
    QueueColumns rows = new QueueColumns(lanes, openings, table.size());
    table.forEach(rows::addOpen);
    return rows.inOrder();
  }

  /**
   * The queue of a table that differs from this one's in some jobs only.
   *
   * @param changed ids of those jobs, ascending
   */
  Queue with(JobTable.View table, long[] changed) {
    if (changed.length == 0) {
      return this;
    }
    BitSet out = new BitSet(size);
    long first = changed[0];
    long last = changed[changed.length - 1];
    for (int i = 0; i < size; i++) {
      if (ids[i] >= first && ids[i] <= last && Arrays.binarySearch(changed, ids[i]) >= 0) {
        out.set(i);
      }
    }
    return merged(out, rowsOf(table, changed));
  }

  /** The rows of some jobs, in order. */
  Queue rowsOf(JobTable.View table, long... jobs) {
    QueueColumns rows = new QueueColumns(lanes, openings, jobs.length);
    for (long id : jobs) {
      JobPage page = table.find(id);
      if (page != null) {
        rows.addOpen(id, page, JobTable.row(id));
      }
    }
    return rows.inOrder();
  }

  /**
   * The same rows, that look up on a table's pages what isn't in columns. A row that didn't change
   * with its page else keeps an older page from being forgotten.
   */
  Queue on(JobTable.View table) {
    QueueColumns rows = new QueueColumns(lanes, openings, 0);
    rows.size = size;
    rows.keys = keys;
    rows.ids = ids;
    rows.lane = lane;
    rows.classes = classes;
    rows.classIds = classIds;
    rows.marks = marks;
    rows.groupedRows = groupedRows;
    rows.pages = new JobPage[size];
    for (int i = 0; i < size; i++) {
      rows.pages[i] = table.page(JobTable.page(ids[i]));
    }
    Queue same = new Queue(rows);
    same.index = index;
    same.rowsUpTo = rowsUpTo;
    return same;
  }

  @Override
  public EligibleJobs withPriorities(int[] rows, long[] priorities) {
    BitSet out = new BitSet(size);
    QueueColumns fresh = new QueueColumns(lanes, openings, 64);
    for (int i = 0; i < rows.length; i++) {
      if (addChanged(fresh, rows[i], priorities[i])) {
        out.set(rows[i]);
      }
    }
    return fresh.size == 0 ? this : merged(out, fresh.inOrder());
  }

  /** Adds a row with another priority, unless it has to keep its own. */
  boolean addChanged(QueueColumns fresh, int row, long priority) {
    if (priority(row) == priority || fixedPriority(row)) {
      return false;
    }
    long key = lanes.key(lane[row], priority);
    fresh.add(key, ids[row], pages[row], lane[row], classes[row], marks[row]);
    return true;
  }

  /** No rows, of the same partitions. */
  QueueColumns none(int capacity) {
    return new QueueColumns(lanes, openings, capacity);
  }

  /** How many rows come before one of another queue. */
  int position(Queue other, int row) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (before(middle, other, row)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The row that stands for the same as one of another queue, or -1. */
  int find(Queue other, int row) {
    int at = position(other, row);
    boolean same =
        at < size
            && ids[at] == other.ids[row]
            && keys[at] == other.keys[row]
            && classIds[at] == other.classIds[row]
            && marks[at] == other.marks[row];
    return same ? at : -1;
  }

  /** The rows by kinds; worked out when first asked for. */
  QueueIndex index() {
    QueueIndex known = index;
    if (known == null) {
      known = QueueIndex.of(lane, classIds, classes, marks, size);
      index = known;
    }
    return known;
  }

  /** These rows but for those in {@code out}, and {@code fresh} ones. */
  Queue merged(BitSet out, Queue fresh) {
    QueueColumns rows = new QueueColumns(lanes, openings, size - out.cardinality() + fresh.size);
    int next = 0;
    int i = out.nextClearBit(0);
    while (i < size) {
      while (next < fresh.size && fresh.before(next, this, i)) {
        rows.copy(fresh, next++, next);
      }
      // As far as these go on undisturbed.
      int end = i + 1;
      int stop = out.nextSetBit(i);
      stop = stop < 0 ? size : stop;
      while (end < stop && (next == fresh.size || !fresh.before(next, this, end))) {
        end++;
      }
      rows.copy(this, i, end);
      i = out.nextClearBit(end);
    }
    rows.copy(fresh, next, fresh.size);
    return new Queue(rows);
  }

  boolean before(int row, Queue other, int otherRow) {
    long key = keys[row];
    long otherKey = other.keys[otherRow];
    return key != otherKey ? key < otherKey : beforeAtEqualKeys(row, other, otherRow);
  }

  private boolean beforeAtEqualKeys(int row, Queue other, int otherRow) {
    long mine = submitted(row);
    long others = other.submitted(otherRow);
    if (mine != others) {
      return mine < others;
    }
    if (ids[row] != other.ids[otherRow]) {
      return ids[row] < other.ids[otherRow];
    }
    if (lane[row] != other.lane[otherRow]) {
      return lane[row] < other.lane[otherRow];
    }
    return further(row) != other.further(otherRow)
        ? further(row)
        : openings.place(classes[row].reservation())
            < openings.place(other.classes[otherRow].reservation());
  }

  private long submitted(int row) {
    return pages[row].submitted[JobTable.row(ids[row])];
  }

  /** The name of a partition by its number. */
  String laneName(short number) {
    return lanes.partition(number).name();
  }

  @Override
  public int[] rowsUpTo(long most) {
    RowsUpTo known = rowsUpTo;
    if (known == null || known.priority != most) {
      int[] rows = new int[64];
      int count = 0;
      for (int row = 0; row < size; row++) {
        if (priority(row) <= most) {
          rows = count == rows.length ? Arrays.copyOf(rows, 2 * count) : rows;
          rows[count++] = row;
        }
      }
      known = new RowsUpTo(most, Arrays.copyOf(rows, count));
      rowsUpTo = known;
    }
    return known.rows.clone();
  }

  /** Kept, as an answer to an event asks for it again and again. */
  private record RowsUpTo(long priority, int[] rows) {}

  @Override
  public boolean fixedPriority(int row) {
    return (marks[row] & QueueColumns.FIXED) != 0;
  }

  @Override
  public int nice(int row) {
    return pages[row].nice.get(JobTable.row(ids[row]));
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public PendingJob get(int index) {
    JobPage page = pages[index];
    int row = JobTable.row(ids[index]);
    Shape shape = page.shape[row];
    return new PendingJob(
        ids[index],
        classes[index],
        partition(index),
        page.submitted[row],
        page.eligible[row],
        priority(index),
        fixedPriority(index),
        page.nice.get(row),
        page.user.get(row),
        shape.charge().account(),
        shape.charge().qos(),
        page.startable.get(row),
        (page.gate[row] & JobPage.PROMISED) == 0 ? 0 : page.expectedStart[row],
        page.payer.get(row),
        page.siteFactor.get(row),
        accrues(page, row));
  }

  private static long accrues(JobPage page, int row) {
    long accrued = page.accrued.get(row);
    if (accrued == JobStatus.NOT_YET) {
      return PendingJob.NEVER;
    }
    return accrued == JobStatus.WITH_ELIGIBILITY ? page.eligible[row] : accrued;
  }

  @Override
  public long jobId(int row) {
    return ids[row];
  }

  @Override
  public JobClass jobClass(int row) {
    return classes[row];
  }

  @Override
  public int classId(int row) {
    return classIds[row];
  }

  @Override
  public String partition(int row) {
    return laneName(lane[row]);
  }

  @Override
  public int user(int row) {
    return pages[row].user.get(JobTable.row(ids[row]));
  }

  @Override
  public int startable(int row) {
    return pages[row].startable.get(JobTable.row(ids[row]));
  }

  @Override
  public int payer(int row) {
    return pages[row].payer.get(JobTable.row(ids[row]));
  }

  @Override
  public boolean considered(int row) {
    return (marks[row] & QueueColumns.FRESH) == 0;
  }

  @Override
  public boolean grouped() {
    return groupedRows > 0;
  }

  @Override
  public JobComponent component(int row) {
    return pages[row].shape[JobTable.row(ids[row])].component();
  }

  @Override
  public boolean further(int row) {
    return (marks[row] & QueueColumns.FURTHER) != 0;
  }

  @Override
  public long priority(int row) {
    return Lanes.priority(keys[row]);
  }
}
