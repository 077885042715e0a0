package org.headrace.core.internal;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.Shape;

/** Rows that come together, in columns that grow. */
final class QueueColumns {
  static final byte FIXED = 1;

  /** No plan has said anything about it. */
  static final byte FRESH = 2;

  /** A further chance of a job whose own row comes later. */
  static final byte FURTHER = 4;

  /** A component of a heterogeneous job. */
  static final byte GROUPED = 8;

  /** An index and a key in one number: rows up to 16 million, and keys of 40 bits. */
  private static final int INDEX_BITS = 24;

  private static final long MOST_KEY = Long.MAX_VALUE >>> INDEX_BITS;

  final Lanes lanes;
  final Openings openings;
  int size;
  long[] keys;
  long[] ids;
  JobPage[] pages;
  short[] lane;
  JobClass[] classes;
  int[] classIds;
  byte[] marks;
  int groupedRows;

  QueueColumns(Lanes lanes, Openings openings, int capacity) {
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

  /** True while no plan has said anything about the job. */
  static boolean fresh(JobPage page, int row) {
    return page.reason[row] == Reason.NOT_CONSIDERED_YET.ordinal();
  }

  private static byte marks(JobPage page, int row) {
    boolean fixed = (page.gate[row] & JobPage.FIXED_PRIORITY) != 0;
    return (byte) ((fixed ? FIXED : 0) | (fresh(page, row) ? FRESH : 0));
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

  private QueueColumns permuted(int[] order) {
    QueueColumns rows = new QueueColumns(lanes, openings, size);
    for (int row : order) {
      rows.add(keys[row], ids[row], pages[row], lane[row], classes[row], marks[row]);
    }
    return rows;
  }
}
