package org.headrace.gres.gpu.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkedChoiceTest {
  /** Eight GPUs near cores 0 and 1 by halves; each pair (0 and 4, 1 and 5, ...) has two links. */
  private static GresInventory pairs() {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Integer[] links = {0, 0, 0, 0, 0, 0, 0, 0};
      links[i] = -1;
      links[(i + 4) % 8] = 2;
      devices.add(
          new GresDevice(i, "/dev/g" + i, CoreSet.of(i / 4), "", 0, List.of(links), List.of()));
    }
    return new GresInventory("gpu", "", 8, devices);
  }

  @ParameterizedTest
  @CsvSource({
    "0-7, 2, '', '0,4'",
    "1-7, 2, '', '1,5'",
    "0-7, 4, '', '0-1,4-5'",
    "1-7, 1, '', 4", // its partner is gone: the other pairs stay whole
    "0-7, 2, 0, 0-1", // near the only cores that are free, though not linked
    "0-3, 2, '', 0-1",
    "0-7, 8, '', 0-7",
    "0-7, 3, '', '0-1,4'",
    "0-1, 3, '', ''",
  })
  void linkedDevicesAreChosenTogether(String free, int count, String cores, String expected) {
    CoreSet chosen =
        new GpuKind()
            .choose(
                pairs(),
                CpuNumbers.ranges(free),
                count,
                cores.isEmpty() ? CoreSet.EMPTY : CpuNumbers.ranges(cores));
    assertThat(chosen == null ? "" : chosen.toString()).isEqualTo(expected);
  }

  @Test
  void ofManyDevicesTheBestAreFoundStepByStep() {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      List<Integer> links = new ArrayList<>();
      for (int j = 0; j < 32; j++) {
        links.add(i == j ? -1 : i / 4 == j / 4 ? 4 : 0);
      }
      devices.add(new GresDevice(i, "", CoreSet.EMPTY, "", 0, links, List.of()));
    }
    CoreSet free = CpuNumbers.ranges("1-3,5-6,9-11,12-31");
    CoreSet chosen =
        new GpuKind().choose(new GresInventory("gpu", "", 32, devices), free, 4, CoreSet.EMPTY);
    assertThat(chosen).isEqualTo(CoreSet.of(12, 13, 14, 15));
  }

  /** Against all sets of devices, made another way. */
  @Test
  void noOtherDevicesAreBetterConnected() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int size = 2 + random.nextInt(7);
      int[][] links = new int[size][size];
      List<GresDevice> devices = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < i; j++) {
          links[i][j] = links[j][i] = random.nextInt(4);
        }
      }
      for (int i = 0; i < size; i++) {
        List<Integer> row = new ArrayList<>();
        for (int j = 0; j < size; j++) {
          row.add(i == j ? -1 : links[i][j]);
        }
        devices.add(new GresDevice(i, "", CoreSet.EMPTY, "", 0, row, List.of()));
      }
      int count = 1 + random.nextInt(size);
      CoreSet chosen =
          new GpuKind()
              .choose(
                  new GresInventory("gpu", "", size, devices),
                  CoreSet.firstOf(size),
                  count,
                  CoreSet.EMPTY);
      assertThat(chosen.size()).as("seed %d", seed).isEqualTo(count);
      int most = 0;
      for (int set = 0; set < 1 << size; set++) {
        most = Integer.bitCount(set) == count ? Math.max(most, inside(links, set)) : most;
      }
      assertThat(inside(links, (int) chosen.words()[0])).as("seed %d", seed).isEqualTo(most);
    }
  }

  private static int inside(int[][] links, int set) {
    int sum = 0;
    for (int i = 0; i < links.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += (set >> i & 1) != 0 && (set >> j & 1) != 0 ? links[i][j] : 0;
      }
    }
    return sum;
  }

  @Test
  void connectionsAreReadFromTheTool() {
    String matrix =
        "\t\u001b[4mGPU0\tGPU1\tGPU2\tNIC0\tCPU Affinity\tNUMA Affinity\u001b[0m\n"
            + "GPU0\t X \tNV12\tSYS\tPXB\t0-31\t0\n"
            + "GPU1\tNV12\t X \tPHB\tSYS\t0-31\t0\n"
            + "GPU2\tSYS\tPHB\t X \tSYS\t32-63\t1\n"
            + "NIC0\tPXB\tSYS\tSYS\t X \n"
            + "\nLegend:\n  NV#  = Connection traversing a bonded set of # NVLinks\n";
    assertThat(NvidiaTool.links(matrix.lines().toList()))
        .containsEntry(0, List.of(-1, 12, 0))
        .containsEntry(1, List.of(12, -1, 0))
        .containsEntry(2, List.of(0, 0, -1))
        .hasSize(3);
  }
}
