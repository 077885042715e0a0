package org.headrace.core.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.headrace.api.job.JobComponent;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.scheduler.JobKinds;
import org.headrace.core.EligibleJobs;
import org.headrace.core.internal.table.JobTable;

/**
 * A queue of many rows without some of them, and with a few others. It is made at a cost of what is
 * different, and knows its rows by kinds; a look at one row costs a search. Immutable.
 */
final class AmendedQueue implements EligibleJobs {
  private static final int[] NO_ROWS = {};

  private final JobTable.View table;
  private final Queue base;

  /** Bits of rows of {@link #base} that aren't in this queue. */
  private final long[] gone;

  /** For each word of {@link #gone}, how many rows before it are left. */
  private final int[] left;

  private final Queue extra;

  /** For each row of {@link #extra}, how many rows of the base come before it, gone ones too. */
  private final int[] behind;

  /** The numbers of the rows of {@link #extra} in this queue. */
  private final int[] extraRows;

  private final int size;

  /** A queue as it is. */
  AmendedQueue(Queue base, JobTable.View table) {
    this(
        base,
        new long[(base.size() + Long.SIZE - 1) / Long.SIZE],
        new Queue(base.none(0)),
        NO_ROWS,
        table);
  }

  private AmendedQueue(Queue base, long[] gone, Queue extra, int[] behind, JobTable.View table) {
    this.base = base;
    this.gone = gone;
    this.extra = extra;
    this.behind = behind;
    this.table = table;
    left = new int[gone.length];
    int count = 0;
    for (int i = 0; i < gone.length; i++) {
      left[i] = count;
      count += Long.bitCount(leftIn(i));
    }
    size = count + extra.size();
    extraRows = new int[extra.size()];
    for (int i = 0; i < extraRows.length; i++) {
      extraRows[i] = i + leftBefore(behind[i]);
    }
  }

  /** Rows of the base in a word that aren't gone. */
  private long leftIn(int word) {
    int rest = base.size() - word * Long.SIZE;
    return ~gone[word] & (rest >= Long.SIZE ? -1L : (1L << rest) - 1);
  }

  private int leftBefore(int row) {
    int word = row / Long.SIZE;
    return word == gone.length
        ? size - extra.size()
        : left[word] + Long.bitCount(leftIn(word) & (1L << row % Long.SIZE) - 1);
  }

  /** In how many rows it differs from its base. */
  int differences() {
    return base.size() - (size - extra.size()) + extra.size();
  }

  /** The same jobs in columns, without a search for each. */
  Queue flat() {
    return differences() == 0 ? base : base.merged(BitSet.valueOf(gone), extra);
  }

  /**
   * The queue of a table.
   *
   * @param changed ids of jobs that are different there, ascending
   * @return null if one of them isn't here as the table before has it
   */
  AmendedQueue with(JobTable.View next, long[] changed) {
    Change change = new Change();
    Queue old = base.rowsOf(table, changed);
    for (int i = 0; i < old.size(); i++) {
      int row = extra.find(old, i);
      int place = row >= 0 ? ~row : base.find(old, i);
      if (place == -1 && row < 0 || !change.take(place)) {
        return null;
      }
    }
    return change.and(base.rowsOf(next, changed), next);
  }

  @Override
  public EligibleJobs withPriorities(int[] rows, long[] priorities) {
    Change change = new Change();
    QueueColumns fresh = base.none(rows.length);
    for (int i = 0; i < rows.length; i++) {
      int place = place(rows[i]);
      boolean changed =
          place >= 0
              ? base.addChanged(fresh, place, priorities[i])
              : extra.addChanged(fresh, ~place, priorities[i]);
      if (changed) {
        change.take(place);
      }
    }
    return fresh.size == 0 ? this : change.and(fresh.inOrder(), table);
  }

  /** Rows that go, and others that come in their stead. */
  private final class Change {
    private final long[] nowGone = gone.clone();
    private final BitSet out = new BitSet();

    /** Takes out a row by its place; false if it is out already. */
    boolean take(int place) {
      if (place < 0) {
        boolean there = !out.get(~place);
        out.set(~place);
        return there;
      }
      long bit = 1L << place % Long.SIZE;
      boolean there = (nowGone[place / Long.SIZE] & bit) == 0;
      nowGone[place / Long.SIZE] |= bit;
      return there;
    }

    AmendedQueue and(Queue fresh, JobTable.View on) {
      int count = extra.size() - out.cardinality() + fresh.size();
      QueueColumns rows = base.none(count);
      int[] at = new int[count];
      int next = 0;
      for (int i = out.nextClearBit(0); i < extra.size(); i = out.nextClearBit(i + 1)) {
        for (; next < fresh.size() && fresh.before(next, extra, i); next++) {
          at[rows.size] = base.position(fresh, next);
          rows.copy(fresh, next, next + 1);
        }
        at[rows.size] = behind[i];
        rows.copy(extra, i, i + 1);
      }
      for (; next < fresh.size(); next++) {
        at[rows.size] = base.position(fresh, next);
        rows.copy(fresh, next, next + 1);
      }
      return new AmendedQueue(base, nowGone, new Queue(rows), at, on);
    }
  }

  /** Where a row is: in the base, or in the extra rows, as the complement of its number there. */
  private int place(int row) {
    int at = Arrays.binarySearch(extraRows, row);
    if (at >= 0) {
      return ~at;
    }
    int rank = row - (-at - 1);
    int word = Arrays.binarySearch(left, rank);
    word = word >= 0 ? word : -word - 2;
    // Of several words with the same number before them the last one has it.
    while (word + 1 < left.length && left[word + 1] <= rank) {
      word++;
    }
    long bits = leftIn(word);
    for (int i = left[word]; i < rank; i++) {
      bits &= bits - 1;
    }
    return word * Long.SIZE + Long.numberOfTrailingZeros(bits);
  }

