package org.headrace.api.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What jobs are billed. The first numbers are what a Slurm 22.05 said. */
class BillingTest {
  private static final Map<String, Long> JOB =
      Map.of("cpu", 8L, "mem", 1000L, "node", 1L, "gres/gpu", 2L, "license/matlab", 5L);

  @Test
  void aSumOfWhatIsHeld() {
    Billing billing = Billing.of("CPU=1.0,Mem=0.25G,GRES/gpu=2.0", "");
    assertThat(billing.of(JOB)).isEqualTo(12);
    assertThat(billing.of(Map.of("cpu", 256L, "mem", 25600L, "gres/gpu", 32L))).isEqualTo(326);
    assertThat(billing.of(Map.of("cpu", 3L, "mem", 300L))).isEqualTo(3);
  }

  @Test
  void cpusWithoutWeights() {
    assertThat(Billing.of("", "MAX_TRES").of(JOB)).isEqualTo(8);
  }

  @Test
  void theHighestOfANodeAndLicenses() {
    assertThat(Billing.of("CPU=1,Mem=16G,license/matlab=2", "DEPTH_OBLIVIOUS,max_tres").of(JOB))
        .isEqualTo(25);
  }

  /** As the manual page of newer releases has it. */
  @Test
  void theHighestOfANodeWithDevicesAndLicensesAdded() {
    String weights = "CPU=1,Mem=16G,GRES/gpu=4,license/matlab=2";
    assertThat(Billing.of(weights, "MAX_TRES").of(JOB)).isEqualTo(25);
    assertThat(Billing.of(weights, "MAX_TRES_GRES").of(JOB)).isEqualTo(15 + 8 + 10);
  }

  @Test
  void unitsOfMemory() {
    assertThat(Billing.weights("mem=.25")).containsEntry("mem", 0.25);
    assertThat(Billing.weights("Mem=1K")).containsEntry("mem", 1024.0);
    assertThat(Billing.weights("MEM=2t, cpu=0")).containsEntry("mem", 2.0 / 1024 / 1024);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CPU", "CPU=", "=1", "CPU=-1", "CPU=1e3", "CPU=G", "CPU=1.2.3"})
  void nonsenseIsRefused(String text) {
    assertThatThrownBy(() -> Billing.of(text, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }
}
