package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;
import org.headrace.api.job.JobArray;
import org.headrace.slurmconf.text.ArraySpec;
import org.headrace.slurmconf.text.TextFormatException;

/** Array indexes between what users write and what the controller keeps. */
public final class ArrayNotation {
  private ArrayNotation() {}

  /**
   * Reads indexes.
   *
   * @param maxArraySize indexes are below this
   * @throws TextFormatException when they are malformed or out of bounds
   */
  public static JobArray parse(String text, int maxArraySize) {
    if (text.isEmpty()) {
      return JobArray.NONE;
    }
    return of(ArraySpec.parse(text, Math.min(maxArraySize, ArraySpec.HARD_MAX_SIZE)));
  }

  /** The same indexes as ranges. */
  public static JobArray of(ArraySpec spec) {
    List<JobArray.Range> ranges = new ArrayList<>();
    PrimitiveIterator.OfInt tasks = spec.tasks().iterator();
    int first = -1;
    int last = -1;
    int step = 0;
    while (tasks.hasNext()) {
      int task = tasks.nextInt();
      if (first < 0) {
        first = task;
      } else if (step == 0) {
        step = task - first;
      } else if (task - last != step) {
        if (last == first + step && step > 1) {
          // Two indexes apart make no range; the second may begin one.
          ranges.add(new JobArray.Range(first, first, 1));
          first = last;
          step = task - first;
        } else {
          ranges.add(new JobArray.Range(first, last, step));
          first = task;
          step = 0;
        }
      }
      last = task;
    }
    if (first >= 0) {
      ranges.add(new JobArray.Range(first, last, Math.max(1, step)));
    }
    return new JobArray(ranges, spec.throttle());
  }
}
