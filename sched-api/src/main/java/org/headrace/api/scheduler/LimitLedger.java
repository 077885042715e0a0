package org.headrace.api.scheduler;

import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;

/**
 * What those who pay for jobs may still use, as a plan goes on: limits of associations and of
 * qualities of service, what running jobs use of them, and what the plan has started. It is the
 * caller's own and for one thread.
 *
 * <p>A scheduler asks before it looks for resources, again with what it found, and says what it
 * starts. What a ledger allows the controller allows too, as long as nothing else happens in
 * between.
 */
public interface LimitLedger {
  /** Nothing is limited. */
  LimitLedger NONE =
      new LimitLedger() {
        @Override
        public Blocker obstacle(PendingJobs queue, int row) {
          return null;
        }

        @Override
        public Blocker obstacle(PendingJobs queue, int row, Allocation allocation) {
          return null;
        }

        @Override
        public void started(PendingJobs queue, int row, Allocation allocation) {}

        @Override
        public LimitLedger copy() {
          return this;
        }
      };

  /**
   * Why the {@code row}-th job can't start now whatever it would get; null if limits leave room for
   * what it asks for at least. Asking again costs a look into a table.
   */
  Blocker obstacle(PendingJobs queue, int row);

  /** Why the {@code row}-th job can't start with that allocation; null if limits leave room. */
  Blocker obstacle(PendingJobs queue, int row, Allocation allocation);

  /** Counts the {@code row}-th job, or a task of it, as running with that allocation. */
  void started(PendingJobs queue, int row, Allocation allocation);

  /** An independent copy, to try out what would be if several jobs started. */
  LimitLedger copy();

  /** False for a job that gets no resources set aside. */
  default boolean reserves(PendingJobs queue, int row) {
    return true;
  }
}
