package org.headrace.api.launcher;

/** What kind of end a step had. */
public enum StepOutcome {
  /** The tasks ran and ended; their exit statuses say how. */
  COMPLETED,
  /** No task ran: the reason says why. */
  FAILED_TO_START,
  /** The supervisor disappeared (machine restarted, supervisor killed): exit statuses unknown. */
  LOST
}
