package org.headrace.topology.flat.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.headrace.api.model.NodeMask;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlatTopologyTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          least to spare           | 4 8 2 8     | -   | 1 | 99 |  2 | false | 2
          fewest nodes             | 4 4 8 4     | -   | 1 | 99 |  8 | false | 2
          neighbours               | 4 0 4 4 0 4 | -   | 2 |  2 |  8 | false | 2 3
          small gap before large   | 1 1 0 1 1 1 | -   | 2 |  2 |  2 | false | 0 1
          scattered where needed   | 4 0 4 0 4   | -   | 2 |  2 |  8 | false | 0 2
          contiguous or nothing    | 4 0 4 0 4   | -   | 2 |  2 |  8 | true  | none
          large ones when few      | 9 1 9 1 1   | -   | 2 |  2 | 18 | false | 0 2
          required is in           | 4 4 4 4     | 3   | 1 | 99 |  1 | false | 3
          required and a neighbour | 4 4 4 4     | 3   | 2 |  2 |  1 | false | 2 3
          required apart           | 4 4 0 4     | 0 3 | 2 |  2 |  1 | false | 0 3
          too many nodes           | 4 4         | -   | 3 |  3 |  1 | false | none
          too much                 | 4 4         | -   | 1 | 99 |  9 | false | none
          maximum of nodes         | 4 4 4       | -   | 1 |  2 | 12 | false | none
          more required than max   | 4 4 4       | 0 1 | 1 |  1 |  1 | false | none
          """)
  void picks(
      String title,
      String capacities,
      String required,
      int min,
      int max,
      long needed,
      boolean contiguous,
      String expected) {
    int[] capacity = numbers(capacities);
    int[] must = required.equals("-") ? new int[0] : numbers(required);
    int[] chosen = choose(capacity, must, min, max, needed, contiguous);
    assertThat(chosen).isEqualTo(expected.equals("none") ? null : numbers(expected));
  }

  @Test
  void findsAChoiceWheneverThereIsOne() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      int[] capacity =
          IntStream.range(0, 1 + random.nextInt(7)).map(i -> random.nextInt(5)).toArray();
      int min = 1 + random.nextInt(3);
      int max = min + random.nextInt(3);
      long needed = 1 + random.nextInt(12);
      int[] chosen = choose(capacity, new int[0], min, max, needed, false);
      long[] sorted = Arrays.stream(capacity).filter(c -> c > 0).sorted().asLongStream().toArray();
      long best = Arrays.stream(sorted).skip(Math.max(0, sorted.length - max)).sum();
      boolean possible = sorted.length >= min && best >= needed;
      assertThat(chosen != null).as("seed %d", seed).isEqualTo(possible);
      if (possible) {
        assertThat(chosen.length).as("seed %d", seed).isBetween(min, max);
        assertThat(Arrays.stream(chosen).map(i -> capacity[i]).sum())
            .as("seed %d", seed)
            .isGreaterThanOrEqualTo((int) needed);
      }
    }
  }

  private static int[] choose(
      int[] capacity, int[] required, int min, int max, long needed, boolean contiguous) {
    int[] eligible = IntStream.range(0, capacity.length).filter(i -> capacity[i] > 0).toArray();
    return new FlatTopology()
        .choose(
            new TopologyRequest(
                TestCluster.of(capacity.length, 1, 1, 1, 1),
                NodeMask.of(eligible),
                NodeMask.of(required),
                min,
                max,
                id -> capacity[id],
                needed,
                contiguous,
                0));
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.trim().split(" +")).mapToInt(Integer::parseInt).toArray();
  }
}
