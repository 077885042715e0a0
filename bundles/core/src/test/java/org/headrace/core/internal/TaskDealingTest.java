package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many tasks of steps a Slurm 22.05 put on the nodes of allocations with these CPUs. */
class TaskDealingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          64 64 64 64 | 9  |             | 3 2 2 2
          64 64 64 64 | 5  |             | 2 1 1 1
          64 64 64    | 8  | block       | 3 3 2
          64 64       | 4  | block:block | 2 2
          29 1 1 1    | 9  |             | 6 1 1 1
          64 6        | 9  |             | 5 4
          64 6        | 70 |             | 64 6
          8 8 8 8     | 20 | *           | 5 5 5 5
          64 6        | 40 | NoPack      | 34 6
          64 64       | 4  | block,Pack  | 3 1
          8 8         | 9  | block,pack  | 8 1
          64 64 64 64 | 12 | plane=4     | 4 4 3 1
          64 64 64 64 | 11 | plane=2     | 4 3 2 2
          64 64 64 64 | 9  | plane=2     | 3 2 2 2
          64 64 64 64 | 9  | plane=3     | 3 3 2 1
          64 64 64 64 | 5  | plane=2     | 2 1 1 1
          64 64       | 2  | plane=3     | 1 1
          64 6        | 12 | plane=4     | 8 4
          29 1 1 1    | 12 | plane=4     | 9 1 1 1
          8 8         | 9  | cyclic,Pack | 5 4
          2 1 4       | 7  | cyclic      | 2 1 4
          """)
  void countsAreSlurms(String most, int tasks, String distribution, String counts) {
    List<List<Integer>> ranks = deal(most, tasks, distribution == null ? "" : distribution);
    assertThat(ranks.stream().map(List::size)).containsExactlyElementsOf(numbers(counts));
    assertThat(ranks.stream().flatMap(List::stream).sorted().toList())
        .isEqualTo(Stream.iterate(0, n -> n + 1).limit(tasks).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          block       | 0 1 2/3 4
          cyclic      | 0 2 4/1 3
          plane=2     | 0 1 4/2 3
          cyclic:fcyclic | 0 2 4/1 3
          """)
  void numbersFollowTheWord(String distribution, String numbers) {
    assertThat(deal("4 4", 5, distribution))
        .isEqualTo(Stream.of(numbers.split("/")).map(TaskDealingTest::numbers).toList());
  }

  private static List<List<Integer>> deal(String most, int tasks, String distribution) {
    int[] room = numbers(most).stream().mapToInt(Integer::intValue).toArray();
    return new TaskDealing(room, tasks).deal(distribution);
  }

  private static List<Integer> numbers(String text) {
    return Stream.of(text.strip().split(" +")).map(Integer::valueOf).toList();
  }
}
