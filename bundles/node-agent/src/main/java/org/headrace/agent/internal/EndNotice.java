package org.headrace.agent.internal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.headrace.api.job.JobState;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;

/** What a user finds among the errors of a step that is ended from outside. */
final class EndNotice {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private EndNotice() {}

  /**
   * The line, in the words that users and their tools look for.
   *
   * @param node name of the node
   * @param state the job's state after its end, which says why
   * @param now time in epoch milliseconds
   */
  static String of(StepKey step, String node, JobState state, long now) {
    String what = step.stepId() == StepKey.BATCH ? "JOB " + step.jobId() : "STEP " + step;
    String when = TIME.format(Instant.ofEpochMilli(now).atZone(ZoneId.systemDefault()));
    return "slurmstepd: error: *** "
        + what
        + " ON "
        + node
        + " CANCELLED AT "
        + when
        + cause(state)
        + " ***\n";
  }

  /**
   * What went wrong with a step itself, where its tasks can't say so.
   *
   * @return a line, or the empty string
   */
  static String problem(String node, StepKey key, StepResult result) {
    if (result.usage().oomKilled()) {
      return "slurmstepd: error: Detected oom-kill event(s) in StepId="
          + key
          + ". Some of your processes may have been killed by the cgroup out-of-memory handler.\n";
    }
    if (result.reason().isEmpty()) {
      return "";
    }
    return switch (result.outcome()) {
      case COMPLETED -> "";
      case FAILED_TO_START -> "slurmstepd: error: " + result.reason() + "\n";
      case LOST -> "slurmstepd: error: " + node + ": " + result.reason() + "\n";
    };
  }

  private static String cause(JobState state) {
    return switch (state) {
      case TIMEOUT -> " DUE TO TIME LIMIT";
      case PREEMPTED -> " DUE TO PREEMPTION";
      case NODE_FAIL -> " DUE TO NODE FAILURE, SEE SLURMCTLD LOG FOR DETAILS";
      case PENDING -> " DUE TO JOB REQUEUE";
      default -> "";
    };
  }
}
