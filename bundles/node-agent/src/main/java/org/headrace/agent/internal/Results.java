package org.headrace.agent.internal;

import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Usage;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepOutcome;
import org.headrace.api.launcher.StepResult;

/** Sums a step's tasks up, as the controller wants them. */
final class Results {
  private Results() {}

  /** The highest status of the tasks; an exit code counts more than a signal. */
  static ExitStatus exit(StepKey key, StepResult result) {
    if (result.outcome() == StepOutcome.FAILED_TO_START && key.stepId() == StepKey.BATCH) {
      return ExitStatus.NOT_STARTED;
    }
    ExitStatus worst = ExitStatus.SUCCESS;
    for (org.headrace.api.launcher.ExitStatus task : result.tasks()) {
      if ((task.exitCode() << 8 | task.signal()) > (worst.code() << 8 | worst.signal())) {
        worst = new ExitStatus(task.exitCode(), task.signal());
      }
    }
    boolean ran = result.outcome() == StepOutcome.COMPLETED;
    return ran || !worst.success() ? worst : new ExitStatus(1, 0);
  }

  static Usage usage(StepResult result) {
    return new Usage(
        result.usage().userMillis(), result.usage().systemMillis(), result.usage().maxRssKib());
  }
}
