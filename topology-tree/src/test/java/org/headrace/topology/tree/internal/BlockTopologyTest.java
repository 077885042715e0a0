package org.headrace.topology.tree.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Segments;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockTopologyTest {
  private static final int SEEDS = 4_000;

  /**
   * {@code free} has the number of free nodes of each block of {@code width}: its first ones. What
   * is expected is how many nodes each block gives.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a whole block              | 18 | 18    | 18 18 18 18 | 18 |                  | 18 0 0 0
          what is left of one        | 18 | 18    | 18 5 18 18  | 4  |                  | 0 4 0 0
          never across, if it fits   | 18 | 18    | 9 9 9 9     | 12 |                  | none
          two neighbours             | 18 | 18    | 18 4 18 18  | 36 |                  | 0 0 18 18
          one full and a part        | 18 | 18    | 18 18 18 18 | 24 |                  | 18 6 0 0
          larger than all sizes      | 4  | 4,8   | 3 4 4 1     | 12 |                  | 3 4 4 1
          the smallest joined block  | 4  | 4,8   | 4 4 4 3     | 7  |                  | 0 0 4 3
          joined blocks are aligned  | 4  | 4,8   | 1 4 4 1     | 8  |                  | none
          fewest blocks of a joined  | 4  | 4,16  | 4 2 2 4     | 8  |                  | 4 0 0 4
          as many as it takes        | 4  | 4,16  | 3 3 3 0     | 8  |                  | 3 3 2 0
          planned size first         | 18 | 16,32 | 18 18 0 0   | 32 |                  | 16 16 0 0
          spare ones for missing     | 18 | 16,32 | 18 14 0 0   | 32 |                  | 18 14 0 0
          equal slices if there are  | 18 | 16    | 18 14 16 0  | 32 |                  | 16 0 16 0
          spare saves a block        | 18 | 16,32 | 18 18 0 0   | 18 |                  | 18 0 0 0
          segments in blocks         | 18 | 18    | 17 17 17 0  | 36 | 12               | 12 12 12 0
          two segments in a block    | 18 | 18    | 18 18 17 18 | 18 | 9                | 18 0 0 0
          spread segments            | 18 | 18    | 18 18 17 18 | 18 | 9 spread         | 9 9 0 0
          segments anywhere          | 4  | 4,8   | 2 0 0 2     | 4  | 2                | 2 0 0 2
          consolidated               | 4  | 4,8   | 2 0 0 2     | 4  | 2 consolidated   | none
          consolidated and there     | 4  | 4,8   | 2 0 2 2     | 4  | 2 consolidated   | 0 0 2 2
          a job in one segment       | 4  | 4,8   | 2 4 4 4     | 3  | 8                | 0 3 0 0
          larger than a base block   | 4  | 4,8   | 4 3 4 4 4 4 | 16 | 8                | 0 0 4 4 4 4
          not whole segments         | 4  | 4,8   | 4 4 4 4     | 7  | 2                | none
          """)
  void places(
      String title, int width, String sizes, String free, int nodes, String wish, String want) {
    int[] counts = Arrays.stream(free.split(" ")).mapToInt(Integer::parseInt).toArray();
    ClusterView view = cluster(counts.length, width, sizes);
    int[] eligible =
        IntStream.range(0, counts.length)
            .flatMap(block -> IntStream.range(width * block, width * block + counts[block]))
            .toArray();
    int[] chosen = choose(view, eligible, List.of(), nodes, nodes, id -> 1, nodes, segments(wish));
    assertThat(chosen == null ? null : perBlock(chosen, counts.length, width))
        .isEqualTo(
            want.equals("none")
                ? null
                : Arrays.stream(want.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  private static Segments segments(String wish) {
    if (wish == null) {
      return Segments.NONE;
    }
    return new Segments(
        Integer.parseInt(wish.split(" ")[0]),
        wish.contains("spread"),
        wish.contains("consolidated"));
  }

  @Test
  void requiredNodesAreTaken() {
    ClusterView view = cluster(4, 4, "4,8");
    int[] all = IntStream.range(0, 16).toArray();
    assertThat(choose(view, all, List.of(9), 2, 2, id -> 1, 2, Segments.NONE)).contains(9);
    assertThat(choose(view, all, List.of(9, 13), 2, 2, id -> 1, 2, Segments.NONE)).isNull();
    assertThat(choose(view, all, List.of(9, 13), 5, 5, id -> 1, 5, Segments.NONE))
        .containsExactlyInAnyOrder(9, 13, 8, 10, 11);
    Segments pairs = new Segments(2, false, false);
    assertThat(choose(view, all, List.of(1, 14), 4, 4, id -> 1, 4, pairs)).contains(1, 14);
  }

  @Test
  void largerNodesServeWithFewer() {
    ClusterView view = cluster(2, 4, "4");
    int[] all = IntStream.range(0, 8).toArray();
    int[] chosen = choose(view, all, List.of(), 1, 8, id -> id < 4 ? 2 : 4, 10, Segments.NONE);
    assertThat(chosen).hasSize(3).doesNotContain(0, 1, 2, 3);
  }

  @Test
  void nodesWithoutABlockServeAlone() {
    TopologySpec wiring =
        new TopologySpec(
            List.of(), List.of(new TopologySpec.Block("b", List.of("n0", "n1"))), List.of(2));
    ClusterView view = TestCluster.of(4, 1, 1, 1, 1).withTopology(wiring);
    assertThat(choose(view, new int[] {2, 3}, List.of(), 1, 1, id -> 1, 1, Segments.NONE))
        .containsExactly(2);
    assertThat(choose(view, new int[] {2, 3}, List.of(), 2, 2, id -> 1, 2, Segments.NONE)).isNull();
  }

  /** Against all ways to take nodes from blocks, one by one, in small clusters. */
  @Test
  void nothingBetterIsThere() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      int width = 2 + random.nextInt(3);
      int base = Math.max(1, width - random.nextInt(2));
      String sizes = List.of("", "," + 2 * base, "," + 4 * base).get(random.nextInt(3));
      int count = 1 + random.nextInt(5);
      ClusterView view = cluster(count, width, base + sizes);
      int[] free = random.ints(count, 0, width + 1).toArray();
      int nodes = 1 + random.nextInt(10);
      Segments wish =
          random.nextInt(2) == 0
              ? Segments.NONE
              : new Segments(1 + random.nextInt(base), random.nextBoolean(), random.nextBoolean());
      int[] eligible =
          IntStream.range(0, count)
              .flatMap(block -> IntStream.range(width * block, width * block + free[block]))
              .toArray();
      int[] chosen = choose(view, eligible, List.of(), nodes, nodes, id -> 1, nodes, wish);
      int[] levels = Arrays.stream((base + sizes).split(",")).mapToInt(Integer::parseInt).toArray();
      BruteForce all = new BruteForce(free, base, levels, nodes, wish);
      int fewest = all.fewestUnits();
      String where = "seed " + seed;
      if (chosen == null) {
        assertThat(fewest).as(where).isEqualTo(BruteForce.NONE);
      } else {
        int[] taken = perBlock(chosen, count, width);
        assertThat(Arrays.stream(taken).sum()).as(where).isEqualTo(nodes);
        assertThat(all.units(taken)).as(where).isEqualTo(fewest);
      }
    }
  }

  /** Tries every number of nodes of each block. */
  private record BruteForce(int[] free, int base, int[] levels, int nodes, Segments wish) {
    static final int NONE = -1;

    /** Fewest blocks of the level below the one in which the job has to stay. */
    int fewestUnits() {
      if (divided() && nodes % wish.size() != 0) {
        return NONE;
      }
      for (int blocks : scopes()) {
        int best = NONE;
        for (int first = 0; first < free.length; first += blocks) {
          int end = Math.min(free.length, first + blocks);
          int here = fewest(first, end, nodes, -1);
          best = best == NONE || here != NONE && here < best ? here : best;
        }
        if (best != NONE) {
          return best;
        }
      }
      return NONE;
    }

    int units(int[] taken) {
      return (int)
          IntStream.range(0, taken.length)
              .filter(block -> taken[block] > 0)
              .map(block -> block / unit())
              .distinct()
              .count();
    }

    private boolean divided() {
      return wish.divide(nodes);
    }

    /** Base blocks of the blocks in which the job may be, closest first. */
    private List<Integer> scopes() {
      List<Integer> widths = new ArrayList<>();
      for (int size : levels) {
        if (size >= nodes) {
          widths.add(size / base);
        }
      }
      if (!divided() && !widths.isEmpty()) {
        return List.of(widths.get(0));
      }
      if (!divided() || !wish.consolidated()) {
        widths.add(free.length);
      }
      return widths;
    }

    /** Base blocks of a block of the level below. */
    private int unit() {
      int unit = 1;
      for (int size : levels) {
        unit = !divided() && size < nodes ? size / base : unit;
      }
      return unit;
    }

    private int fewest(int block, int end, int missing, int lastUnit) {
      if (missing == 0) {
        return 0;
      }
      if (block == end) {
        return NONE;
      }
      int best = NONE;
      for (int take = 0; take <= Math.min(missing, free[block]); take++) {
        boolean allowed =
            !divided() || take % wish.size() == 0 && (!wish.spread() || take <= wish.size());
        int used = take > 0 ? block / unit() : lastUnit;
        int rest = allowed ? fewest(block + 1, end, missing - take, used) : NONE;
        int sum = rest == NONE ? NONE : rest + (used > lastUnit ? 1 : 0);
        best = best == NONE || sum != NONE && sum < best ? sum : best;
      }
      return best;
    }
  }

  private static int[] perBlock(int[] chosen, int blocks, int width) {
    int[] counts = new int[blocks];
    Arrays.stream(chosen).forEach(id -> counts[id / width]++);
    return counts;
  }

  private static ClusterView cluster(int blocks, int width, String sizes) {
    TopologySpec wiring =
        new TopologySpec(
            List.of(),
            IntStream.range(0, blocks)
                .mapToObj(
                    block ->
                        new TopologySpec.Block(
                            "b" + block,
                            IntStream.range(width * block, width * block + width)
                                .mapToObj(i -> "n" + i)
                                .toList()))
                .toList(),
            Arrays.stream(sizes.split(",")).map(Integer::valueOf).toList());
    return TestCluster.of(blocks * width, 1, 1, 1, 1).withTopology(wiring);
  }

  private static int[] choose(
      ClusterView view,
      int[] eligible,
      List<Integer> required,
      int min,
      int max,
      IntUnaryOperator capacity,
      long needed,
      Segments segments) {
    return new BlockTopology()
        .choose(
            new TopologyRequest(
                view,
                NodeMask.of(eligible),
                NodeMask.of(required.stream().mapToInt(Integer::intValue).toArray()),
                min,
                max,
                capacity,
                needed,
                false,
                0,
                segments,
                view.topology()));
  }
}
