package org.headrace.core;

import org.headrace.api.model.NodeMask;
import org.headrace.control.command.JobFiles;
import org.headrace.control.query.Snapshot;

/**
 * The machine's state at one moment. Immutable and safe to read from any thread, with one
 * exception: what a user asked for ({@code Job.spec}) is read from the store when it is looked at,
 * so that it may be newer, and a job that was forgotten in the meantime reads as null.
 */
public interface PublishedState extends Snapshot {
  /**
   * Queue and view for a planning cycle. Puts the queue in order on the caller's thread, at a cost
   * that grows with the number of pending jobs.
   */
  SchedulerInput input();

  /**
   * The same for an answer to what has happened since such a state was last asked: it costs what is
   * different since, and its queue tells kinds of jobs ({@link
   * org.headrace.api.scheduler.PendingJobs#kinds}). Looking at each of its rows costs more.
   */
  SchedulerInput answerInput();

  /**
   * Works out what {@link #answerInput} of this state and of those that follow starts from, at a
   * cost that grows with the number of pending jobs.
   */
  void readyAnswers();

  /** {@link ClusterMachine#planGeneration} at that moment. */
  long planGeneration();

  /**
   * Grows whenever something came free: a job ended or left the queue, a node came back. Counts
   * from the start of the machine; not part of the state.
   */
  long freedGeneration();

  /**
   * Nodes on which a job has given something back since {@code before}, an earlier state; null when
   * the machine itself has changed in between, so that more than that may have come free.
   */
  NodeMask freedSince(PublishedState before);

  /** Script and environment of a job, or null if the job isn't known. */
  JobFiles files(long jobId);

  /**
   * Environment of a step that was created by {@code CreateStep}, or null if it isn't known. The
   * batch step has its job's environment.
   */
  byte[] stepEnvironment(long jobId, int stepId);

  /**
   * Ids of jobs that may have processes on nodes: running, suspended or completing; ascending. A
   * controller that takes over goes through them.
   */
  long[] activeJobs();
}
