package org.headrace.bench.internal.deep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.headrace.bench.internal.BenchException;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  /** Of a Slurm 22.05.8. */
  private static final String SLURM =
      """
      Main schedule statistics (microseconds):
      \tLast cycle:   3146
      \tTotal cycles: 12
      \tLast queue length: 3

      Backfilling stats
      \tTotal backfilled jobs (since last slurm start): 7
      \tTotal cycles: 2
      \tLast cycle when: Thu Nov 26 23:59:13 2026 (1795737553)
      \tLast cycle: 12345
      \tMax cycle:  20000
      \tMean cycle: 16172
      \tLast depth cycle: 500
      \tLast depth cycle (try sched): 428
      \tLast queue length: 5000

      Latency for 1000 calls to gettimeofday(): 26 microseconds
      """;

  @Test
  void backfillIsToldFromTheMainScheduler() {
    assertThat(Diagnosis.parse(SLURM)).isEqualTo(new Diagnosis(2, 12_345, 428));
  }

  @Test
  void beforeTheFirstPassThereIsNothing() {
    String text = "Backfilling stats\n\tTotal cycles: 0\n\tLast cycle when: N/A\n\n";

    assertThat(Diagnosis.parse(text)).isEqualTo(new Diagnosis(0, 0, 0));
  }

  @Test
  void whatIsNoDiagnosisIsRefused() {
    assertThatThrownBy(() -> Diagnosis.parse("Main schedule statistics\n"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("backfilling");
  }
}
