package org.headrace.api.preemption;

import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;

/**
 * A job that may be preempted.
 *
 * @param job the job
 * @param mode what would be done with it, and not {@link PreemptMode#OFF}
 */
public record Candidate(RunningJob job, PreemptMode mode) {
  /** Notes in a ledger that the job has made room. */
  public void leave(ResourceLedger ledger) {
    ledger.release(job.allocation());
    keep(ledger);
  }

  private void keep(ResourceLedger ledger) {
    if (mode == PreemptMode.SUSPEND) {
      ledger.allocate(job.allocation().withoutCores(), user());
    }
  }

  /**
   * Has the job stay after all, in a ledger in which it has left.
   *
   * @return false if there is no room for it; then the ledger is as it was
   */
  boolean staysIn(ResourceLedger ledger) {
    if (mode == PreemptMode.SUSPEND) {
      ledger.release(job.allocation().withoutCores());
    }
    boolean room = ledger.problem(job.allocation()) == null;
    if (room) {
      ledger.allocate(job.allocation(), user());
    } else {
      keep(ledger);
    }
    return room;
  }

  private int user() {
    return job.soleUser() ? job.user() : ResourceLedger.NO_USER;
  }
}
