package org.headrace.api.launcher;

/** Which processes of a step a signal goes to. */
public enum SignalScope {
  /** Every process of the step, including daemons that left their session. */
  ALL_PROCESSES,
  /** The process group of each task. */
  TASKS,
  /** Only the first task's own process: the shell that runs a batch script. */
  BATCH_SHELL
}
