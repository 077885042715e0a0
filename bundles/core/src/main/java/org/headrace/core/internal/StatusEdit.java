package org.headrace.core.internal;

import java.util.EnumSet;
import java.util.Set;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Reason;

/** A job status in the making: that of before, with some parts replaced. */
final class StatusEdit {
  private final JobStatus from;
  private final Set<JobFlag> flags = EnumSet.noneOf(JobFlag.class);
  private JobState state;
  private Reason reason;
  private long priority;
  private String partition;
  private long eligible;
  private long expectedStart;
  private long started;
  private long ended;
  private long timeLimit;
  private Allocation allocation;
  private ExitStatus exit;
  private ExitStatus worstStepExit;
  private int restarts;
  private JobArray pendingTasks;
  private long lastConsidered;
  private int killedBy;
  private long suspended;
  private long stoodStill;
  private long preempted;
  private String reservation;
  private long resized;
  private long accrued;

  StatusEdit(JobStatus from) {
    this.from = from;
    flags.addAll(from.flags());
    state = from.state();
    reason = from.reason();
    priority = from.priority();
    partition = from.partition();
    eligible = from.eligible();
    expectedStart = from.expectedStart();
    started = from.started();
    ended = from.ended();
    timeLimit = from.timeLimit();
    allocation = from.allocation();
    exit = from.exit();
    worstStepExit = from.worstStepExit();
    restarts = from.restarts();
    pendingTasks = from.pendingTasks();
    lastConsidered = from.lastConsidered();
    killedBy = from.killedBy();
    suspended = from.suspended();
    stoodStill = from.stoodStill();
    preempted = from.preempted();
    reservation = from.reservation();
    resized = from.resized();
    accrued = from.accrued();
  }

  StatusEdit state(JobState value) {
    state = value;
    return this;
  }

  StatusEdit reason(Reason value) {
    reason = value;
    return this;
  }

  StatusEdit add(JobFlag flag) {
    flags.add(flag);
    return this;
  }

  StatusEdit remove(JobFlag flag) {
    flags.remove(flag);
    return this;
  }

  StatusEdit noFlags() {
    flags.clear();
    return this;
  }

  StatusEdit priority(long value) {
    priority = value;
    return this;
  }

  StatusEdit partition(String value) {
    partition = value;
    return this;
  }

  StatusEdit eligible(long value) {
    eligible = value;
    return this;
  }

  StatusEdit accrued(long value) {
    accrued = value;
    return this;
  }

  StatusEdit planned(long start, long considered) {
    expectedStart = start;
    lastConsidered = considered;
    return this;
  }

  StatusEdit started(long value) {
    started = value;
    return this;
  }

  StatusEdit ended(long value) {
    ended = value;
    if (from.state() == JobState.SUSPENDED) {
      stopped(value, from.stoodStill() + value - from.suspended());
    }
    return this;
  }

  StatusEdit timeLimit(long value) {
    timeLimit = value;
    return this;
  }

  StatusEdit allocation(Allocation value) {
    allocation = value;
    return this;
  }

  StatusEdit exit(ExitStatus value) {
    exit = value;
    return this;
  }

  StatusEdit worstStepExit(ExitStatus value) {
    worstStepExit = value;
    return this;
  }

  StatusEdit restarts(int value) {
    restarts = value;
    return this;
  }

  StatusEdit pendingTasks(JobArray value) {
    pendingTasks = value;
    return this;
  }

  StatusEdit killedBy(int uid) {
    killedBy = uid;
    return this;
  }

  /** When it was suspended or resumed, and how long it has stood still up to then. */
  StatusEdit stopped(long at, long milliseconds) {
    suspended = at;
    stoodStill = milliseconds;
    return this;
  }

  /** When it was told to make room. */
  StatusEdit preempted(long at) {
    preempted = at;
    return this;
  }

  /** In which it runs. */
  StatusEdit reservation(String name) {
    reservation = name;
    return this;
  }

  /** When it last lost a node and went on. */
  StatusEdit resized(long at) {
    resized = at;
    return this;
  }

  JobStatus done() {
    return new JobStatus(
        state,
        flags,
        reason,
        priority,
        partition,
        from.submitted(),
        eligible,
        expectedStart,
        started,
        ended,
        timeLimit,
        allocation,
        exit,
        worstStepExit,
        restarts,
        pendingTasks,
        lastConsidered,
        killedBy,
        suspended,
        stoodStill,
        preempted,
        reservation,
        resized,
        accrued);
  }
}
