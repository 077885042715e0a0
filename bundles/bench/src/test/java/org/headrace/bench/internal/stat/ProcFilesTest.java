package org.headrace.bench.internal.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcFilesTest {
  @Test
  void machineTimeLeavesOutIdlingWaitingAndStolenTime() throws Exception {
    String stat = "cpu  100 20 30 9999 888 7 3 77 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
    assertThat(ProcFiles.machineCpuSeconds(stat)).isEqualTo(1.6);
  }

  @Test
  void processTimeIsFoundBehindAnyName() throws Exception {
    String stat = "42 (a) b) c) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 9 9 20 0 1 0 100";
    assertThat(ProcFiles.processCpuSeconds(stat)).isEqualTo(3.0);
  }

  @Test
  void residentIsTheProportionalSize() throws Exception {
    String rollup = "7f-8f ---p 0 00:00 0 [rollup]\nRss:  900 kB\nPss:  512 kB\nPss_Anon: 1 kB\n";
    assertThat(ProcFiles.kib(rollup, "Pss")).isEqualTo(512);
    assertThat(ProcFiles.kib(rollup, "Pss_Anon")).isEqualTo(1);
  }

  @Test
  void whatTheKernelDidNotWriteIsAnError() {
    assertThatThrownBy(() -> ProcFiles.machineCpuSeconds("intr 1")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ProcFiles.processCpuSeconds("1 (x) S 1"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ProcFiles.kib("", "Pss")).isInstanceOf(IOException.class);
  }

  @Test
  void thisProcessAndMachineHaveUsedTime() throws Exception {
    assertThat(ProcFiles.machineCpuSeconds()).isPositive();
    assertThat(ProcFiles.processCpuSeconds(ProcessHandle.current().pid())).isPositive();
    assertThat(ProcFiles.residentKib(ProcessHandle.current().pid())).isPositive();
  }
}
