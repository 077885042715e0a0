package org.headrace.core.internal;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Reason;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/**
 * Decides whether a pending job may be looked at by the scheduler, and why not.
 *
 * <p>What is tested, in this order: hold, dependency, begin time, reservation, the array's limit of
 * running tasks, state and limits of its partitions, to whom it is charged. The first that fails is
 * the reason. Whoever changes one of these calls {@link #settle} for the jobs concerned.
 */
final class Gate {
  private final Machine machine;
  private final ClusterState state;

  Gate(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /**
   * Writes a pending job, tests it, and returns it with reason and eligibility brought up to date.
   */
  Job settle(Job job) {
    machine.jobs.put(job);
    return test(job);
  }

  /** Tests a pending job whose record is up to date, and with it those that start with it. */
  Job test(Job job) {
    if (Components.away(job)) {
      return job;
    }
    List<Job> others = machine.components.others(job);
    if (others.isEmpty()) {
      return test(job, null);
    }
    Reason tie = tie(others);
    Job tested = test(job, tie);
    Reason own = tie != null ? tie : obstacleAlone(job);
    for (Job other : others) {
      if (!Components.away(other)) {
        test(other, own);
      }
    }
    return tested;
  }

  private Job test(Job job, Reason tie) {
    Reason obstacle = obstacle(job);
    int startable = obstacle == null ? machine.arrays.startable(job) : 0;
    boolean waits = obstacle != null;
    if (!waits) {
      obstacle = alone(job, startable);
    }
    obstacle = obstacle != null ? obstacle : tie;
    boolean open = obstacle == null;
    JobPage page = state.table.edit(job.id());
    int row = JobTable.row(job.id());
    boolean wasOpen = (page.gate[row] & JobPage.ELIGIBLE) != 0;
    int fixed = job.spec().timing().priority() != Timing.UNSET ? JobPage.FIXED_PRIORITY : 0;
    int promised = open && wasOpen ? page.gate[row] & JobPage.PROMISED : 0;
    boolean aged = (page.gate[row] & JobPage.AGES) != 0;
    int ages = waits ? 0 : JobPage.AGES;
    page.gate[row] = (byte) ((open ? JobPage.ELIGIBLE : 0) | fixed | promised | ages);
    page.startable.set(row, open ? startable : 0);
    if (open && !wasOpen) {
      page.reason[row] = (short) Reason.NOT_CONSIDERED_YET.ordinal();
      page.expectedStart[row] = 0;
      state.replan();
    } else if (!open) {
      page.reason[row] = (short) obstacle.ordinal();
      page.expectedStart[row] = obstacle == Reason.BEGIN_TIME ? job.spec().timing().begin() : 0;
      state.forgetFindings(job.id());
      if (wasOpen) {
        state.freed(); // others may have waited for it to start
      }
    }
    if (waits) {
      page.eligible[row] = obstacle == Reason.BEGIN_TIME ? job.spec().timing().begin() : 0;
    } else if (page.eligible[row] == 0 || page.eligible[row] > state.time) {
      page.eligible[row] = state.time;
    }
    machine.accruals.tested(job.id(), !aged);
    return Jobs.overlay(job, page, row);
  }

  /** Why another component keeps a job back, or null. */
  private Reason tie(List<Job> others) {
    Reason tie = null;
    for (Job other : others) {
      Reason own = Components.away(other) ? Reason.RESOURCES : obstacleAlone(other);
      tie = tie != null ? tie : own;
    }
    return tie;
  }

  private Reason obstacleAlone(Job job) {
    Reason obstacle = obstacle(job);
    return obstacle != null ? obstacle : alone(job, machine.arrays.startable(job));
  }

  private Reason alone(Job job, int startable) {
    Reason obstacle = startable == 0 ? Reason.ARRAY_TASK_LIMIT : partitionObstacle(job);
    return obstacle != null
        ? obstacle
        : machine.charging.obstacle(job.spec(), job.status().partition());
  }

  /** Finds out again whether a job that was read from a snapshot is eligible; all else stays. */
  void restore(Job job, boolean promised) {
    test(job, tie(machine.components.others(job)));
    JobPage page = state.table.edit(job.id());
    int row = JobTable.row(job.id());
    page.gate[row] |= promised ? JobPage.PROMISED : 0;
    page.reason[row] = (short) job.status().reason().ordinal();
    page.eligible[row] = job.status().eligible();
    page.expectedStart[row] = job.status().expectedStart();
    boolean waits = page.eligible[row] == 0 || job.status().reason() == Reason.BEGIN_TIME;
    page.gate[row] = (byte) (page.gate[row] & ~JobPage.AGES | (waits ? 0 : JobPage.AGES));
    page.accrued.set(row, job.status().accrued());
    long begin = job.spec().timing().begin();
    boolean unnoticed =
        job.status().reason() == Reason.BEGIN_TIME
            && job.status().eligible() == begin
            && begin <= state.time;
    if (unnoticed) { // it was time, but nobody had looked yet
      page.gate[row] &= ~JobPage.ELIGIBLE;
      page.startable.set(row, 0);
      state.timers.set(begin, Timers.Kind.BEGIN, job.id());
    }
    machine.accruals.restored(job.id());
  }

  private Reason obstacle(Job job) {
    Timing timing = job.spec().timing();
    if (timing.hold() != Timing.Hold.NONE) {
      return held(job.status().reason(), timing.hold());
    }
    if (!job.spec().dependency().isEmpty()) {
      return machine.dependencies.hopeless(job)
          ? Reason.DEPENDENCY_NEVER_SATISFIED
          : Reason.DEPENDENCY;
    }
    return timing.begin() > state.time ? Reason.BEGIN_TIME : machine.reservations.obstacle(job);
  }

  private Reason partitionObstacle(Job job) {
    Reason first = null;
    for (String partition : job.spec().partitions()) {
      Reason obstacle =
          machine.partitionRules.obstacle(partition, job.spec(), job.status().timeLimit());
      if (obstacle == null) {
        return null;
      }
      first = first == null ? obstacle : first;
    }
    return first == null ? Reason.PARTITION_DOWN : first;
  }

  /** The controller's own reasons for a hold say more than that there is one. */
  private static Reason held(Reason present, Timing.Hold hold) {
    switch (present) {
      case REQUEUE_HELD:
      case REQUEUED_TOO_OFTEN:
      case LAUNCH_FAILED:
      case PROLOG_FAILED:
        return present;
      default:
        return hold == Timing.Hold.USER ? Reason.HELD_BY_USER : Reason.HELD_BY_ADMIN;
    }
  }
}
