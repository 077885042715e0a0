package org.headrace.gres.gpu.internal;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.CoreSet;

/** Translates the kernel's CPU numbers to core numbers, which count socket by socket. */
final class CpuNumbers {
  private static final int MOST_CPUS = 8192;

  private final Map<Integer, Integer> coreOfCpu;

  private CpuNumbers(Map<Integer, Integer> coreOfCpu) {
    this.coreOfCpu = coreOfCpu;
  }

  static CpuNumbers read(Path root) {
    // Ordered by socket, then by core: the position in this order is the core's number.
    Map<Long, Integer> position = new TreeMap<>();
    Map<Integer, Long> keyOfCpu = new HashMap<>();
    Path folder = root.resolve("sys/devices/system/cpu");
    for (Path cpu : GpuProbe.children(folder, "cpu[0-9]*")) {
      String digits = cpu.getFileName().toString().substring("cpu".length());
      String socket = String.join("", GpuProbe.read(cpu.resolve("topology/physical_package_id")));
      String core = String.join("", GpuProbe.read(cpu.resolve("topology/core_id")));
      if (digits.matches("\\d{1,5}") && socket.matches("\\d{1,5}") && core.matches("\\d{1,5}")) {
        long key = Long.parseLong(socket) << 32 | Long.parseLong(core);
        position.put(key, 0);
        keyOfCpu.put(Integer.valueOf(digits), key);
      }
    }
    int next = 0;
    for (Map.Entry<Long, Integer> entry : position.entrySet()) {
      entry.setValue(next++);
    }
    Map<Integer, Integer> coreOfCpu = new HashMap<>();
    keyOfCpu.forEach((cpu, key) -> coreOfCpu.put(cpu, position.get(key)));
    return new CpuNumbers(coreOfCpu);
  }

  /** Cores of a list of CPUs such as {@code 0-3,8-11}. */
  CoreSet cores(String cpuList) {
    CoreSet cpus = ranges(cpuList);
    int[] cores =
        Arrays.stream(cpus.toArray())
            .filter(coreOfCpu::containsKey)
            .map(coreOfCpu::get)
            .distinct()
            .toArray();
    return CoreSet.of(cores);
  }

  /**
   * Members of a list such as {@code 0-3,8}.
   *
   * @throws IllegalArgumentException if it isn't one
   */
  static CoreSet ranges(String text) {
    CoreSet result = CoreSet.EMPTY;
    for (String part : text.split(",")) {
      if (!part.trim().matches("\\d{1,5}(-\\d{1,5})?")) {
        throw new IllegalArgumentException("\"" + text + "\" is not a list of cores such as 0-3,8");
      }
      String[] bounds = part.trim().split("-");
      int first = Integer.parseInt(bounds[0]);
      int last = Integer.parseInt(bounds[bounds.length - 1]);
      if (last < first || last >= MOST_CPUS) {
        throw new IllegalArgumentException(
            "\"" + text + "\": " + part + " is not a range of cores below " + MOST_CPUS);
      }
      int[] members = new int[last - first + 1];
      Arrays.setAll(members, i -> first + i);
      result = result.union(CoreSet.of(members));
    }
    return result;
  }
}
