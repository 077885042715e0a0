package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeHardware;
import org.junit.jupiter.api.Test;

/** Two sockets of two cores with two threads each; the CPUs of core N are N and N + 4. */
class CpuBindingTest {
  private static final Machine.Topology MACHINE =
      new Machine.Topology(2, List.of(List.of(0, 4), List.of(1, 5), List.of(2, 6), List.of(3, 7)));
  private static final CpuPlan CPUS =
      CpuPlan.of(new NodeHardware(1, 2, 2, 2, 100, 0), MACHINE, true);

  private static List<String> masks(String option, int cores, int tasks, int cpusPerTask) {
    return CpuBinding.of(option).masks(CPUS, CoreSet.firstOf(cores), tasks, cpusPerTask).stream()
        .map(mask -> mask.length == 0 ? "any" : Long.toHexString(mask[0]))
        .toList();
  }

  private static Map<String, String> variables(String option, int tasks) {
    CpuBinding binding = CpuBinding.of(option);
    return binding.variables(binding.masks(CPUS, CoreSet.firstOf(4), tasks, 1));
  }

  @Test
  void kindsThatChooseByThemselves() {
    assertThat(masks("threads", 4, 2, 1)).containsExactly("1", "10");
    assertThat(masks("cores", 4, 2, 1)).containsExactly("11", "11");
    assertThat(masks("verbose,cores", 4, 2, 2)).containsExactly("11", "22");
    assertThat(masks("sockets", 4, 2, 4)).containsExactly("33", "cc");
    assertThat(masks("ldoms", 4, 1, 1)).containsExactly("33");
    assertThat(masks("rank", 4, 3, 1)).containsExactly("1", "10", "2");
    assertThat(masks("none", 4, 2, 4)).containsExactly("any", "any");
    assertThat(masks("", 2, 2, 2)).containsExactly("11", "22");
  }

  @Test
  void listsAreUsedAgainAndAgainAndHoldOnlyWhatTheStepHas() {
    assertThat(masks("map_cpu:0,5", 4, 3, 1)).containsExactly("1", "20", "1");
    assertThat(masks("map_cpu:0x1*2,3", 4, 3, 1)).containsExactly("2", "2", "8");
    assertThat(masks("map_cpu:3,0", 2, 2, 1)).containsExactly("any", "1");
    assertThat(masks("mask_cpu:0xf,f0", 2, 2, 1)).containsExactly("3", "30");
    assertThat(masks("map_ldom:1", 4, 1, 1)).containsExactly("cc");
    assertThat(masks("mask_ldom:0x3,2", 4, 2, 1)).containsExactly("ff", "cc");
  }

  @Test
  void nonsenseBindsNothing() {
    for (String list : List.of("x", "999999999999", "-1", "0x", ",,", "8192")) {
      assertThat(masks("map_ldom:" + list, 4, 1, 1)).as(list).hasSize(1);
      assertThat(masks("mask_cpu:" + list, 4, 1, 1)).as(list).hasSize(1);
    }
    assertThat(masks("map_cpu:999999999999", 4, 1, 1)).containsExactly("any");
    assertThat(masks("map_cpu:8192", 4, 1, 1)).containsExactly("any");
  }

  @Test
  void variablesAreThoseOfSlurm() {
    assertThat(variables("map_cpu:0,1", 2))
        .containsEntry("SLURM_CPU_BIND", "quiet,map_cpu:0,1")
        .containsEntry("SLURM_CPU_BIND_TYPE", "map_cpu:")
        .containsEntry("SLURM_CPU_BIND_LIST", "0,1")
        .containsEntry("SLURM_CPU_BIND_VERBOSE", "quiet");
    assertThat(variables("v,none", 1))
        .containsEntry("SLURM_CPU_BIND", "verbose,none")
        .containsEntry("SLURM_CPU_BIND_TYPE", "none")
        .containsEntry("SLURM_CPU_BIND_LIST", "");
    assertThat(variables("cores", 2)).containsEntry("SLURM_CPU_BIND", "quiet,mask_cpu:0x11,0x11");
    assertThat(variables("", 1)).isEmpty();
    assertThat(variables("verbose", 1))
        .containsEntry("SLURM_CPU_BIND", "verbose")
        .containsEntry("SLURM_CPU_BIND_TYPE", "");
  }
}
