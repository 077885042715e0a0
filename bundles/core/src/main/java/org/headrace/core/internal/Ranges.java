package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.JobArray;

/** Sets of array indexes. */
final class Ranges {
  private Ranges() {}

  static boolean contains(JobArray array, int index) {
    for (JobArray.Range range : array.ranges()) {
      if (index >= range.first()
          && index <= range.last()
          && (index - range.first()) % range.step() == 0) {
        return true;
      }
    }
    return false;
  }

  /** The lowest index; the array must have one. */
  static int first(JobArray array) {
    return array.ranges().get(0).first();
  }

  /** The array without one of its indexes. */
  static JobArray without(JobArray array, int index) {
    List<JobArray.Range> left = new ArrayList<>();
    for (JobArray.Range range : array.ranges()) {
      boolean hit =
          index >= range.first()
              && index <= range.last()
              && (index - range.first()) % range.step() == 0;
      if (!hit) {
        left.add(range);
        continue;
      }
      if (index > range.first()) {
        left.add(new JobArray.Range(range.first(), index - range.step(), range.step()));
      }
      if (index < range.last()) {
        left.add(new JobArray.Range(index + range.step(), range.last(), range.step()));
      }
    }
    return new JobArray(left, array.maxRunning());
  }

  /** The indexes, ascending. */
  static int[] members(List<JobArray.Range> ranges) {
    return ranges.stream()
        .flatMapToInt(
            range ->
                java.util.stream.IntStream.iterate(
                        range.first(), i -> i <= range.last(), i -> i + range.step())
                    .limit(range.count()))
        .sorted()
        .distinct()
        .toArray();
  }
}
