package org.headrace.core.internal;

import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Timing;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;

/**
 * How a job ends, leaves its nodes, goes back to the queue, and is forgotten.
 *
 * <p>{@link #end} gives a run its final state at once and adds COMPLETING. Processes that may be
 * left are sent TERM, and KILL after the configured wait, or KILL at once. Each node reports when
 * it is done ({@link #release}); a node that is down is not waited for. With the last node the run
 * is gone: the job is over, or, with REQUEUE_PENDING, pending again.
 */
final class JobEnd {
  private final Machine machine;
  private final ClusterState state;

  JobEnd(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** What is done about processes that may be left. */
  enum Processes {
    /** TERM, and KILL later. */
    ASK,
    /** KILL. */
    KILL,
    /** There are none. */
    NONE
  }

  /** Ends a pending job, or the part of an array that hasn't started. */
  void withdraw(Job job, JobState endState, Reason reason, int killedBy) {
    Job now = machine.jobs.get(job.id());
    if (job.spec().component().grouped() && now.status().state().ended()) {
      return; // with another component
    }
    machine.arrays.pending(job, -1);
    machine.dependencies.unwatch(job);
    state.forgetFindings(job.id());
    Job ended =
        job.withStatus(
            new StatusEdit(job.status())
                .state(endState)
                .noFlags()
                .reason(reason)
                .priority(job.status().priority())
                .planned(0, job.status().lastConsidered())
                .started(0)
                .ended(state.time)
                .killedBy(killedBy)
                .done());
    machine.jobs.put(ended);
    state.events.job(ended);
    state.outbox.job(ended, java.util.List.of());
    state.tally.ended(endState);
    over(ended);
    state.freed();
    machine.components.ended(ended, Processes.NONE);
  }

  /** Ends a run. */
  void end(
      Run run, JobState endState, Reason reason, ExitStatus exit, int killedBy, Processes left) {
    if (endedWithAnother(run)) {
      return;
    }
    StatusEdit edit =
        new StatusEdit(run.job().status())
            .state(endState)
            .noFlags()
            .add(JobFlag.COMPLETING)
            .reason(reason)
            .ended(state.time)
            .exit(exit)
            .killedBy(killedBy);
    leave(run, run.job().withStatus(edit.done()), left);
    state.tally.ended(endState);
    Run still = state.runs.get(run.job().id());
    if (still != null) {
      releaseLost(still);
    }
    machine.components.ended(machine.jobs.get(run.job().id()), left);
  }

  /** True for a component that ended while what happened to another was seen to. */
  private boolean endedWithAnother(Run run) {
    Run now = state.runs.get(run.job().id());
    return run.job().spec().component().grouped() && (now == null || !now.alive());
  }

  /**
   * Ends a run whose job goes back to the queue.
   *
   * @param endedAs state that accounting is told of
   * @param hold true to hold the job there
   */
  void requeue(Run run, JobState endedAs, Reason reason, boolean hold) {
    if (endedWithAnother(run)) {
      return;
    }
    Job job = run.job();
    Job ended =
        job.withStatus(
            new StatusEdit(job.status())
                .state(endedAs)
                .noFlags()
                .add(JobFlag.REQUEUED)
                .reason(reason)
                .ended(state.time)
                .done());
    state.outbox.job(ended, state.nodes.names(job.status().allocation()));
    Job waiting =
        ended.withStatus(
            new StatusEdit(ended.status())
                .state(JobState.PENDING)
                .add(JobFlag.COMPLETING)
                .add(JobFlag.REQUEUE_PENDING)
                .done());
    leave(run.withHoldAfter(hold), waiting, Processes.ASK);
    Run still = state.runs.get(job.id());
    if (still != null) {
      releaseLost(still);
    }
    machine.components.requeued(job, endedAs, reason, hold);
  }

  private void leave(Run run, Job job, Processes left) {
    boolean wasSuspended = run.job().status().state() == JobState.SUSPENDED;
    long killAt = left == Processes.ASK ? Timers.after(state.time, state.limits().killWait()) : 0;
    state.runs.put(job.id(), run.withKillAt(killAt));
    machine.jobs.put(job);
    machine.arrays.active(job, -1);
    state.ledger.releaseShared(Allocations.held(run));
    if (job.status().state().ended()) {
      state.outbox.job(job, state.nodes.names(job.status().allocation()));
    }
    // First, so that nodes know why they are to end it.
    state.events.job(job);
    if (left == Processes.ASK) {
      state.events.signal(job, -1, JobLife.TERM, true, true);
      state.timers.set(killAt, Timers.Kind.KILL, job.id());
    } else if (left == Processes.KILL) {
      state.events.signal(job, -1, JobLife.KILL, true, true);
    }
    if (wasSuspended && left != Processes.NONE) {
      state.events.signal(job, -1, JobLife.CONT, true, true);
    }
    if (job.arrayId() != 0) {
      machine.arrays.ran(job);
    }
    machine.reservations.left(run.job().status().reservation());
    state.freed();
  }

  private void releaseLost(Run run) {
    for (int node : machine.life.lostNodes(run)) {
      Run still = state.runs.get(run.job().id());
      if (still != null) {
        release(still, node);
      }
    }
  }

  /** A node is done with a completing job. */
  void release(Run run, int node) {
    if (!run.unreleased().contains(node) || run.alive()) {
      return;
    }
    long id = run.job().id();
    state.ledger.releaseNode(
        Allocations.held(run, Allocations.part(run.job(), node)),
        run.job().status().allocation().terms());
    NodeEntry entry = state.nodes.get(node);
    if (entry != null) {
      state.nodes.put(entry.withoutJob(id, state.time));
    }
    machine.steps.nodeGone(run.job(), node);
    Run left = state.runs.get(id).withUnreleased(run.unreleased().minus(NodeMask.of(node)));
    state.runs.put(id, left);
    state.freed();
    if (left.unreleased().isEmpty()) {
      finish(left);
    }
  }

  /** Its last node has released the job. */
  private void finish(Run run) {
    Job job = run.job();
    boolean again = job.status().has(JobFlag.REQUEUE_PENDING);
    Job clean =
        job.withStatus(
            new StatusEdit(job.status())
                .remove(JobFlag.COMPLETING)
                .remove(JobFlag.REQUEUE_PENDING)
                .done());
    machine.jobs.deactivate(clean);
    if (again) {
      enqueue(clean, run.holdAfter());
    } else {
      state.events.job(clean);
      over(clean);
    }
  }

  /** Puts a job that holds nothing back in the queue. */
  void enqueue(Job job, boolean hold) {
    int restarts = job.status().restarts() + 1;
    boolean tooOften = restarts > state.limits().maxRequeue();
    Timing timing = job.spec().timing();
    boolean held = hold || tooOften;
    boolean waits = held || timing.hold() != Timing.Hold.NONE;
    long begin = Math.max(timing.begin(), state.time + state.limits().requeueDelay());
    Timing later = state.limits().requeueDelay() == 0 ? timing : timing.withBegin(begin);
    JobSpec spec = job.spec().withTiming(held ? later.withHold(Timing.Hold.ADMIN) : later);
    Reason reason = tooOften ? Reason.REQUEUED_TOO_OFTEN : heldReason(job.status().reason());
    StatusEdit edit =
        new StatusEdit(job.status())
            .state(JobState.PENDING)
            .noFlags()
            .add(JobFlag.REQUEUED)
            .reason(held ? reason : Reason.NONE)
            .priority(waits ? 0 : Math.max(1, job.status().priority()))
            .partition(job.spec().partitions().get(0))
            .eligible(0)
            .accrued(JobStatus.WITH_ELIGIBILITY)
            .planned(0, 0)
            .started(0)
            .ended(0)
            .exit(ExitStatus.SUCCESS)
            .worstStepExit(ExitStatus.SUCCESS)
            .restarts(restarts)
            .stopped(0, 0)
            .killedBy(-1);
    if (held) {
      edit.add(JobFlag.REQUEUE_HELD);
    }
    machine.steps.forget(job.id());
    if (Dependencies.over(job)) {
      machine.arrays.again(job);
    }
    machine.arrays.pending(job, 1);
    Job again = job.withSpec(spec).withStatus(edit.done());
    machine.dependencies.watch(again); // it may have been cancelled before it was free
    machine.jobs.put(again);
    Job pending = machine.gate.settle(machine.dependencies.reconsider(again));
    machine.singletons.add(pending);
    TimerHandler.watch(state.timers, pending, state.time);
    state.outbox.job(pending, java.util.List.of());
    state.events.job(pending);
    state.freed();
  }

  private static Reason heldReason(Reason ended) {
    return ended == Reason.LAUNCH_FAILED || ended == Reason.PROLOG_FAILED
        ? ended
        : Reason.REQUEUE_HELD;
  }

  /** A job has ended and holds nothing. */
  private void over(Job job) {
    machine.arrays.over(job);
    machine.singletons.remove(job);
    machine.dependencies.changed(job);
    if (job.arrayId() == 0) {
      forgetLater(job);
    } else {
      forgetArrayLater(job.arrayId());
    }
  }

  /** Sees to it that a job that is over is forgotten in time; an array once, as a whole. */
  void forgetLater(Job job) {
    if (job.arrayId() == 0) {
      state.timers.set(forgetAt(job.status().ended()), Timers.Kind.FORGET, job.id());
    } else if (job.status().ended() == machine.arrays.members(job.arrayId()).ended) {
      forgetArrayLater(job.arrayId());
    }
  }

  private void forgetArrayLater(long id) {
    if (machine.arrays.known(id) && machine.arrays.over(id)) {
      state.timers.set(forgetAt(machine.arrays.members(id).ended), Timers.Kind.FORGET, id);
    }
  }

  /** After a change of how long those that are over are kept. */
  void keptForAnotherTime() {
    state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (JobState.values()[page.state[row]].ended() && state.runs.get(id) == null) {
                forgetLater(machine.jobs.get(id));
              }
            });
  }

  /** When what ended then may be forgotten, as far as its own end goes. */
  private long forgetAt(long ended) {
    return Timers.after(ended, state.limits().minJobAge());
  }

  /** A job may no longer be needed by one that depends on it. */
  void notNeeded(long parentId) {
    JobPage page = state.table.find(parentId);
    long arrayId = page == null ? parentId : page.arrayId.get(JobTable.row(parentId));
    if (arrayId != 0) {
      forgetArrayLater(arrayId);
    } else if (machine.arrays.isOver(parentId)) {
      forgetLater(machine.jobs.get(parentId));
    }
  }

  /** Forgets a job, or a whole array, that ended long enough ago. */
  void forget(long id, long at) {
    if (!machine.arrays.over(id)) {
      return;
    }
    Job own = machine.jobs.get(id);
    boolean array = own == null || own.arrayId() != 0;
    long ended = array ? machine.arrays.members(id).ended : own.status().ended();
    if (forgetAt(ended) > at) {
      return;
    }
    java.util.List<Job> parts = machine.arrays.parts(id);
    if (machine.dependencies.delaying(id)
        || parts.stream().anyMatch(job -> machine.dependencies.delaying(job.id()))) {
      return; // the last that needs it sees to it
    }
    for (Job job : parts) {
      machine.steps.forget(job.id());
      machine.jobs.forget(job);
      state.timers.cancelJob(job.id());
      state.events.forgotten(job.id());
    }
    state.timers.cancelJob(id);
    state.arrays.remove(id);
  }

  /** Kills what is left of a completing job, when the time has come. */
  void killDue(Run run, long at) {
    if (run.killAt() != 0 && run.killAt() <= at && !run.alive()) {
      state.runs.put(run.job().id(), run.withKillAt(0));
      state.events.signal(run.job(), -1, JobLife.KILL, true, true);
    }
  }

  /** True when a job of the run may go back to the queue after a failure of a node. */
  static boolean mayRequeue(Job job) {
    Execution execution = job.spec().execution();
    return execution.batch() && execution.requeue();
  }

  /** Withdraws a job that asked to start at once and hasn't. */
  void immediateDue(long id, long at) {
    JobPage page = state.table.find(id);
    if (page == null || page.immediateUntil.get(JobTable.row(id)) > at) {
      return;
    }
    Job job = machine.jobs.get(id);
    if (page.immediateUntil.get(JobTable.row(id)) > 0
        && job.status().state() == JobState.PENDING
        && !job.status().has(JobFlag.COMPLETING)
        && job.status().restarts() == 0) {
      withdraw(job, JobState.CANCELLED, job.status().reason(), -1);
    }
  }

  /** Puts a requeued job's status straight when its owner cancels it before it is back. */
  void cancelRequeue(Run run, int killedBy) {
    JobStatus status =
        new StatusEdit(run.job().status())
            .state(JobState.CANCELLED)
            .remove(JobFlag.REQUEUE_PENDING)
            .killedBy(killedBy)
            .ended(state.time)
            .done();
    Job job = run.job().withStatus(status);
    machine.jobs.put(job);
    state.tally.ended(JobState.CANCELLED);
    state.events.job(job);
    state.outbox.job(job, state.nodes.names(status.allocation()));
  }
}
