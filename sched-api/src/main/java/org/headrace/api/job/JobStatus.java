package org.headrace.api.job;

import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Reason;

/**
 * What became of a job so far. Times are epoch milliseconds, zero when they haven't come.
 *
 * @param state state
 * @param flags further conditions
 * @param reason why it waits, or ended as it did
 * @param priority priority in the queue, zero when held
 * @param partition partition it runs or ran in; while it is pending, the first it may run in
 * @param submitted when it was accepted
 * @param eligible since when nothing but resources and priority holds it back
 * @param expectedStart start that the last plan expects
 * @param started when its current run started
 * @param ended when it ended
 * @param timeLimit time limit in force, in milliseconds
 * @param allocation what it holds, or held last; null before its first start
 * @param exit how its script ended
 * @param worstStepExit highest exit status of its steps
 * @param restarts how often it was put back in the queue
 * @param pendingTasks indexes of an array that haven't started; {@link JobArray#NONE} otherwise
 * @param lastConsidered when a scheduler last looked at it
 * @param killedBy uid of who cancelled it, or −1
 * @param suspended when its current run was last suspended or, since then, resumed
 * @param stoodStill for how many milliseconds its current run stood still, up to then
 * @param preempted when its current or last run was warned that it has to make room, or zero
 * @param reservation reservation that its current or last run was started in, or the empty string
 * @param resized when its current or last run last lost a node and went on, or zero
 * @param accrued since when it accrues age, or did until it started; {@link #WITH_ELIGIBILITY}, or
 *     {@link #NOT_YET}
 */
public record JobStatus(
    JobState state,
    Set<JobFlag> flags,
    Reason reason,
    long priority,
    String partition,
    long submitted,
    long eligible,
    long expectedStart,
    long started,
    long ended,
    long timeLimit,
    Allocation allocation,
    ExitStatus exit,
    ExitStatus worstStepExit,
    int restarts,
    JobArray pendingTasks,
    long lastConsidered,
    int killedBy,
    long suspended,
    long stoodStill,
    long preempted,
    String reservation,
    long resized,
    long accrued) {
  /** It accrues age since it is eligible. */
  public static final long WITH_ELIGIBILITY = 0;

  /** It is eligible, and as many others accrue age as may at a time. */
  public static final long NOT_YET = -1;

  /** A job that has lost no node, and accrues age since it is eligible. */
  public JobStatus(
      JobState state,
      Set<JobFlag> flags,
      Reason reason,
      long priority,
      String partition,
      long submitted,
      long eligible,
      long expectedStart,
      long started,
      long ended,
      long timeLimit,
      Allocation allocation,
      ExitStatus exit,
      ExitStatus worstStepExit,
      int restarts,
      JobArray pendingTasks,
      long lastConsidered,
      int killedBy,
      long suspended,
      long stoodStill,
      long preempted,
      String reservation) {
    this(
        state,
        flags,
        reason,
        priority,
        partition,
        submitted,
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
        0,
        WITH_ELIGIBILITY);
  }

  /** A job of no reservation. */
  public JobStatus(
      JobState state,
      Set<JobFlag> flags,
      Reason reason,
      long priority,
      String partition,
      long submitted,
      long eligible,
      long expectedStart,
      long started,
      long ended,
      long timeLimit,
      Allocation allocation,
      ExitStatus exit,
      ExitStatus worstStepExit,
      int restarts,
      JobArray pendingTasks,
      long lastConsidered,
      int killedBy,
      long suspended,
      long stoodStill,
      long preempted) {
    this(
        state,
        flags,
        reason,
        priority,
        partition,
        submitted,
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
        "");
  }

  /** A job that wasn't warned that it has to make room. */
  public JobStatus(
      JobState state,
      Set<JobFlag> flags,
      Reason reason,
      long priority,
      String partition,
      long submitted,
      long eligible,
      long expectedStart,
      long started,
      long ended,
      long timeLimit,
      Allocation allocation,
      ExitStatus exit,
      ExitStatus worstStepExit,
      int restarts,
      JobArray pendingTasks,
      long lastConsidered,
      int killedBy,
      long suspended,
      long stoodStill) {
    this(
        state,
        flags,
        reason,
        priority,
        partition,
        submitted,
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
        0);
  }

  public JobStatus {
    flags = Set.copyOf(flags);
    reservation = reservation == null ? "" : reservation;
  }

  /** The same with other tasks that haven't started. */
  public JobStatus withPendingTasks(JobArray tasks) {
    return new JobStatus(
        state,
        flags,
        reason,
        priority,
        partition,
        submitted,
        eligible,
        expectedStart,
        started,
        ended,
        timeLimit,
        allocation,
        exit,
        worstStepExit,
        restarts,
        tasks,
        lastConsidered,
        killedBy,
        suspended,
        stoodStill,
        preempted,
        reservation,
        resized,
        accrued);
  }

  /** The same with what planning says of a job that waits. */
  public JobStatus planned(
      Reason newReason,
      long newPriority,
      long newEligible,
      long newAccrued,
      long newExpectedStart,
      long newLastConsidered) {
    return new JobStatus(
        state,
        flags,
        newReason,
        newPriority,
        partition,
        submitted,
        newEligible,
        newExpectedStart,
        started,
        ended,
        timeLimit,
        allocation,
        exit,
        worstStepExit,
        restarts,
        pendingTasks,
        newLastConsidered,
        killedBy,
        suspended,
        stoodStill,
        preempted,
        reservation,
        resized,
        newAccrued);
  }

  public boolean has(JobFlag flag) {
    return flags.contains(flag);
  }

  /** Since when it accrues age, in epoch milliseconds; zero when it doesn't. */
  public long accruesSince() {
    return accrued == WITH_ELIGIBILITY ? eligible : Math.max(0, accrued);
  }

  /**
   * For how many milliseconds its current or last run has run, without what it stood still; zero
   * before its first start.
   *
   * @param now the time until which a run counts that hasn't ended
   */
  public long ran(long now) {
    if (started == 0) {
      return 0;
    }
    long until = state == JobState.SUSPENDED ? suspended : ended > 0 ? ended : now;
    return Math.max(0, until - started - stoodStill);
  }

  /**
   * When its current run reaches its time limit if it isn't stopped again, in epoch milliseconds.
   * Has a meaning while it runs or is suspended, and has a time limit.
   *
   * @param now the time at which a suspended run is thought to go on
   */
  public long runsUntil(long now) {
    long still = state == JobState.SUSPENDED ? Math.max(0, now - suspended) : 0;
    return started + timeLimit + stoodStill + still;
  }
}
