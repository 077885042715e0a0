package org.headrace.commands.internal.text;

import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.Step;

/** Job and step ids as users write them: {@code 12}, {@code 12_3}, {@code 12_[4-9%2]}. */
public final class Ids {
  private Ids() {}

  /** Id of a job; of an array, the indexes that haven't started in brackets. */
  public static String job(Job job) {
    return job(job, Integer.MAX_VALUE);
  }

  /**
   * Id of a job.
   *
   * @param width most characters of the indexes in brackets, after which {@code ...} follows
   */
  public static String job(Job job, int width) {
    if (job.arrayId() == 0) {
      return Long.toString(job.id());
    }
    if (!job.pendingArray()) {
      return job.arrayId() + "_" + job.arrayTask();
    }
    String indexes = indexes(job.status().pendingTasks());
    if (indexes.length() > width) {
      indexes = indexes.substring(0, width) + "...";
    }
    return job.arrayId() + "_[" + indexes + "]";
  }

  /** Indexes of an array with its throttle, for example {@code 1-9:2%3}. */
  public static String indexes(JobArray array) {
    StringBuilder text = new StringBuilder();
    for (JobArray.Range range : array.ranges()) {
      if (text.length() > 0) {
        text.append(',');
      }
      appendRange(text, range);
    }
    if (array.maxRunning() > 0) {
      text.append('%').append(array.maxRunning());
    }
    return text.toString();
  }

  /** Id of a step, for example {@code 12_3.batch}. */
  public static String step(Job job, int stepId) {
    return job(job) + "." + step(stepId);
  }

  /** The part of a step's id after the dot. */
  public static String step(int stepId) {
    return switch (stepId) {
      case Step.BATCH -> "batch";
      case Step.EXTERN -> "extern";
      case Step.INTERACTIVE -> "interactive";
      default -> Integer.toString(stepId);
    };
  }

  private static void appendRange(StringBuilder text, JobArray.Range range) {
    text.append(range.first());
    if (range.last() == range.first()) {
      return;
    }
    if (range.step() == 1 && range.last() == range.first() + 1) {
      text.append('-').append(range.last());
    } else if (range.step() > 1 && range.count() == 2) {
      text.append(',').append(range.last());
    } else {
      text.append('-').append(range.last());
      if (range.step() > 1) {
        text.append(':').append(range.step());
      }
    }
  }
}
