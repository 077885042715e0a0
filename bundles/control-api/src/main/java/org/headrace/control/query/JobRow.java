package org.headrace.control.query;

import org.headrace.api.job.JobState;

/** What can be seen of a job without reading it. Valid during the call it is passed to only. */
public interface JobRow {
  long id();

  /** Array id, or zero. */
  long arrayId();

  JobState state();

  int user();

  String partition();

  /** Priority in the queue, zero when held. */
  long priority();

  /** When it was accepted, in epoch milliseconds. */
  long submitted();

  /**
   * False when the job certainly isn't completing: no process or epilog of an ended job is left on
   * any node. By default any ended job might be.
   */
  default boolean completing() {
    return state().ended();
  }
}
