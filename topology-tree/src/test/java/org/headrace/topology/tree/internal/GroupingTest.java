package org.headrace.topology.tree.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupingTest {
  /** Leaves s0 (n0-n3), s1 (n4-n7), s2 (n8-n11); s0 and s1 below a, a and s2 below top. */
  private static final TopologySpec TREE =
      new TopologySpec(
          List.of(
              new TopologySpec.Switch("s0", names(0, 4), List.of()),
              new TopologySpec.Switch("s1", names(4, 8), List.of()),
              new TopologySpec.Switch("s2", names(8, 12), List.of()),
              new TopologySpec.Switch("a", List.of(), List.of("s0", "s1")),
              new TopologySpec.Switch("top", List.of(), List.of("a", "s2"))),
          List.of(),
          List.of());

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          fits the fullest leaf    | 11 1111 1111 | -    | 2 | 2 | 0 | 2 3
          one leaf before two      | 11 1111 11   | -    | 4 | 4 | 0 | 4 5 6 7
          lowest common switch     | 1111 1111 11 | -    | 6 | 6 | 0 | 0 1 2 3 4 5
          all of it                | 1111 1111 11 | -    | 9 | 9 | 0 | 0 1 2 3 4 5 6 7 10
          switches are limited     | 11 11 11     | -    | 3 | 3 | 1 | none
          two switches are enough  | 11 11 11     | -    | 3 | 3 | 2 | 2 3 6
          required decides         | 1111 1111 11 | 10   | 2 | 2 | 0 | 10 11
          required in two leaves   | 1111 1111 11 | 0 4  | 2 | 2 | 0 | 0 4
          too few                  | 1111 1111 11 | -    | 11 | 11 | 0 | none
          """)
  void tree(
      String title, String free, String required, int min, int max, int switches, String expected) {
    check(new TreeTopology(), TREE, 12, free, required, min, max, switches, expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          one leaf, if it fits   | dragonfly    | 11 1111 1111 | 4  | 0 | 4 5 6 7
          else all leaves alike  | dragonfly    | 1111 1111 11 | 6  | 0 | 0 1 2 4 5 6
          also the highest       | dragonfly    | 1111 1111 11 | 9  | 0 | 0 1 2 3 4 5 6 10 11
          few are asked for      | dragonfly    | 1111 1111 11 | 6  | 2 | 0 1 2 3 4 5
          """)
  void options(String title, String word, String free, int nodes, int switches, String expected) {
    TopologySpec spec = TREE.withOptions(Map.of(word, ""));
    check(new TreeTopology(), spec, 12, free, "-", nodes, nodes, switches, expected);
  }

  @Test
  void jobsMaySpanWhatHasNoCommonSwitchWhereTopologyIsOptional() {
    TopologySpec apart = new TopologySpec(TREE.switches().subList(0, 3), List.of(), List.of());
    TopologySpec optional = apart.withOptions(Map.of("topooptional", ""));
    int[] all = IntStream.range(0, 12).toArray();
    assertThat(choose(new TreeTopology(), apart, 12, all, List.of(), 6, 6, 0)).isNull();
    assertThat(choose(new TreeTopology(), optional, 12, all, List.of(), 6, 6, 0))
        .containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(choose(new TreeTopology(), optional, 12, all, List.of(), 6, 6, 1)).isNull();
  }

  @Test
  void brokenTreesAreNamed() {
    TopologySpec unknown =
        new TopologySpec(
            List.of(new TopologySpec.Switch("a", List.of(), List.of("ghost"))),
            List.of(),
            List.of());
    assertThatThrownBy(
            () -> choose(new TreeTopology(), unknown, 2, new int[] {0}, List.of(), 1, 1, 0))
        .hasMessageContaining("ghost");
    TopologySpec loop =
        new TopologySpec(
            List.of(
                new TopologySpec.Switch("a", List.of(), List.of("b")),
                new TopologySpec.Switch("b", List.of(), List.of("a"))),
            List.of(),
            List.of());
    assertThatThrownBy(() -> choose(new TreeTopology(), loop, 2, new int[] {0}, List.of(), 1, 1, 0))
        .hasMessageContaining("below itself");
  }

  /**
   * {@code free} has one group of ones per leaf; fewer than four ones are the leaf's last nodes.
   */
  private static void check(
      Topology topology,
      TopologySpec spec,
      int nodes,
      String free,
      String required,
      int min,
      int max,
      int switches,
      String expected) {
    String[] groups = free.trim().split(" +");
    int[] eligible =
        IntStream.range(0, groups.length)
            .flatMap(i -> IntStream.range(4 * i + 4 - groups[i].length(), 4 * i + 4))
            .toArray();
    List<Integer> must =
        required.equals("-")
            ? List.of()
            : Arrays.stream(required.split(" ")).map(Integer::valueOf).toList();
    int[] chosen = choose(topology, spec, nodes, eligible, must, min, max, switches);
    int[] want =
        expected.equals("none")
            ? null
            : Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(chosen).isEqualTo(want);
  }

  private static int[] choose(
      Topology topology,
      TopologySpec spec,
      int nodes,
      int[] eligible,
      List<Integer> required,
      int min,
      int max,
      int switches) {
    return topology.choose(
        new TopologyRequest(
            TestCluster.of(nodes, 1, 1, 1, 1).withTopology(spec),
            NodeMask.of(eligible),
            NodeMask.of(required.stream().mapToInt(Integer::intValue).toArray()),
            min,
            max,
            id -> 1,
            min,
            false,
            switches));
  }

  private static List<String> names(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "n" + i).toList();
  }
}
