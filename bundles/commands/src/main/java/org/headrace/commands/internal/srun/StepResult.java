package org.headrace.commands.internal.srun;

import org.headrace.api.job.ExitStatus;

/**
 * How a step ended.
 *
 * @param exit worst exit status of its tasks
 * @param status exit status of srun
 */
record StepResult(ExitStatus exit, int status) {
  static final int SIGNAL_BASE = 128;

  static StepResult of(ExitStatus exit) {
    int status = exit.signal() != 0 ? SIGNAL_BASE + exit.signal() : exit.code();
    return new StepResult(exit, status);
  }
}
