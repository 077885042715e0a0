package org.headrace.core.internal;

import java.util.Arrays;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/** Which jobs are different in a queue of one table and of another. */
final class QueueChanges {
  private static final int SHOWN = JobPage.ELIGIBLE | JobPage.FIXED_PRIORITY | JobPage.PROMISED;

  private QueueChanges() {}

  /**
   * Ids of jobs that are in the queue of one table only, or aren't the same there; ascending.
   *
   * @param most null is the answer where there are more
   */
  static long[] between(JobTable.View before, JobTable.View after, int most) {
    long[] changed = new long[64];
    int count = 0;
    for (long number : after.changedSince(before)) {
      JobPage old = before.page(number);
      JobPage now = after.page(number);
      for (int row = 0; row < JobPage.ROWS; row++) {
        if (!same(old, now, row)) {
          if (count == most) {
            return null;
          }
          changed = count == changed.length ? Arrays.copyOf(changed, 2 * count) : changed;
          changed[count++] = JobTable.id(number, row);
        }
      }
    }
    return Arrays.copyOf(changed, count);
  }

  private static boolean same(JobPage old, JobPage now, int row) {
    boolean open = open(old, row);
    return open == open(now, row) && (!open || alike(old, now, row));
  }

  private static boolean open(JobPage page, int row) {
    return page != null
        && page.state[row] != JobPage.NO_JOB
        && (page.gate[row] & JobPage.ELIGIBLE) != 0;
  }

  /** What decides about a row's place, and what it tells. */
  private static boolean alike(JobPage old, JobPage now, int row) {
    int gate = now.gate[row] & SHOWN;
    return gate == (old.gate[row] & SHOWN)
        && now.priority[row] == old.priority[row]
        && now.shape[row] == old.shape[row]
        && QueueColumns.fresh(now, row) == QueueColumns.fresh(old, row)
        && now.startable.get(row) == old.startable.get(row)
        && now.submitted[row] == old.submitted[row]
        && now.eligible[row] == old.eligible[row]
        && now.accrued.get(row) == old.accrued.get(row)
        && now.payer.get(row) == old.payer.get(row)
        && now.user.get(row) == old.user.get(row)
        && now.nice.get(row) == old.nice.get(row)
        && now.siteFactor.get(row) == old.siteFactor.get(row)
        && ((gate & JobPage.PROMISED) == 0 || now.expectedStart[row] == old.expectedStart[row]);
  }
}
