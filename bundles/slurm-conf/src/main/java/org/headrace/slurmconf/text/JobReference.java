package org.headrace.slurmconf.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a user means by a job id: a job, an array task, several tasks, a component of a
 * heterogeneous job, or one step of these.
 *
 * @param jobId at least 1
 * @param arrayTask one task, or {@link #NO_TASK}
 * @param arrayTasks several tasks ({@code 123_[1-9%3]}), else {@link ArraySpec#NONE}
 * @param hetOffset component of a heterogeneous job, or {@link #NO_OFFSET}
 * @param step a step number, one of the special steps, or {@link #NO_STEP}
 */
public record JobReference(
    long jobId, int arrayTask, ArraySpec arrayTasks, int hetOffset, int step) {
  /** No single array task named. */
  public static final int NO_TASK = -1;

  /** No component named. */
  public static final int NO_OFFSET = -1;

  /** No step named. */
  public static final int NO_STEP = -1;

  /** The step of the batch script. */
  public static final int BATCH_STEP = -2;

  /** The external step that prolog and adopted processes live in. */
  public static final int EXTERN_STEP = -3;

  /** The step of an interactive allocation. */
  public static final int INTERACTIVE_STEP = -4;

  /** The highest job id. */
  public static final long MAX_JOB_ID = 0x7fff_ffffL * 2 + 1;

  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{1,10})(?:_(?:(\\d{1,9})|\\[([^\\]]{1,65536})\\]|(\\*))|\\+(\\d{1,9}))?"
              + "(?:\\.(\\d{1,9}|batch|extern|interactive))?");

  /** One job. */
  public static JobReference ofJob(long jobId) {
    return new JobReference(jobId, NO_TASK, ArraySpec.NONE, NO_OFFSET, NO_STEP);
  }

  /**
   * Reads {@code 123}, {@code 123_4}, {@code 123_[1-9%3]}, {@code 123_*}, {@code 123+1}, and each
   * with {@code .0}, {@code .batch}, {@code .extern} or {@code .interactive}.
   *
   * @throws TextFormatException when it is none of these
   */
  public static JobReference parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw problem(text);
    }
    long jobId = Long.parseLong(matcher.group(1));
    if (jobId < 1 || jobId > MAX_JOB_ID) {
      throw problem(text);
    }
    ArraySpec tasks =
        matcher.group(3) == null
            ? ArraySpec.NONE
            : ArraySpec.parse(matcher.group(3), ArraySpec.HARD_MAX_SIZE);
    return new JobReference(
        jobId,
        number(matcher.group(2), NO_TASK),
        tasks,
        number(matcher.group(5), NO_OFFSET),
        step(matcher.group(6)));
  }

  private static int number(String digits, int none) {
    return digits == null ? none : Integer.parseInt(digits);
  }

  private static int step(String text) {
    if (text == null) {
      return NO_STEP;
    }
    switch (text) {
      case "batch":
        return BATCH_STEP;
      case "extern":
        return EXTERN_STEP;
      case "interactive":
        return INTERACTIVE_STEP;
      default:
        return Integer.parseInt(text);
    }
  }

  private static TextFormatException problem(String text) {
    return new TextFormatException(
        "job id "
            + TextFormatException.quote(text)
            + " is not JOB, JOB_TASK, JOB_[TASKS] or JOB+COMPONENT, with an optional .STEP");
  }

  /** Whether a step is named. */
  public boolean hasStep() {
    return step != NO_STEP;
  }

  /** How a step is written after the dot. */
  public static String stepName(int step) {
    switch (step) {
      case BATCH_STEP:
        return "batch";
      case EXTERN_STEP:
        return "extern";
      case INTERACTIVE_STEP:
        return "interactive";
      default:
        return Integer.toString(step);
    }
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder(Long.toString(jobId));
    if (!arrayTasks.isEmpty()) {
      out.append("_[").append(arrayTasks).append(']');
    } else if (arrayTask != NO_TASK) {
      out.append('_').append(arrayTask);
    } else if (hetOffset != NO_OFFSET) {
      out.append('+').append(hetOffset);
    }
    return hasStep() ? out.append('.').append(stepName(step)).toString() : out.toString();
  }
}
