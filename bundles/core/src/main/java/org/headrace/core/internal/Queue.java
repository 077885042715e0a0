package org.headrace.core.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
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
  private static final byte FIXED = 1;

  /** No plan has said anything about it. */
  private static final byte FRESH = 2;

  /** A further chance of a job whose own row comes later. */
  private static final byte FURTHER = 4;

  /** A component of a heterogeneous job. */
  private static final byte GROUPED = 8;

  private final Lanes lanes;
  private final Openings openings;
  private final int size;
  private final long[] keys;
  private final long[] ids;
  private final JobPage[] pages;
  private final short[] lane;
  private final JobClass[] classes;
  private final int[] classIds;
  private final byte[] marks;
  private final int groupedRows;

  private Queue(Rows rows) {
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
    Rows rows = new Rows(lanes, openings, table.size());
    table.forEach(rows::addOpen);
    return rows.inOrder();
  }

  /**
   * The queue of a table that differs from this one's on some pages only.
   *
   * @param changed numbers of those pages, ascending
   */
  Queue with(JobTable.View table, long[] changed) {
    if (changed.length == 0) {
      return this;
    }
    Rows fresh = new Rows(lanes, openings, 64);
    for (long page : changed) {
      table.forEach(page, fresh::addOpen);
    }
    BitSet out = new BitSet(size);
    long first = changed[0];
    long last = changed[changed.length - 1];
    for (int i = 0; i < size; i++) {
      long page = JobTable.page(ids[i]);
      if (page >= first && page <= last && Arrays.binarySearch(changed, page) >= 0) {
        out.set(i);
      }
    }
    return merged(out, fresh.inOrder());
  }

  @Override
  public EligibleJobs withPriorities(long[] priorities) {
    if (priorities.length != size) {
      throw new IllegalArgumentException(priorities.length + " priorities for " + size + " jobs");
    }
    BitSet out = new BitSet(size);
    Rows fresh = new Rows(lanes, openings, 64);
    for (int i = 0; i < size; i++) {
      if (priority(i) != priorities[i] && !fixedPriority(i)) {
        out.set(i);
        fresh.add(
            lanes.key(lane[i], priorities[i]), ids[i], pages[i], lane[i], classes[i], marks[i]);
      }
    }
    return fresh.size == 0 ? this : merged(out, fresh.inOrder());
  }

  /** These rows but for those in {@code out}, and {@code fresh} ones. */
  private Queue merged(BitSet out, Queue fresh) {
    Rows rows = new Rows(lanes, openings, size - out.cardinality() + fresh.size);
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

  private boolean before(int row, Queue other, int otherRow) {
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

  @Override
  public boolean fixedPriority(int row) {
    return (marks[row] & FIXED) != 0;
  }

  @Override
  public int nice(int row) {
    return pages[row].nice[JobTable.row(ids[row])];
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
        page.nice[row],
        page.user[row],
        shape.charge().account(),
        shape.charge().qos(),
        page.startable[row],
        (page.gate[row] & JobPage.PROMISED) == 0 ? 0 : page.expectedStart[row],
        page.payer[row],
        page.siteFactor[row],
        accrues(page, row));
  }

  private static long accrues(JobPage page, int row) {
    long accrued = page.accrued[row];
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
    return lanes.partition(lane[row]).name();
  }

  @Override
  public int user(int row) {
    return pages[row].user[JobTable.row(ids[row])];
  }

  @Override
  public int startable(int row) {
    return pages[row].startable[JobTable.row(ids[row])];
  }

  @Override
  public int payer(int row) {
    return pages[row].payer[JobTable.row(ids[row])];
  }

  @Override
  public boolean considered(int row) {
    return (marks[row] & FRESH) == 0;
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
    return (marks[row] & FURTHER) != 0;
  }

  @Override
  public long priority(int row) {
    return Lanes.priority(keys[row]);
  }

  /** Rows that come together, in columns that grow. */
  private static final class Rows {
    /** An index and a key in one number: rows up to 16 million, and keys of 40 bits. */
    private static final int INDEX_BITS = 24;

    private static final long MOST_KEY = Long.MAX_VALUE >>> INDEX_BITS;

    private final Lanes lanes;
    private final Openings openings;
    private int size;
    private long[] keys;
    private long[] ids;
    private JobPage[] pages;
    private short[] lane;
    private JobClass[] classes;
    private int[] classIds;
    private byte[] marks;
    private int groupedRows;

    Rows(Lanes lanes, Openings openings, int capacity) {
      this.lanes = lanes;
      this.openings = openings;
      keys = new long[capacity];
      ids = new long[capacity];
      pages = new JobPage[capacity];
      lane = new short[capacity];
      classes = new JobClass[capacity];
      classIds = new int[capacity];
      marks = new byte[capacity];
    }

    /** Adds a job in all partitions that are open to it, ascending by name. */
    void addOpen(long id, JobPage page, int row) {
      if ((page.gate[row] & JobPage.ELIGIBLE) == 0) {
        return;
      }
      Shape shape = page.shape[row];
      byte marks = marks(page, row);
      if (shape.component().grouped()) {
        marks |= GROUPED;
      }
      int from = size;
      for (int i = 0; i < shape.partitions().size(); i++) {
        Short number = lanes.number(shape.partitions().get(i));
        if (number != null && open(number, shape)) {
          addOpen(id, page, row, number, marks);
        }
      }
      for (int i = from + 1; i < size; i++) {
        for (int j = i; j > from && lane[j] < lane[j - 1]; j--) {
          swapLanes(j);
        }
      }
    }

    /** Adds a job in one partition: once, or once for each reservation that it may run in. */
    private void addOpen(long id, JobPage page, int row, short number, byte marks) {
      long key = lanes.key(number, page.priority[row]);
      JobClass jobClass = page.shape[row].jobClass();
      String qos = page.shape[row].charge().qos();
      if (!Openings.several(jobClass)) {
        add(key, id, page, number, openings.only(jobClass, qos), marks);
        return;
      }
      List<JobClass> each = openings.classes(jobClass, qos);
      for (int i = 0; i < each.size(); i++) {
        byte mark = i == each.size() - 1 ? marks : (byte) (marks | FURTHER);
        add(key, id, page, number, each.get(i), mark);
      }
    }

    private static byte marks(JobPage page, int row) {
      boolean fixed = (page.gate[row] & JobPage.FIXED_PRIORITY) != 0;
      boolean fresh = page.reason[row] == Reason.NOT_CONSIDERED_YET.ordinal();
      return (byte) ((fixed ? FIXED : 0) | (fresh ? FRESH : 0));
    }

    private void swapLanes(int row) {
      short number = lane[row];
      lane[row] = lane[row - 1];
      lane[row - 1] = number;
      long key = keys[row];
      keys[row] = keys[row - 1];
      keys[row - 1] = key;
    }

    private boolean open(short number, Shape shape) {
      PartitionView partition =
          lanes.partition(number).without(openings.exempt(shape.charge().qos()));
      return partition.startsJobs()
          && shape.jobClass().request().minNodes() <= partition.maxNodes()
          && shape.jobClass().request().maxNodes() >= partition.minNodes()
          && shape.jobClass().request().minNodes() <= partition.nodes().size()
          && shape.jobClass().timeLimit() <= partition.maxTime();
    }

    void add(long key, long id, JobPage page, short number, JobClass jobClass, byte mark) {
      if (size == keys.length) {
        int more = Math.max(64, size + (size >> 1));
        keys = Arrays.copyOf(keys, more);
        ids = Arrays.copyOf(ids, more);
        pages = Arrays.copyOf(pages, more);
        lane = Arrays.copyOf(lane, more);
        classes = Arrays.copyOf(classes, more);
        classIds = Arrays.copyOf(classIds, more);
        marks = Arrays.copyOf(marks, more);
      }
      keys[size] = key;
      ids[size] = id;
      pages[size] = page;
      lane[size] = number;
      classIds[size] = jobClass.id();
      marks[size] = mark;
      groupedRows += (mark & GROUPED) != 0 ? 1 : 0;
      classes[size++] = jobClass;
    }

    /** Adds rows of a queue; there is room for them. */
    void copy(Queue from, int first, int end) {
      int length = end - first;
      System.arraycopy(from.keys, first, keys, size, length);
      System.arraycopy(from.ids, first, ids, size, length);
      System.arraycopy(from.pages, first, pages, size, length);
      System.arraycopy(from.lane, first, lane, size, length);
      System.arraycopy(from.classes, first, classes, size, length);
      System.arraycopy(from.classIds, first, classIds, size, length);
      System.arraycopy(from.marks, first, marks, size, length);
      for (int i = from.groupedRows == 0 ? end : first; i < end; i++) {
        groupedRows += (from.marks[i] & GROUPED) != 0 ? 1 : 0;
      }
      size += length;
    }

    Queue inOrder() {
      Queue as = new Queue(this);
      int[] order = new int[size];
      if (numbersFit()) {
        byNumbers(order);
        int from = 0;
        for (int i = 1; i <= size; i++) {
          if (i == size || keys[order[i]] != keys[order[from]]) {
            byComparing(as, order, from, i);
            from = i;
          }
        }
      } else {
        Arrays.setAll(order, i -> i);
        byComparing(as, order, 0, size);
      }
      return new Queue(permuted(order));
    }

    private boolean numbersFit() {
      for (int i = 0; i < size; i++) {
        if (keys[i] > MOST_KEY) {
          return false;
        }
      }
      return size < 1 << INDEX_BITS;
    }

    private void byNumbers(int[] order) {
      long[] numbers = new long[size];
      for (int i = 0; i < size; i++) {
        numbers[i] = keys[i] << INDEX_BITS | i;
      }
      Arrays.sort(numbers);
      for (int i = 0; i < size; i++) {
        order[i] = (int) numbers[i] & (1 << INDEX_BITS) - 1;
      }
    }

    /** Puts a part in order, which it often is already. */
    private static void byComparing(Queue as, int[] order, int from, int to) {
      int sorted = from + 1;
      while (sorted < to && as.before(order[sorted - 1], as, order[sorted])) {
        sorted++;
      }
      if (sorted >= to) {
        return;
      }
      Integer[] rows = new Integer[to - from];
      Arrays.setAll(rows, i -> order[from + i]);
      Arrays.sort(rows, (one, other) -> one.equals(other) ? 0 : as.before(one, as, other) ? -1 : 1);
      for (int i = 0; i < rows.length; i++) {
        order[from + i] = rows[i];
      }
    }

    private Rows permuted(int[] order) {
      Rows rows = new Rows(lanes, openings, size);
      for (int row : order) {
        rows.add(keys[row], ids[row], pages[row], lane[row], classes[row], marks[row]);
      }
      return rows;
    }
  }
}
