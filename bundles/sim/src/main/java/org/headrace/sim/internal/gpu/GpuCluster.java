package org.headrace.sim.internal.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.sim.internal.SimException;
import org.headrace.sim.internal.SimulatedMachine;

/**
 * Nodes and tasks of a cluster of GPUs, in the form in which Alibaba published its traces of 2023.
 *
 * @param nodes the nodes; each GPU is also offered in {@link #UNITS} shards
 * @param tasks the tasks
 */
record GpuCluster(List<NodeDefinition> nodes, List<GpuTask> tasks) {
  /** Shards of a GPU. */
  static final int UNITS = 1_000;

  /** The tables count thousandths of a CPU. A core of the simulated nodes is a twentieth of one. */
  static final int MILLI_PER_CORE = 50;

  /**
   * Reads {@code openb_node_list_gpu_node.csv.gz} and {@code openb_pod_list_default.csv.gz}.
   *
   * @throws SimException if they aren't in the folder, or aren't what they should be
   */
  static GpuCluster read(Path folder) throws SimException {
    List<NodeDefinition> nodes = new ArrayList<>();
    Path nodeFile = folder.resolve("openb_node_list_gpu_node.csv.gz");
    for (Row row : rows(nodeFile, "sn", "cpu_milli", "memory_mib", "gpu", "model")) {
      nodes.add(
          node(
              row.text(0),
              row.number(1) / MILLI_PER_CORE,
              row.number(2),
              row.number(3),
              row.text(4).toLowerCase(Locale.ROOT)));
    }
    List<GpuTask> tasks = new ArrayList<>();
    Path taskFile = folder.resolve("openb_pod_list_default.csv.gz");
    for (Row row : rows(taskFile, "name", "cpu_milli", "memory_mib", "num_gpu", "gpu_milli")) {
      int gpus = row.number(3);
      boolean whole = gpus != 1 || row.number(4) == UNITS;
      int cores = Math.max(1, (row.number(1) + MILLI_PER_CORE - 1) / MILLI_PER_CORE);
      tasks.add(new GpuTask(cores, row.number(2), whole ? gpus : 0, whole ? 0 : row.number(4)));
    }
    return new GpuCluster(List.copyOf(nodes), List.copyOf(tasks));
  }

  private static NodeDefinition node(String name, int cpus, long memory, int gpus, String model) {
    List<GresDevice> whole = new ArrayList<>();
    List<GresDevice> shared = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      String file = "/dev/nvidia" + i;
      whole.add(new GresDevice(i, file, CoreSet.EMPTY, ""));
      shared.add(new GresDevice(i, file, CoreSet.EMPTY, "", UNITS));
    }
    return SimulatedMachine.node(
        name,
        new NodeHardware(1, 1, cpus, 1, memory, 0),
        List.of(
            new GresInventory("gpu", model, gpus, whole),
            new GresInventory("shard", "", (long) gpus * UNITS, shared, "gpu")));
  }

  long gpus() {
    return nodes.stream()
        .flatMap(node -> node.gres().stream())
        .filter(gres -> gres.name().equals("gpu"))
        .mapToLong(GresInventory::count)
        .sum();
  }

  /** A line of a table. */
  private record Row(String[] values, String place) {
    String text(int column) {
      return values[column];
    }

    int number(int column) {
      return Integer.parseInt(values[column]);
    }
  }

  private static List<Row> rows(Path file, String... columns) throws SimException {
    if (!Files.isReadable(file)) {
      throw new SimException(
          "no file "
              + file
              + "; --gpu names a folder with the openb tables of"
              + " github.com/alibaba/clusterdata (cluster-trace-gpu-v2023), compressed by gzip");
    }
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      String[] names = reader.readLine().split(",", -1);
      int[] at =
          Arrays.stream(columns).mapToInt(name -> Arrays.asList(names).indexOf(name)).toArray();
      int line = 1;
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        String place = file.getFileName() + " line " + ++line;
        rows.add(row(text.split(",", -1), at, columns, place));
      }
    } catch (IOException e) {
      throw new SimException(file + " can't be read: " + e.getMessage());
    }
    return rows;
  }

  private static Row row(String[] values, int[] at, String[] columns, String place)
      throws SimException {
    String[] chosen = new String[at.length];
    for (int i = 0; i < at.length; i++) {
      if (at[i] < 0 || at[i] >= values.length) {
        throw new SimException(place + " has no column " + columns[i]);
      }
      chosen[i] = values[at[i]];
      boolean number = i > 0 && !columns[i].equals("model");
      if (number && !chosen[i].matches("\\d{1,9}")) {
        throw new SimException(
            "%s: %s is '%s'; it must be a whole number".formatted(place, columns[i], chosen[i]));
      }
    }
    return new Row(chosen, place);
  }
}
