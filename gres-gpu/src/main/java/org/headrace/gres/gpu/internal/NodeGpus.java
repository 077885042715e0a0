package org.headrace.gres.gpu.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/** Brings together what the configuration says and what the node has. */
final class NodeGpus {
  private final Map<String, List<GresDevice>> devices = new LinkedHashMap<>();
  private final Map<String, Long> counted = new LinkedHashMap<>();
  private final List<FoundGpu> found;
  private final boolean[] used;
  private int next;

  private NodeGpus(List<FoundGpu> found) {
    this.found = found;
    used = new boolean[found.size()];
  }

  /**
   * The node's GPUs, one entry for each type.
   *
   * @throws GresException if a configured device isn't there
   */
  static List<GresInventory> inventory(List<ConfiguredGres> configured, List<FoundGpu> found)
      throws GresException {
    NodeGpus gpus = new NodeGpus(found);
    if (configured.isEmpty()) {
      for (int i = 0; i < found.size(); i++) {
        gpus.addFound(found.get(i).type(), i, CoreSet.EMPTY);
      }
    }
    for (ConfiguredGres line : configured) {
      gpus.add(line);
    }
    return gpus.result();
  }

  private void add(ConfiguredGres line) throws GresException {
    CoreSet cores;
    try {
      cores = line.cores().isBlank() ? CoreSet.EMPTY : CpuNumbers.ranges(line.cores());
    } catch (IllegalArgumentException e) {
      throw new GresException("gres.conf: Cores of " + name(line) + ": " + e.getMessage());
    }
    if (!line.files().isEmpty()) {
      addFiles(line, cores);
    } else if (!found.isEmpty()) {
      addMatching(line, cores);
    } else if (line.count() > 0) {
      counted.merge(line.type(), line.count(), Long::sum);
    }
  }

  private void addFiles(ConfiguredGres line, CoreSet cores) throws GresException {
    if (line.count() > 0 && line.count() != line.files().size()) {
      throw new GresException(
          "gres.conf: %s has Count=%d but %d files; leave Count out, or name as many files"
              .formatted(name(line), line.count(), line.files().size()));
    }
    for (String file : line.files()) {
      if (!Files.exists(Path.of(file))) {
        throw new GresException(
            "gres.conf: File=%s of %s doesn't exist on this node; is the driver loaded?"
                .formatted(file, name(line)));
      }
      int match = -1;
      for (int i = 0; i < used.length && match < 0; i++) {
        match = !used[i] && found.get(i).file().equals(file) ? i : -1;
      }
      if (match >= 0) {
        addFound(line.type(), match, cores);
      } else {
        list(line.type()).add(new GresDevice(next++, file, cores, ""));
      }
    }
  }

  private void addMatching(ConfiguredGres line, CoreSet cores) throws GresException {
    long missing = Math.max(1, line.count());
    String wanted = FoundGpu.typeOf(line.type());
    for (int i = 0; i < used.length && missing > 0; i++) {
      if (!used[i] && (line.type().isEmpty() || found.get(i).type().contains(wanted))) {
        addFound(line.type(), i, cores);
        missing--;
      }
    }
    if (missing > 0) {
      throw new GresException(
          "%s: %d configured, but this node lacks %d of them; it has %s"
              .formatted(
                  name(line), line.count(), missing, found.stream().map(FoundGpu::type).toList()));
    }
  }

  private void addFound(String type, int index, CoreSet cores) {
    FoundGpu gpu = found.get(index);
    used[index] = true;
    CoreSet near = cores.isEmpty() ? gpu.cores() : cores;
    list(type).add(new GresDevice(next++, gpu.file(), near, gpu.uniqueId()));
  }

  private List<GresDevice> list(String type) {
    return devices.computeIfAbsent(type, key -> new ArrayList<>());
  }

  private List<GresInventory> result() {
    List<GresInventory> result = new ArrayList<>();
    devices.forEach((type, list) -> result.add(new GresInventory("gpu", type, list.size(), list)));
    counted.forEach((type, count) -> result.add(new GresInventory("gpu", type, count, List.of())));
    return result;
  }

  private static String name(ConfiguredGres line) {
    return line.type().isEmpty() ? "gpu" : "gpu:" + line.type();
  }
}
