package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobArray.Range;

/** Sets of array indexes. What they cost depends on the number of ranges, not of indexes. */
final class Ranges {
  private Ranges() {}

  /** The lowest index; the array must have one. */
  static int first(JobArray array) {
    return array.ranges().get(0).first();
  }

  static JobArray of(int index) {
    return new JobArray(List.of(new Range(index, index, 1)), 0);
  }

  /** Those indexes of the array that are wanted. */
  static JobArray intersection(JobArray array, List<Range> wanted) {
    List<Range> common = new ArrayList<>();
    for (Range other : withoutOverlap(wanted)) {
      for (Range range : array.ranges()) {
        Range both = common(range, other);
        if (both != null) {
          common.add(both);
        }
      }
    }
    return sorted(array, common);
  }

  /** The array without some indexes. */
  static JobArray difference(JobArray array, List<Range> unwanted) {
    List<Range> left = array.ranges();
    for (Range taken : unwanted) {
      left = without(left, taken);
    }
    return sorted(array, left);
  }

  private static JobArray sorted(JobArray array, List<Range> ranges) {
    return new JobArray(
        ranges.stream().sorted(Comparator.comparingInt(Range::first)).toList(), array.maxRunning());
  }

  /** Indexes that were named twice count once. */
  private static List<Range> withoutOverlap(List<Range> ranges) {
    List<Range> apart = new ArrayList<>();
    for (Range range : ranges) {
      List<Range> left = List.of(range);
      for (Range before : apart) {
        left = without(left, before);
      }
      apart.addAll(left);
    }
    return apart;
  }

  private static List<Range> without(List<Range> ranges, Range taken) {
    List<Range> left = new ArrayList<>();
    for (Range range : ranges) {
      Range both = common(range, taken);
      if (both == null) {
        left.add(range);
      } else {
        cut(range, both, left);
      }
    }
    return left;
  }

  /** What is in both, or null. */
  private static Range common(Range one, Range other) {
    Range coarse = one.step() >= other.step() ? one : other;
    Range fine = coarse == one ? other : one;
    long last = Math.min(one.last(), other.last());
    long ahead = Math.max(0, (long) fine.first() - coarse.first());
    long index = coarse.first() + (ahead + coarse.step() - 1) / coarse.step() * coarse.step();
    // Of so many successive indexes of the coarse one, one is in the other if any is.
    for (int tries = 0; tries < fine.step() && index <= last; tries++) {
      if (fine.contains((int) index)) {
        long step = (long) coarse.step() / gcd(coarse.step(), fine.step()) * fine.step();
        return range(index, last - (last - index) % step, step);
      }
      index += coarse.step();
    }
    return null;
  }

  private static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static Range range(long first, long last, long step) {
    return new Range((int) first, (int) last, first == last ? 1 : (int) step);
  }

  /** Adds what is left of a range without some of its indexes. */
  private static void cut(Range range, Range taken, List<Range> left) {
    int step = range.step();
    if (taken.first() > range.first()) {
      left.add(range(range.first(), taken.first() - step, step));
    }
    int between = taken.first() == taken.last() ? 0 : taken.step() / step - 1;
    if (between < taken.count()) {
      for (int i = 1; i <= between; i++) {
        int first = taken.first() + i * step;
        left.add(range(first, first + taken.last() - taken.first() - taken.step(), taken.step()));
      }
    } else {
      for (int at = taken.first(); at < taken.last(); at += taken.step()) {
        left.add(range(at + step, at + taken.step() - step, step));
      }
    }
    if (taken.last() < range.last()) {
      left.add(range(taken.last() + step, range.last(), step));
    }
  }

  /** The indexes, ascending. */
  static int[] members(JobArray array) {
    return array.ranges().stream()
        .flatMapToInt(
            range -> IntStream.iterate(range.first(), i -> i + range.step()).limit(range.count()))
        .sorted()
        .toArray();
  }
}
