package org.headrace.core.internal.table;

import java.util.Arrays;

/**
 * A number of each job of a page. Often all of them have the same, as those that one user submits
 * one after the other; then there is one for all, in place of a row for each.
 */
public final class LongColumn {
  private long same;

  /** True once {@link #same} is the number of some row. */
  private boolean known;

  /** Null while all rows have the same. */
  private long[] rows;

  LongColumn() {}

  private LongColumn(long same, boolean known, long[] rows) {
    this.same = same;
    this.known = known;
    this.rows = rows;
  }

  /** The number of a row that has a job; of others it may be any. */
  public long get(int row) {
    return rows == null ? same : rows[row];
  }

  /** Sets the number of a row. */
  public void set(int row, long value) {
    if (rows != null) {
      rows[row] = value;
    } else if (!known) {
      same = value;
      known = true;
    } else if (same != value) {
      rows = new long[JobPage.ROWS];
      Arrays.fill(rows, same);
      rows[row] = value;
    }
  }

  /**
   * An independent copy.
   *
   * @param state of the page's jobs
   */
  LongColumn copy(byte[] state) {
    if (rows == null) {
      return new LongColumn(same, known, null);
    }
    int first = 0;
    while (first < state.length && state[first] == JobPage.NO_JOB) {
      first++;
    }
    if (first == state.length) {
      return new LongColumn();
    }
    for (int row = first; row < state.length; row++) {
      if (rows[row] != rows[first] && state[row] != JobPage.NO_JOB) {
        return new LongColumn(same, true, rows.clone());
      }
    }
    return new LongColumn(rows[first], true, null);
  }
}
