package org.headrace.core;

import java.util.stream.IntStream;
import org.headrace.api.scheduler.PendingJobs;

/**
 * The pending jobs that nothing but resources and priority holds back. Immutable, and safe for any
 * thread.
 */
public interface EligibleJobs extends PendingJobs {
  /** The priority of a job until one is computed, and the least that can come of that. */
  long UNRANKED = 1;

  /**
   * The same jobs with other priorities, in the order that follows from them: partition tier,
   * priority, submission, id.
   *
   * @param rows rows of this queue, ascending; those of fixed priority keep theirs
   * @param priorities a priority for each of them
   */
  EligibleJobs withPriorities(int[] rows, long[] priorities);

  /** Rows whose priority is {@code most} or less, ascending. */
  default int[] rowsUpTo(long most) {
    return IntStream.range(0, size()).filter(row -> priority(row) <= most).toArray();
  }

  /** Priority of a row, without reading the rest of it. */
  long priority(int row);

  /** True for a row whose priority an administrator has set. */
  default boolean fixedPriority(int row) {
    return get(row).fixedPriority();
  }

  /** What the user has subtracted from a row's priority. */
  default int nice(int row) {
    return get(row).nice();
  }
}
