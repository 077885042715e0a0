package org.headrace.api.scheduler;

import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.api.preemption.Victim;

/**
 * What a scheduler decided for one job. The controller rechecks each decision against the state of
 * the moment in which it is carried out, and drops those that have become stale.
 */
public sealed interface Decision
    permits Decision.Start, Decision.Reserve, Decision.Wait, Decision.Preempt {
  /** The job that is decided on. */
  long jobId();

  /**
   * The partition in which it starts or waits; the empty string where that isn't said. A job that
   * names several is decided on once for each, and waits as it does where it starts first.
   */
  String partition();

  /**
   * Start now. Of an array, the task of the lowest index starts; a plan may start several tasks of
   * one array by as many decisions.
   *
   * @param jobId job id
   * @param partition partition to run in
   * @param allocation what it gets
   * @param suspends jobs that are stopped for it, as whose cores it gets
   */
  record Start(long jobId, String partition, Allocation allocation, List<Long> suspends)
      implements Decision {
    public Start {
      suspends = List.copyOf(suspends);
    }

    /** Nobody is stopped for it. */
    public Start(long jobId, String partition, Allocation allocation) {
      this(jobId, partition, allocation, List.of());
    }

    /** The same with another allocation. */
    public Start with(Allocation newAllocation) {
      return newAllocation == allocation
          ? this
          : new Start(jobId, partition, newAllocation, suspends);
    }
  }

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

    public Reserve withNodes(List<Integer> newNodes) {
      return new Reserve(jobId, partition, start, newNodes, reason, blockers);
    }
  }

  /**
   * Wait.
   *
   * @param jobId job id
   * @param reason why it waits
   * @param expectedStart when it may start, or {@link Blocker#UNKNOWN}
   * @param blockers what is in the way, worst first
   * @param partition partition that it waits for
   */
  record Wait(
      long jobId, Reason reason, long expectedStart, List<Blocker> blockers, String partition)
      implements Decision {
    public Wait {
      blockers = List.copyOf(blockers);
      partition = partition == null ? "" : partition;
    }

    /** For which partition isn't said. */
    public Wait(long jobId, Reason reason, long expectedStart, List<Blocker> blockers) {
      this(jobId, reason, expectedStart, blockers, "");
    }
  }

  /**
   * Wait until others have made room: they are warned, ended or put back in the queue now.
   *
   * @param reserve how the job waits, with the nodes that are set aside for it
   * @param victims who makes room, by {@link org.headrace.api.preemption.PreemptMode#CANCEL} or
   *     {@code REQUEUE}
   */
  record Preempt(Reserve reserve, List<Victim> victims) implements Decision {
    public Preempt {
      victims = List.copyOf(victims);
    }

    @Override
    public long jobId() {
      return reserve.jobId();
    }

    @Override
    public String partition() {
      return reserve.partition();
    }
  }
}
