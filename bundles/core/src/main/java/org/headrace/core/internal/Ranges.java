package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
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
    if (ascend(array.ranges()) && ascend(wanted)) {
      sweep(array.ranges(), wanted, (range, other) -> common.add(common(range, other)));
      common.removeIf(Objects::isNull);
      return sorted(array, common);
    }
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
    if (ascend(left) && ascend(unwanted)) {
      Map<Range, List<Range>> cuts = new HashMap<>();
      sweep(
          left,
          unwanted,
          (range, taken) ->
              cuts.put(range, without(cuts.getOrDefault(range, List.of(range)), taken)));
      return sorted(
          array,
          left.stream()
              .flatMap(range -> cuts.getOrDefault(range, List.of(range)).stream())
              .toList());
    }
    for (Range taken : unwanted) {
      left = without(left, taken);
    }
    return sorted(array, left);
  }

  /**
   * True where each range begins after the one before has ended. So they are where nothing was
   * taken out of the midst of others, and as front ends write them. Others are compared one by one,
   * which would take seconds where a user names tens of thousands.
   */
  private static boolean ascend(List<Range> ranges) {
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i).first() <= ranges.get(i - 1).last()) {
        return false;
      }
    }
    return true;
  }

  /** Shows the pairs that overlap of two lists that ascend. */
  private static void sweep(List<Range> ones, List<Range> others, BiConsumer<Range, Range> pair) {
    int next = 0;
    for (Range one : ones) {
      while (next < others.size() && others.get(next).last() < one.first()) {
        next++;
      }
      for (int i = next; i < others.size() && others.get(i).first() <= one.last(); i++) {
        pair.accept(one, others.get(i));
      }
    }
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
