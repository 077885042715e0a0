package org.headrace.api.launcher;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Starts steps as processes and reports what becomes of them. All methods are safe for use by
 * several threads and return without waiting for a process.
 *
 * <p>At most one attempt of a step is alive on a node; {@link #signal} and {@link #input} address
 * the newest attempt. Nothing that goes wrong with a step is thrown: it comes back as a {@link
 * StepResult} with a reason.
 */
@ConsumerType
public interface Launcher extends AutoCloseable {

  /** Rank that stands for every task of the step in {@link #input}. */
  int ALL_TASKS = -1;

  /**
   * Starts a step. Idempotent on (step, attempt): a second call attaches the listener to the step
   * that exists, which then hears {@code started} or {@code ended} again. An order with a lower
   * attempt than one already known ends at once with a reason.
   */
  void launch(LaunchOrder order, LaunchListener listener);

  /**
   * Sends a signal. SIGKILL to {@link SignalScope#ALL_PROCESSES} is repeated until the whole
   * process tree, daemons included, is gone.
   *
   * @return false if no such step is alive here
   */
  boolean signal(StepKey key, int signo, SignalScope scope);

  /**
   * Puts a text among the errors of the step's first task on this node, for the user to read. It
   * comes before what a later {@link #signal} brings about. Lost for a step that isn't alive.
   */
  default void tell(StepKey key, String text) {}

  /** Changes the size of a step's terminal; without effect for a step that has none. */
  default void resize(StepKey key, int rows, int columns) {}

  /**
   * Gives data to the standard input of one task or, with {@link #ALL_TASKS}, of all tasks whose
   * input is {@link IoTarget.Stream}. Data for a task that has closed its input is dropped.
   *
   * @param eof whether the input ends after the data
   * @return false if nothing was taken since the step's input buffer (1 MiB) is full or the step
   *     isn't up yet: offer the same data again after {@link LaunchListener#inputWritable}. True
   *     for a step that isn't alive: the data has nowhere to go
   */
  boolean input(StepKey key, int taskRank, byte[] data, boolean eof);

  /**
   * All nodes of a parallel program have come to a fence. Without effect if it is said again.
   *
   * @param round number of the fence
   * @param pairs what they brought, one share after the other in the order of the nodes; at most 16
   *     MiB
   */
  default void fenced(StepKey key, int round, byte[] pairs) {}

  /**
   * Ends a step whose tasks can't find each other, and tells the user.
   *
   * @param why one line
   */
  default void fail(StepKey key, String why) {}

  /** Lets output flow again after {@link LaunchListener#output} returned false. */
  void resumeOutput(StepKey key);

  /**
   * Finds the steps that the spool knows; call once after opening. Steps that still run are
   * attached to the listener, which hears {@code started} with their processes and in the end
   * {@code ended}; steps that ended and were not forgotten are returned with their results and the
   * listener isn't called for them.
   */
  List<FoundStep> recover(LaunchListener listener);

  /** Drops an ended attempt from the spool, once the controller has its result durably. */
  void forget(StepKey key, int attempt);

  /** Detaches from all steps; they go on running. */
  @Override
  void close();
}
