package org.headrace.api.scheduler;

import java.util.List;
import org.headrace.api.preemption.Candidate;

/**
 * The running jobs that may be preempted at the moment of a plan. The controller works them out
 * with the plugin that serves, and holds a plan's victims against them.
 */
public interface Preemptables {
  /** Nobody is preempted. */
  Preemptables NONE = (queue, row) -> List.of();

  /**
   * The jobs that may be preempted for the {@code row}-th of the queue, those that are to go first
   * in front. Jobs that leave already, and those that are stopped for others, are among them.
   * Asking costs as much as there are running jobs.
   */
  List<Candidate> of(PendingJobs queue, int row);

  /** How many further orders are tried in search of fewer victims, at least 0. */
  default int reorders() {
    return 1;
  }

  /** True when a job may also be preempted for its licences alone. */
  default boolean forLicenses() {
    return false;
  }
}
