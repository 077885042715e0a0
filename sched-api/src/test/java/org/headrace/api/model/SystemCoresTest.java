package org.headrace.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemCoresTest {
  /** Two sockets of four cores. */
  private static final NodeHardware ALL = new NodeHardware(1, 2, 4, 1, 1000, 0);

  /** Which cores a Slurm 22.05 leaves to a job, on such nodes. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          count 3 | 1 | 0-6
          count 3 | 0 | 0-7
          count 3 | 4 | 0-1,4-5
          list    | 1 | 0,2-7
          list    | 2 | 0,2-3,5-7
          list    | 3 | 0,2-3,5-6
          """)
  void theCoresThatAreLeft(String configured, int asked, String expected) {
    CoreSet system = configured.equals("list") ? CoreSet.of(1, 4) : ALL.lastCores(3);
    NodeHardware hardware = ALL.withSystem(system);
    CoreSet left = hardware.left(new SystemCores(asked, false));
    assertThat(CoreSet.firstOf(8).minus(left).toString()).isEqualTo(expected);
    assertThat(hardware.left(null)).isEqualTo(system);
  }

  @Test
  void threadsAreRoundedToCores() {
    NodeHardware hardware = new NodeHardware(1, 2, 4, 2, 1000, 0).withSystem(CoreSet.of(7));
    assertThat(hardware.usableCpus()).isEqualTo(14);
    assertThat(hardware.left(new SystemCores(3, true))).isEqualTo(CoreSet.of(3, 7));
  }

  @Test
  void aLedgerGivesThemOnlyToWhoAsksAndIsAlone() {
    NodeHardware hardware = ALL.withSystem(ALL.lastCores(3));
    NodeView node = new NodeView(0, "n0", hardware, Set.of(), List.of(), 1, NodeState.USABLE);
    ResourceLedger ledger = ResourceLedger.allFree(List.of(node));
    assertThat(ledger.freeCores(0).toString()).isEqualTo("0-2,4-5");
    CoreTerms one = new CoreTerms("p", 1, CoreTerms.ANY, CoreTerms.ANY, new SystemCores(1, false));
    Allocation whole = on(one, CoreSet.firstOf(7));
    assertThat(ledger.problem(whole)).isNull();
    assertThat(ledger.problem(on(one, CoreSet.firstOf(8)))).contains("busy");
    assertThat(ledger.problem(on(CoreTerms.ALONE, CoreSet.firstOf(7)))).contains("busy");
    ledger.allocate(whole, ResourceLedger.NO_USER);
    assertThat(ledger.freeCoreCount(0)).isZero();
    ledger.release(whole);
    assertThat(ledger.freeCores(0).toString()).isEqualTo("0-2,4-5");
    ledger.allocate(on(CoreTerms.ALONE, CoreSet.of(0)), ResourceLedger.NO_USER);
    assertThat(ledger.problem(whole)).isNotNull();
  }

  private static Allocation on(CoreTerms terms, CoreSet cores) {
    NodeAllocation part = new NodeAllocation(0, cores, cores.size(), 0, List.of(), 1);
    return new Allocation(List.of(part), terms.system() != null).withTerms(terms);
  }
}
