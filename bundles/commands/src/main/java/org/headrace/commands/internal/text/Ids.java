package org.headrace.commands.internal.text;

import java.util.BitSet;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.Step;
import org.headrace.slurmconf.text.BitmapList;

/** Job and step ids as users write them: {@code 12}, {@code 12_3}, {@code 12_[4-9%2]}. */
public final class Ids {
  /** From so many indexes on, equal steps are written as a step. */
  private static final int STEPS = 7;

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
    if (job.spec().component().grouped()) {
      return job.spec().component().group() + "+" + job.spec().component().index();
    }
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

  /** Indexes of an array with its throttle, for example {@code 1-9,20%3}. */
  public static String indexes(JobArray array) {
    BitSet set = new BitSet();
    for (JobArray.Range range : array.ranges()) {
      for (int index = range.first(); index <= range.last(); index += range.step()) {
        set.set(index);
      }
    }
    String text =
        array.ranges().size() == 1 && array.ranges().get(0).step() > 1 && array.count() >= STEPS
            ? stepped(array.ranges().get(0))
            : BitmapList.format(set);
    return array.maxRunning() > 0 ? text + "%" + array.maxRunning() : text;
  }

  private static String stepped(JobArray.Range range) {
    return range.first() + "-" + range.last() + ":" + range.step();
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
}
