package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.api.launcher.MemoryPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBindingTest {
  private static final List<Integer> NODES = List.of(0, 2);

  /** Two tasks: mode, nodes as a mask, and the word that is shown. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                            | DEFAULT [0, 0] ''
          verbose                       | DEFAULT [0, 0] 'NONE'
          v,none                        | DEFAULT [0, 0] 'NONE'
          local                         | LOCAL [0, 0] ''
          VERBOSE,LOCAL                 | LOCAL [0, 0] 'LOC'
          v,quiet,local                 | LOCAL [0, 0] ''
          sort,rank                     | BIND [1, 4] ''
          nosort,prefer,verbose,rank    | PREFER [1, 4] 'RANK'
          map_mem:2,0x0                 | BIND [4, 1] ''
          map_mem:2*2,0                 | BIND [4, 4] ''
          p,v,map_mem:1                 | PREFER [2, 2] 'MAP'
          map_mem:99999                 | BIND [0, 0] ''
          mask_mem:0x5,2                | BIND [5, 2] ''
          v,mask_mem:f                  | BIND [15, 15] 'MASK'
          mask_mem:nonsense             | BIND [0, 0] ''
          """)
  void tasksAreHeldToTheNodesOfMemoryThatAreAskedFor(String wish, String expected) {
    MemoryBinding binding = MemoryBinding.of(wish);
    MemoryPolicy first = binding.policy(NODES, 0);
    MemoryPolicy second = binding.policy(NODES, 1);
    String told =
        "%s [%d, %d] '%s'".formatted(first.mode(), mask(first), mask(second), first.shownAs());
    assertThat(told).isEqualTo(expected);
    assertThat(second.mode()).isEqualTo(first.mode());
  }

  private static long mask(MemoryPolicy policy) {
    return policy.nodes().length == 0 ? 0 : policy.nodes()[0];
  }

  @ParameterizedTest
  @CsvSource({"rank, DEFAULT", "local, LOCAL", "map_mem:0, BIND"})
  void whereTheKernelKnowsOfNoNodesRankBindsNothing(String wish, MemoryPolicy.Mode mode) {
    assertThat(MemoryBinding.of(wish).policy(List.of(), 3).mode()).isEqualTo(mode);
  }
}
