package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuBindingTest {
  /** What a Slurm 22.05 tells tasks in {@code CUDA_VISIBLE_DEVICES}. */
  @ParameterizedTest(name = "{0} of {1} GPUs")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          single:1              | 4 | 0 1
          single:2              | 2 | 0 0 1 1
          single:1              | 2 | 0 1 0 1
          map_gpu:3,2,1,0       | 4 | 3 2 1 0
          map_gpu:1,0           | 4 | 1 0 1 0
          gpu:map_gpu:1*2,0*2   | 4 | 1 1 0 0
          mask_gpu:0x3,0xc      | 4 | 0,1 2,3 0,1 2,3
          verbose,mask:3,c      | 4 | 0,1 2,3
          per_task:2            | 4 | 0,1 2,3
          per_task:1            | 2 | 0 1 0
          verbose,gpu:single:1  | 2 | 0 1
          map:5,6               | 2 | 0 0
          map_gpu:0x1,0         | 2 | 1 0
          map:18446744073709551615 | 2 | 0 0
          single:0              | 2 | 0 1
          """)
  void tasksAreBoundAsSlurmDoes(String text, int gpus, String expected) {
    GpuBinding binding = GpuBinding.parse(text);
    List<String> tasks = new ArrayList<>();
    for (int local = 0; local < expected.split(" ").length; local++) {
      tasks.add(binding.of(local, gpus, new BitSet()).toString().replaceAll("[{} ]", ""));
    }
    assertThat(String.join(" ", tasks)).isEqualTo(expected);
  }

  @Test
  void othersAreNotBoundOneByOne() {
    for (String text : List.of("", "none", "verbose,none", "map_gpu:x", "map:0*0", "odd:1")) {
      assertThat(GpuBinding.parse(text)).as(text).isNull();
    }
  }

  @Test
  void tasksGetGpusThatAreCloseToThem() {
    BitSet last = BitSet.valueOf(new long[] {0b1100});
    assertThat(GpuBinding.parse("verbose,closest").of(1, 4, last)).isEqualTo(last);
    assertThat(GpuBinding.parse("gpu:closest").of(0, 2, new BitSet()))
        .as("all where none is close")
        .isEqualTo(BitSet.valueOf(new long[] {0b11}));
    GpuBinding single = GpuBinding.parse("single:1");
    assertThat(single.of(0, 4, last)).isEqualTo(BitSet.valueOf(new long[] {0b0100}));
    assertThat(single.of(1, 4, last)).isEqualTo(BitSet.valueOf(new long[] {0b1000}));
    assertThat(GpuBinding.parse("map_gpu:0").of(0, 4, last))
        .as("who names numbers means them")
        .isEqualTo(BitSet.valueOf(new long[] {1}));
  }
}
