package org.headrace.control.event;

import org.headrace.api.job.Job;
import org.headrace.api.job.Step;

/**
 * Something that happened. Events are delivered in order, each listener gets every one, and after a
 * restart those that weren't safely handed on come again.
 */
public sealed interface Event {
  /** Position in the sequence, ascending without end. */
  long number();

  /** When it happened, in epoch milliseconds. */
  long time();

  /**
   * A job came, changed its state, or had its limits changed.
   *
   * @param number position
   * @param time when
   * @param job the job from then on
   */
  record JobChanged(long number, long time, Job job) implements Event {}

  /**
   * A job that ended long ago was forgotten.
   *
   * @param number position
   * @param time when
   * @param jobId its id
   */
  record JobForgotten(long number, long time, long jobId) implements Event {}

  /**
   * A step came or ended.
   *
   * @param number position
   * @param time when
   * @param step the step from then on
   * @param restarts which run of the job it belongs to
   */
  record StepChanged(long number, long time, Step step, int restarts) implements Event {}

  /**
   * Processes are to be signalled.
   *
   * @param number position
   * @param time when
   * @param job the job
   * @param stepId step, or {@link #ALL_STEPS}
   * @param signal signal number
   * @param batchShell true to signal the batch shell
   * @param steps true to signal the steps
   */
  record SignalRequested(
      long number, long time, Job job, int stepId, int signal, boolean batchShell, boolean steps)
      implements Event {
    /** Every step of the job. */
    public static final int ALL_STEPS = -1;
  }

  /**
   * A node has left a job that goes on on others.
   *
   * @param number position
   * @param time when
   * @param job the job as that node is to see it: ended, and there alone
   */
  record NodeLeft(long number, long time, Job job) implements Event {}

  /**
   * A node changed its condition.
   *
   * @param number position
   * @param time when
   * @param node node name
   */
  record NodeChanged(long number, long time, String node) implements Event {}

  /**
   * A configuration came into force.
   *
   * @param number position
   * @param time when
   */
  record Configured(long number, long time) implements Event {}

  /**
   * Somebody has a text shown to whoever waits for a running job.
   *
   * @param number position
   * @param time when
   * @param job the job
   * @param text one line
   */
  record JobNotified(long number, long time, Job job, String text) implements Event {}
}
