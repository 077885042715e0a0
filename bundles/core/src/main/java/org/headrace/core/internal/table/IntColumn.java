package org.headrace.core.internal.table;

import java.util.Arrays;

/**
 * A number of each job of a page. Often all of them have the same, as those that one user submits
 * one after the other; then there is one for all, in place of a row for each.
 */
public final class IntColumn {
  private int same;

  /** True once {@link #same} is the number of some row. */
  private boolean known;

  /** Null while all rows have the same. */
  private int[] rows;

  IntColumn() {}

  private IntColumn(int same, boolean known, int[] rows) {
    this.same = same;
    this.known = known;
    this.rows = rows;
  }

  /** The number of a row that has a job; of others it may be any. */
  public int get(int row) {
    return rows == null ? same : rows[row];
  }

  /** Sets the number of a row. */
  public void set(int row, int value) {
    if (rows != null) {
      rows[row] = value;
    } else if (!known) {
      same = value;
      known = true;
    } else if (same != value) {
      rows = new int[JobPage.ROWS];
      Arrays.fill(rows, same);
      rows[row] = value;
    }
  }

  /**
   * An independent copy.
   *
   * @param state of the page's jobs
   */
  IntColumn copy(byte[] state) {
    if (rows == null) {
      return new IntColumn(same, known, null);
    }
    int first = 0;
    while (first < state.length && state[first] == JobPage.NO_JOB) {
      first++;
    }
    if (first == state.length) {
      return new IntColumn();
    }
    for (int row = first; row < state.length; row++) {
      if (rows[row] != rows[first] && state[row] != JobPage.NO_JOB) {
        return new IntColumn(same, true, rows.clone());
      }
    }
    return new IntColumn(rows[first], true, null);
  }
}
