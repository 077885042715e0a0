package org.headrace.api.scheduler;

import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;

/**
 * What a scheduler decided for one job. The controller rechecks each decision against the state of
 * the moment in which it is carried out, and drops those that have become stale.
 */
public sealed interface Decision permits Decision.Start, Decision.Reserve, Decision.Wait {
  /** The job that is decided on. */
  long jobId();

  /**
   * Start now. Of an array, the task of the lowest index starts; a plan may start several tasks of
   * one array by as many decisions.
   *
   * @param jobId job id
   * @param partition partition to run in
   * @param allocation what it gets
   */
  record Start(long jobId, String partition, Allocation allocation) implements Decision {}

  /**
   * Wait, with resources set aside from a moment on.
   *
   * @param jobId job id
   * @param partition partition it will run in
   * @param start when it will start at the latest, as far as running jobs keep their limits
   * @param nodes ids of nodes set aside
   * @param reason why it waits
   * @param blockers what is in the way, worst first
   */
  record Reserve(
      long jobId,
      String partition,
      long start,
      List<Integer> nodes,
      Reason reason,
      List<Blocker> blockers)
      implements Decision {
    public Reserve {
      nodes = List.copyOf(nodes);
      blockers = List.copyOf(blockers);
    }
  }

  /**
   * Wait.
   *
   * @param jobId job id
   * @param reason why it waits
   * @param expectedStart when it may start, or {@link Blocker#UNKNOWN}
   * @param blockers what is in the way, worst first
   */
  record Wait(long jobId, Reason reason, long expectedStart, List<Blocker> blockers)
      implements Decision {
    public Wait {
      blockers = List.copyOf(blockers);
    }
  }
}
