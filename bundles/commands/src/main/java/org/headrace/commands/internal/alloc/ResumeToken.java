package org.headrace.commands.internal.alloc;

import java.util.Map;
import java.util.TreeMap;
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
 * @param received bytes of the step's output that were passed on, by node
 * @param begun of these, lines that have begun and wait for the rest: text in base64, by stream
 */
public record ResumeToken(
    long job, int step, boolean ownJob, Map<String, Long> received, Map<Integer, String> begun) {
  /** No step yet. */
  public static final int NO_STEP = -1;

  private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,9}))?(\\+?)");

  private static final Pattern COUNT = Pattern.compile("([^=]+)=(\\d{1,18})");

  private static final Pattern BEGUN = Pattern.compile("(\\d{1,9}):([A-Za-z0-9_-]+)");

  /** A call that has passed nothing on yet. */
  public ResumeToken(long job, int step, boolean ownJob) {
    this(job, step, ownJob, Map.of(), Map.of());
  }

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
    String[] words = text.split(";");
    Matcher matcher = FORM.matcher(words[0]);
    Job job = matcher.matches() ? control.snapshot().job(Long.parseLong(matcher.group(1))) : null;
    if (job == null
        || !invocation.caller().isRoot() && job.spec().owner().uid() != invocation.caller().uid()) {
      throw Refusal.error(
          invocation.program(),
          1,
          "Unable to go on with job "
              + words[0]
              + ": "
              + ErrorTexts.text(ErrorCode.INVALID_JOB_ID));
    }
    int step = matcher.group(2) == null ? NO_STEP : Integer.parseInt(matcher.group(2));
    Map<String, Long> received = new TreeMap<>();
    Map<Integer, String> begun = new TreeMap<>();
    for (int i = 1; i < words.length; i++) {
      Matcher count = COUNT.matcher(words[i]);
      Matcher line = BEGUN.matcher(words[i]);
      if (count.matches()) {
        received.put(count.group(1), Long.parseLong(count.group(2)));
      } else if (line.matches()) {
        begun.put(Integer.parseInt(line.group(1)), line.group(2));
      }
    }
    return new ResumeToken(job.id(), step, !matcher.group(3).isEmpty(), received, begun);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(job);
    if (step != NO_STEP) {
      text.append('.').append(step);
    }
    text.append(ownJob ? "+" : "");
    received.forEach((node, bytes) -> text.append(';').append(node).append('=').append(bytes));
    begun.forEach((stream, line) -> text.append(';').append(stream).append(':').append(line));
    return text.toString();
  }
}
