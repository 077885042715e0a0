package org.headrace.commands.internal.alloc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.front.Invocation;

/**
 * Where srun and salloc were when their controller went away, as their client tells the next one.
 *
 * @param job job
 * @param step step, or {@link #NO_STEP} before there is one
 * @param ownJob whether the job was made for this call and ends with it
 */
public record ResumeToken(long job, int step, boolean ownJob) {
  /** No step yet. */
  public static final int NO_STEP = -1;

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,9}))?(\\+?)");

  /** A job that was made for the call. */
  public static ResumeToken ofJob(long job) {
    return new ResumeToken(job, NO_STEP, true);
  }

  /**
   * Reads what the client says, and makes sure that it is about a job of the caller.
   *
   * @return null if the call goes on from no other one
   * @throws Refusal if there is no such job, or it is somebody else's
   */
  public static ResumeToken of(Invocation invocation, Control control) {
    String text = invocation.resumeToken();
    if (text.isEmpty()) {
      return null;
    }
    Matcher matcher = FORM.matcher(text);
    Job job = matcher.matches() ? control.snapshot().job(Long.parseLong(matcher.group(1))) : null;
    if (job == null
        || !invocation.caller().isRoot() && job.spec().owner().uid() != invocation.caller().uid()) {
      throw Refusal.error(
          invocation.program(),
          1,
          "Unable to go on with job " + text + ": " + ErrorTexts.text(ErrorCode.INVALID_JOB_ID));
    }
    int step = matcher.group(2) == null ? NO_STEP : Integer.parseInt(matcher.group(2));
    return new ResumeToken(job.id(), step, !matcher.group(3).isEmpty());
  }

  @Override
  public String toString() {
    return job + (step == NO_STEP ? "" : "." + step) + (ownJob ? "+" : "");
  }
}
