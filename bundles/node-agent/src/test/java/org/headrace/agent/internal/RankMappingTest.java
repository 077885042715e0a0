package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.headrace.api.launcher.ParallelWorld;
import org.junit.jupiter.api.Test;

class RankMappingTest {
  private static String of(int... nodes) {
    return RankMapping.of(nodes);
  }

  /** Expected texts are those of a Slurm 22.05. */
  @Test
  void isWrittenAsSlurmDoes() {
    assertThat(of(0, 0)).isEqualTo("(vector,(0,1,2))");
    assertThat(of(0, 1)).isEqualTo("(vector,(0,2,1))");
    assertThat(of(0, 0, 0, 1, 1, 2, 2)).isEqualTo("(vector,(0,1,3),(1,2,2))");
    assertThat(of(0, 1, 2, 0, 1, 2, 0)).isEqualTo("(vector,(0,3,1),(0,3,1),(0,1,1))");
  }

  /** What programs make of a mapping, which begins anew where ranks are left. */
  private static int[] read(String mapping, int size) {
    int[] nodes = new int[size];
    Matcher block = Pattern.compile("\\((\\d+),(\\d+),(\\d+)\\)").matcher(mapping);
    int rank = 0;
    while (rank < size) {
      if (!block.find()) {
        block.reset();
        continue;
      }
      int first = Integer.parseInt(block.group(1));
      int each = Integer.parseInt(block.group(3));
      int count = Integer.parseInt(block.group(2)) * each;
      for (int i = 0; i < count && rank < size; i++) {
        nodes[rank++] = first + i / each;
      }
    }
    return nodes;
  }

  @Test
  void whatRepeatsIsWrittenOnceWhereItWouldBeTooLong() {
    int[] cyclic = IntStream.range(0, 5001).map(rank -> rank % 4).toArray();
    assertThat(RankMapping.of(cyclic)).isEqualTo("(vector,(0,4,1))");
    int[] planes = IntStream.range(0, 5001).map(rank -> rank / 3 % 4).toArray();
    assertThat(read(RankMapping.of(planes), 5001)).isEqualTo(planes);
  }

  @Test
  void anyMappingReadsAsItWasOrIsLeftOut() {
    for (int seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      int[] pattern = random.ints(1 + random.nextInt(9), 0, 1 + random.nextInt(5)).toArray();
      int size = 1 + random.nextInt(900);
      int[] nodes = IntStream.range(0, size).map(rank -> pattern[rank % pattern.length]).toArray();
      String mapping = RankMapping.of(nodes);
      assertThat(mapping.length()).isLessThanOrEqualTo(ParallelWorld.MAX_MAPPING_BYTES);
      if (!mapping.isEmpty()) {
        assertThat(read(mapping, size)).as(Arrays.toString(pattern) + size).isEqualTo(nodes);
      }
    }
    int[] random = new Random(1).ints(5000, 0, 100).toArray();
    assertThat(RankMapping.of(random)).isEmpty();
  }
}
