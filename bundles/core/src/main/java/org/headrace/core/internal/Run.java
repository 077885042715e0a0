package org.headrace.core.internal;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.model.NodeMask;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.core.SnapshotItem;

/**
 * A job that has, or may have, processes on nodes: it runs, is suspended, or is completing.
 *
 * <p>It comes into being when a plan starts the job, and goes when the last node has released it.
 * As long as it exists, {@link #job} is the job, and the store's record is of no account.
 *
 * @param job the job
 * @param endsBy when its time limit runs out; moves on while the job is suspended
 * @param suspendedAt since when it is suspended, or zero; when it ends suspended, it stays
 * @param killAt when what is left of it is killed, or zero
 * @param readyAt when all its nodes were ready, or zero
 * @param notReady nodes that aren't ready yet
 * @param unreleased nodes that it still holds
 * @param nextStep number of its next step
 * @param warned true when the signal before its time limit was sent
 * @param holdAfter true when it is held once it is back in the queue
 * @param preempted how it makes room for another job; OFF when it doesn't
 * @param leaveAt when the grace time of one that is preempted is over, or one that was asked to
 *     stop is stopped; zero for never
 */
record Run(
    Job job,
    long endsBy,
    long suspendedAt,
    long killAt,
    long readyAt,
    NodeMask notReady,
    NodeMask unreleased,
    int nextStep,
    boolean warned,
    boolean holdAfter,
    PreemptMode preempted,
    long leaveAt) {

  /** A run that begins. */
  static Run start(Job job, long endsBy, NodeMask nodes) {
    return new Run(job, endsBy, 0, 0, 0, nodes, nodes, 0, false, false, PreemptMode.OFF, 0);
  }

  static Run of(SnapshotItem.RunEntry entry, Job job) {
    return new Run(
        job,
        entry.endsBy(),
        entry.suspendedAt(),
        entry.killAt(),
        entry.readyAt(),
        mask(entry.notReady()),
        mask(entry.unreleased()),
        entry.nextStep(),
        entry.warned(),
        entry.holdAfter(),
        entry.preempted(),
        entry.leaveAt());
  }

  SnapshotItem.RunEntry entry() {
    return new SnapshotItem.RunEntry(
        job.id(),
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        Arrays.stream(notReady.toArray()).boxed().collect(Collectors.toList()),
        Arrays.stream(unreleased.toArray()).boxed().collect(Collectors.toList()),
        nextStep,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  private static NodeMask mask(Iterable<Integer> ids) {
    java.util.BitSet bits = new java.util.BitSet();
    ids.forEach(bits::set);
    return NodeMask.copyOf(bits);
  }

  /** True while its processes are wanted, also when they are stopped. */
  boolean alive() {
    JobState state = job.status().state();
    return (state == JobState.RUNNING || state == JobState.SUSPENDED)
        && !job.status().has(JobFlag.COMPLETING);
  }

  /** True when its cores are free for others: from being suspended until it is resumed, or over. */
  boolean withoutCores() {
    return suspendedAt != 0;
  }

  /** True when it was warned that it is preempted, or is about to end for that. */
  boolean leaving() {
    return preempted == PreemptMode.CANCEL || preempted == PreemptMode.REQUEUE;
  }

  /** True when it was stopped for others, and goes on as soon as its cores are free. */
  boolean stopped() {
    return alive() && suspendedAt != 0 && preempted == PreemptMode.SUSPEND;
  }

  Run withJob(Job newJob) {
    return new Run(
        newJob,
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        notReady,
        unreleased,
        nextStep,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withLimit(long newEndsBy, long newSuspendedAt) {
    return new Run(
        job,
        newEndsBy,
        newSuspendedAt,
        killAt,
        readyAt,
        notReady,
        unreleased,
        nextStep,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withKillAt(long at) {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        at,
        readyAt,
        notReady,
        unreleased,
        nextStep,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withReady(NodeMask stillNotReady, long at) {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        killAt,
        at,
        stillNotReady,
        unreleased,
        nextStep,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withUnreleased(NodeMask still) {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        notReady,
        still,
        nextStep,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withNextStep(int number) {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        notReady,
        unreleased,
        number,
        warned,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withWarned() {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        notReady,
        unreleased,
        nextStep,
        true,
        holdAfter,
        preempted,
        leaveAt);
  }

  Run withHoldAfter(boolean hold) {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        notReady,
        unreleased,
        nextStep,
        warned,
        hold,
        preempted,
        leaveAt);
  }

  Run withPreemption(PreemptMode mode, long at) {
    return new Run(
        job,
        endsBy,
        suspendedAt,
        killAt,
        readyAt,
        notReady,
        unreleased,
        nextStep,
        warned,
        holdAfter,
        mode,
        at);
  }
}
