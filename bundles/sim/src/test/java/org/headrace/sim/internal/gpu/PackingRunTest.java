package org.headrace.sim.internal.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.sim.internal.SimulatedMachine;
import org.junit.jupiter.api.Test;

/** A small cluster in the proportions of the published one: nodes of 8, 4 and 2 GPUs. */
class PackingRunTest {
  private static final int SEEDS = 5;

  private static GpuCluster cluster() {
    List<NodeDefinition> nodes = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      int gpus = i % 4 < 2 ? 8 : i % 4 == 2 ? 4 : 2;
      List<GresDevice> whole = new ArrayList<>();
      List<GresDevice> shared = new ArrayList<>();
      for (int gpu = 0; gpu < gpus; gpu++) {
        whole.add(new GresDevice(gpu, "", CoreSet.EMPTY, ""));
        shared.add(new GresDevice(gpu, "", CoreSet.EMPTY, "", GpuCluster.UNITS));
      }
      nodes.add(
          SimulatedMachine.node(
              "n" + i,
              new NodeHardware(1, 1, 96, 1, 393_216, 0),
              List.of(
                  new GresInventory("gpu", "", gpus, whole),
                  new GresInventory("shard", "", (long) gpus * GpuCluster.UNITS, shared, "gpu"))));
    }
    List<GpuTask> tasks = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      tasks.add(new GpuTask(4, 5_600, 0, 810));
      tasks.add(new GpuTask(12, 49_152, 1, 0));
      tasks.add(new GpuTask(12, 47_104, 0, 470));
      tasks.add(new GpuTask(8, 30_517, 0, 470));
      tasks.add(new GpuTask(13, 57_344, 0, 0));
    }
    for (int i = 0; i < 4; i++) {
      tasks.add(new GpuTask(88, 327_680, 8, 0));
    }
    return new GpuCluster(nodes, tasks);
  }

  private static double mean(String parameters) {
    return LongStream.rangeClosed(1, SEEDS)
        .mapToDouble(seed -> new PackingRun(cluster(), parameters, seed).run(1.0)[0])
        .average()
        .orElseThrow();
  }

  @Test
  void bothPoliciesPackWellAndTheSameEachTime() {
    double bestFit = mean("CR_Core_Memory");
    double gradient = mean("CR_Core_Memory,CR_FGD");
    System.out.printf("allocated: best fit %.4f, CR_FGD %.4f%n", bestFit, gradient);
    assertThat(bestFit).isGreaterThan(0.90);
    assertThat(gradient).isGreaterThan(0.90);
    assertThat(mean("CR_Core_Memory,CR_FGD")).isEqualTo(gradient);
  }

  @Test
  void neverAllocatesMoreThanThereIs() {
    assertThat(new PackingRun(cluster(), "CR_Core_Memory", 1).run(2.5)[0]).isLessThanOrEqualTo(1);
  }
}
