package org.headrace.core;

import org.headrace.api.scheduler.PendingJobs;

/**
 * The pending jobs that nothing but resources and priority holds back. Immutable, and safe for any
 * thread.
 */
public interface EligibleJobs extends PendingJobs {
  /**
   * The same jobs with other priorities, in the order that follows from them: partition tier,
   * priority, submission, id.
   *
   * @param priorities a priority for each row of this queue; rows of fixed priority keep theirs
   */
  EligibleJobs withPriorities(long[] priorities);

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
