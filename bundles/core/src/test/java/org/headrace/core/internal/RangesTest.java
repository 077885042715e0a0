package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobArray.Range;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RangesTest {
  private static final int MOST = 60;

  private static List<Range> some(Random random) {
    List<Range> ranges = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int first = random.nextInt(MOST);
      int step = 1 + random.nextInt(random.nextBoolean() ? 2 : 12);
      int last = first + step * random.nextInt(1 + (MOST - first) / step);
      ranges.add(new Range(first, last, step));
    }
    return ranges;
  }

  private static TreeSet<Integer> indexes(List<Range> ranges) {
    TreeSet<Integer> indexes = new TreeSet<>();
    for (Range range : ranges) {
      for (int i = range.first(); i <= range.last(); i += range.step()) {
        indexes.add(i);
      }
    }
    return indexes;
  }

  /** Against sets of numbers, on 20,000 pairs of sets. */
  @Test
  void setsAreTakenTogetherAndApart() {
    Random random = new Random(11);
    JobArray all = new JobArray(List.of(new Range(0, MOST, 1)), 3);
    for (int i = 0; i < 20_000; i++) {
      List<Range> one = some(random);
      List<Range> other = some(random);
      JobArray array = Ranges.intersection(all, one);
      check(array, indexes(one));

      TreeSet<Integer> both = indexes(one);
      both.retainAll(indexes(other));
      JobArray common = Ranges.intersection(array, other);
      check(common, both);

      TreeSet<Integer> rest = indexes(one);
      rest.removeAll(indexes(other));
      check(Ranges.difference(array, other), rest);
      check(Ranges.difference(array, common.ranges()), rest);
    }
  }

  /** As a user may name them: each compared with each took minutes, of all users. */
  @Test
  @Timeout(60)
  void tensOfThousandsOfSingleIndexesAreNotComparedOneByOne() {
    List<Range> third = new ArrayList<>();
    List<Range> seventh = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      third.add(new Range(3 * i, 3 * i, 1));
      seventh.add(new Range(7 * i, 7 * i, 1));
    }
    JobArray array = new JobArray(third, 0);
    assertThat(Ranges.intersection(array, seventh).count()).isEqualTo(100_000 / 7 + 1);
    assertThat(Ranges.difference(array, seventh).count()).isEqualTo(100_000 - 100_000 / 7 - 1);
  }

  private static void check(JobArray array, TreeSet<Integer> expected) {
    assertThat(Ranges.members(array)).containsExactly(expected.stream().mapToInt(i -> i).toArray());
    assertThat(array.count()).isEqualTo(expected.size());
    assertThat(array.maxRunning()).isEqualTo(3);
    assertThat(array.ranges())
        .allMatch(range -> (range.last() - range.first()) % range.step() == 0);
    for (int i = 0; i <= MOST; i++) {
      assertThat(array.contains(i)).isEqualTo(expected.contains(i));
    }
    if (!expected.isEmpty()) {
      assertThat(Ranges.first(array)).isEqualTo(expected.first());
    }
  }

  @Test
  void aMillionTasksCostAsFewDo() {
    JobArray array = new JobArray(List.of(new Range(0, 3_999_999, 1)), 0);
    JobArray odd = Ranges.intersection(array, List.of(new Range(1, 3_999_999, 2)));
    assertThat(odd.ranges()).containsExactly(new Range(1, 3_999_999, 2));
    assertThat(Ranges.difference(array, odd.ranges()).ranges())
        .containsExactly(new Range(0, 0, 1), new Range(2, 3_999_998, 2));
  }
}
