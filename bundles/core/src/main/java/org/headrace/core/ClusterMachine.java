package org.headrace.core;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.core.internal.ClusterMachineParts;

/**
 * The cluster's state, and the only way to change it: {@link #apply}. A function of the commands,
 * the actors and the times it is given; two machines that are given the same are the same.
 *
 * <p>All methods belong to one thread. What {@link #publish} returns may be used by any.
 *
 * <p>What the host has to do about events, so that jobs run:
 *
 * <ul>
 *   <li>A job that is RUNNING with CONFIGURING: have each node of its allocation prepare it; each
 *       answers with NodeReady or LaunchFailed.
 *   <li>A step that is RUNNING: have each node of its parts start its tasks, the batch step once
 *       its node is ready; each answers with StepEnded. The run it belongs to is told by {@code
 *       restarts}.
 *   <li>SignalRequested: pass it on. KILL after TERM comes from here, after the configured wait.
 *   <li>A job that is COMPLETING: have each node of its allocation clean up as soon as no process
 *       is left; each answers with NodeReleased. A node that is DOWN is not waited for.
 *   <li>After a restart of the host or of a node: the same for {@link PublishedState#activeJobs}.
 * </ul>
 *
 * <p>Repeated answers do no harm.
 */
public final class ClusterMachine {
  private final ClusterMachineParts parts;

  /**
   * A machine without a configuration, which rejects all commands but Configure.
   *
   * @param jobs where job records go
   * @param files where scripts and environments go
   */
  public ClusterMachine(JobStore jobs, FileStore files) {
    parts = new ClusterMachineParts(jobs, files);
  }

  /**
   * Carries out a command.
   *
   * <p>A fault of the machine itself is answered with {@link ErrorCode#INTERNAL}, on every machine
   * alike; the host should report it.
   *
   * @param timeMillis when it was sequenced; a time before that of the last command counts as equal
   */
  public Outcome apply(Command command, Actor actor, long timeMillis) {
    try {
      return parts.handlers().apply(command, actor, timeMillis);
    } catch (RuntimeException fault) {
      StackTraceElement[] trace = fault.getStackTrace();
      return new Outcome.Rejected(
          ErrorCode.INTERNAL,
          "fault while carrying out "
              + command.getClass().getSimpleName()
              + ": "
              + fault
              + (trace.length == 0 ? "" : " at " + trace[0]));
    }
  }

  /** What happened since the last call, in order. */
  public List<Event> drainEvents() {
    return parts.drainEvents();
  }

  /** The state as it is now. Costs next to nothing; what changes afterwards is copied first. */
  public PublishedState publish() {
    return parts.publisher().publish();
  }

  /** When a Tick is due, in epoch milliseconds; {@link Long#MAX_VALUE} if none is. */
  public long nextDeadline() {
    return parts.nextDeadline();
  }

  /** Grows whenever something happened that could start a job. */
  public long planGeneration() {
    return parts.planGeneration();
  }

  /**
   * Records that accounting doesn't have yet, ascending by number.
   *
   * @param afterNumber only those with a higher number
   * @param max at most so many
   */
  public List<AccountingRecord> accountingBacklog(long afterNumber, int max) {
    return parts.accountingBacklog(afterNumber, max);
  }

  /** How many records accounting doesn't have yet. */
  public int accountingQueueLength() {
    return parts.accountingQueueLength();
  }

  /** Figures for diagnostics. */
  public Counters counters() {
    return parts.counters();
  }

  /** Passes on the whole state, piece by piece. Events that were not drained are not part of it. */
  public void save(Consumer<SnapshotItem> target) {
    parts.save(target);
  }

  /**
   * As {@link #save}, but with {@link SnapshotItem.WrittenJob} for jobs that their store keeps as
   * bytes. They have to be read before they can be loaded.
   */
  public void saveAsWritten(Consumer<SnapshotItem> target) {
    parts.saveAsWritten(target);
  }

  /**
   * Replaces the whole state, and the content of both stores, by what {@link #save} passed on.
   *
   * @throws IllegalArgumentException if the items don't begin with a header
   */
  public void load(Iterator<SnapshotItem> items) {
    parts.load(items);
  }

  /** A hash of all state, equal on every machine that was given the same commands. */
  public long stateHash() {
    return parts.stateHash();
  }
}