  /** The number of a row of the base that isn't gone. */
  private int row(int baseRow) {
    // Those extra rows come before it that have fewer rows of the base before them.
    int low = 0;
    int high = behind.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (behind[middle] <= baseRow) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return leftBefore(baseRow) + low;
  }

  private boolean isGone(int baseRow) {
    return (gone[baseRow / Long.SIZE] >>> baseRow % Long.SIZE & 1) != 0;
  }

  @Override
  public JobKinds kinds() {
    return new Kinds(base.index());
  }

  /** The kinds of the base, and one for each of the extra rows. */
  private final class Kinds implements JobKinds {
    private final QueueIndex index;

    Kinds(QueueIndex index) {
      this.index = index;
    }

    @Override
    public int size() {
      return index.kinds() + extra.size();
    }

    private int extra(int kind) {
      return kind - index.kinds();
    }

    @Override
    public JobClass jobClass(int kind) {
      return kind < index.kinds() ? index.jobClass(kind) : extra.jobClass(extra(kind));
    }

    @Override
    public Needs needs(int kind) {
      return kind < index.kinds() ? index.needs(kind) : Needs.of(extra.jobClass(extra(kind)));
    }

    @Override
    public String partition(int kind) {
      return kind < index.kinds() ? base.laneName(index.lane(kind)) : extra.partition(extra(kind));
    }

    @Override
    public boolean considered(int kind) {
      return kind < index.kinds() ? index.considered(kind) : extra.considered(extra(kind));
    }

    @Override
    public int first(int kind) {
      return kind < index.kinds() ? left(index.first(kind)) : extraRows[extra(kind)];
    }

    @Override
    public int next(int kind, int row) {
      return kind < index.kinds() ? left(index.next(place(row))) : -1;
    }

    private int left(int from) {
      int at = from;
      while (at >= 0 && isGone(at)) {
        at = index.next(at);
      }
      return at < 0 ? -1 : row(at);
    }
  }

  @Override
  public int[] rows(long jobId) {
    IntStream.Builder rows = IntStream.builder();
    for (int i = 0; i < extra.size(); i++) {
      if (extra.jobId(i) == jobId) {
        rows.add(extraRows[i]);
      }
    }
    Queue asTold = base.rowsOf(table, jobId);
    for (int i = 0; i < asTold.size(); i++) {
      int at = base.find(asTold, i);
      if (at >= 0 && !isGone(at)) {
        rows.add(row(at));
      }
    }
    return rows.build().sorted().toArray();
  }

  @Override
  public int[] rowsUpTo(long most) {
    int[] ofBase = base.rowsUpTo(most);
    int[] rows = Arrays.copyOf(ofBase, ofBase.length + extra.size());
    int count = 0;
    for (int at : ofBase) {
      if (!isGone(at)) {
        rows[count++] = row(at);
      }
    }
    for (int i = 0; i < extra.size(); i++) {
      if (extra.priority(i) <= most) {
        rows[count++] = extraRows[i];
      }
    }
    Arrays.sort(rows, 0, count);
    return Arrays.copyOf(rows, count);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public PendingJob get(int row) {
    int at = place(row);
    return at >= 0 ? base.get(at) : extra.get(~at);
  }

  @Override
  public long jobId(int row) {
    int at = place(row);
    return at >= 0 ? base.jobId(at) : extra.jobId(~at);
  }

  @Override
  public JobClass jobClass(int row) {
    int at = place(row);
    return at >= 0 ? base.jobClass(at) : extra.jobClass(~at);
  }

  @Override
  public int classId(int row) {
    int at = place(row);
    return at >= 0 ? base.classId(at) : extra.classId(~at);
  }

  @Override
  public String partition(int row) {
    int at = place(row);
    return at >= 0 ? base.partition(at) : extra.partition(~at);
  }

  @Override
  public int user(int row) {
    int at = place(row);
    return at >= 0 ? base.user(at) : extra.user(~at);
  }

  @Override
  public int startable(int row) {
    int at = place(row);
    return at >= 0 ? base.startable(at) : extra.startable(~at);
  }

  @Override
  public int payer(int row) {
    int at = place(row);
    return at >= 0 ? base.payer(at) : extra.payer(~at);
  }

  @Override
  public int nice(int row) {
    int at = place(row);
    return at >= 0 ? base.nice(at) : extra.nice(~at);
  }

  @Override
  public long priority(int row) {
    int at = place(row);
    return at >= 0 ? base.priority(at) : extra.priority(~at);
  }

  @Override
  public boolean fixedPriority(int row) {
    int at = place(row);
    return at >= 0 ? base.fixedPriority(at) : extra.fixedPriority(~at);
  }

  @Override
  public boolean considered(int row) {
    int at = place(row);
    return at >= 0 ? base.considered(at) : extra.considered(~at);
  }

  @Override
  public boolean further(int row) {
    int at = place(row);
    return at >= 0 ? base.further(at) : extra.further(~at);
  }

  @Override
  public boolean grouped() {
    return base.grouped() || extra.grouped();
  }

  @Override
  public JobComponent component(int row) {
    int at = place(row);
    return at >= 0 ? base.component(at) : extra.component(~at);
  }
}
