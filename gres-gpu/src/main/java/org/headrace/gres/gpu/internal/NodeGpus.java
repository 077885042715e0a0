package org.headrace.gres.gpu.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/**
 * Brings together what the configuration says and what the node has. Devices are numbered in the
 * order of the configuration, as the controller numbers them.
 */
final class NodeGpus {
  private final Map<String, List<GresDevice>> devices = new LinkedHashMap<>();
  private final Map<String, Long> counted = new LinkedHashMap<>();
  private final boolean looked;
  private final List<FoundGpu> found;
  private final int[] numbers;
  private final List<String> problems = new ArrayList<>();
  private int next;

  private NodeGpus(Optional<List<FoundGpu>> found) {
    looked = found.isPresent();
    this.found = found.orElse(List.of());
    numbers = new int[this.found.size()];
    Arrays.fill(numbers, -1);
  }

  /**
   * The node's GPUs, one entry for each type.
   *
   * @param found what the hardware has; empty where nobody has looked
   * @throws GresException if a configured device isn't there, or is another than configured
   */
  static List<GresInventory> inventory(
      List<ConfiguredGres> configured, Optional<List<FoundGpu>> found) throws GresException {
    NodeGpus gpus = new NodeGpus(found);
    if (configured.isEmpty()) {
      for (int i = 0; i < gpus.found.size(); i++) {
        gpus.addFound(gpus.found.get(i).type(), i, List.of());
      }
    }
    for (ConfiguredGres line : configured) {
      gpus.add(line);
    }
    List<GresInventory> result = gpus.result();
    if (!gpus.problems.isEmpty()) {
      throw new GresException(String.join("; ", gpus.problems), result);
    }
    return result;
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
    } else if (looked) {
      addMatching(line, cores);
    } else if (line.count() > 0) {
      counted.merge(line.type(), line.count(), Long::sum);
      next += (int) Math.min(line.count(), 1024);
    }
  }

  private void addFiles(ConfiguredGres line, CoreSet cores) throws GresException {
    List<List<String>> each = line.devices();
    if (line.count() > 0 && line.count() != each.size()) {
      throw new GresException(
          "gres.conf: %s has Count=%d but %d %s; leave Count out, or name as many"
              .formatted(
                  name(line),
                  line.count(),
                  each.size(),
                  line.oneDevice() ? "device of these files" : "files"));
    }
    for (List<String> files : each) {
      for (String file : files) {
        if (!Files.exists(Path.of(file))) {
          throw new GresException(
              "gres.conf: File=%s of %s doesn't exist on this node; is the driver loaded?"
                  .formatted(file, name(line)));
        }
      }
      int match = looked ? match(files) : -1;
      if (match >= 0) {
        sane(line, cores, found.get(match));
        addFound(line.type(), match, line.links());
      } else if (looked && !found.isEmpty()) {
        throw new GresException(
            "gres.conf: %s is none of the GPUs that this node has: %s"
                .formatted(String.join(",", files), found.stream().map(FoundGpu::file).toList()));
      } else {
        list(line.type()).add(device(files, cores, "", line.links()));
      }
    }
  }

  /** The one that was found with these files and isn't taken, or -1. */
  private int match(List<String> files) {
    int first = -1;
    for (int i = 0; i < numbers.length; i++) {
      FoundGpu gpu = found.get(i);
      if (numbers[i] >= 0 || !files.contains(gpu.file())) {
        continue;
      }
      if (files.containsAll(gpu.moreFiles())) {
        return i;
      }
      first = first < 0 && files.size() == 1 ? i : first;
    }
    return first;
  }

  /** What a line says of a device that was found has to be right. */
  private static void sane(ConfiguredGres line, CoreSet cores, FoundGpu gpu) throws GresException {
    if (!cores.isEmpty() && !gpu.cores().isEmpty() && !cores.equals(gpu.cores())) {
      throw new GresException(
          "gres.conf: Cores=%s of %s, but the hardware says %s; correct it, or leave Cores out"
              .formatted(cores, gpu.file(), gpu.cores()));
    }
    if (!line.links().isEmpty() && !gpu.links().isEmpty() && !line.links().equals(gpu.links())) {
      throw new GresException(
          "gres.conf: Links=%s of %s, but the hardware says %s; correct it, or leave Links out"
              .formatted(line.links(), gpu.file(), gpu.links()));
    }
  }

  private void addMatching(ConfiguredGres line, CoreSet cores) throws GresException {
    long missing = Math.max(1, line.count());
    String wanted = FoundGpu.typeOf(line.type());
    for (int i = 0; i < numbers.length && missing > 0; i++) {
      if (numbers[i] < 0 && (line.type().isEmpty() || found.get(i).type().contains(wanted))) {
        sane(line, cores, found.get(i));
        addFound(line.type(), i, line.links());
        missing--;
      }
    }
    if (missing > 0) {
      problems.add(
          "%s: %d configured, but this node lacks %d of them; it has %s"
              .formatted(
                  name(line), line.count(), missing, found.stream().map(FoundGpu::type).toList()));
      next += (int) Math.min(missing, 1024);
    }
  }

  private void addFound(String type, int index, List<Integer> links) {
    FoundGpu gpu = found.get(index);
    numbers[index] = next;
    List<String> files = new ArrayList<>();
    files.add(gpu.file());
    files.addAll(gpu.moreFiles());
    list(type).add(device(files, gpu.cores(), gpu.uniqueId(), links));
  }

  private GresDevice device(List<String> files, CoreSet cores, String id, List<Integer> links) {
    return new GresDevice(
        next++, files.get(0), cores, id, 0, links, files.subList(1, files.size()));
  }

  private List<GresDevice> list(String type) {
    return devices.computeIfAbsent(type, key -> new ArrayList<>());
  }

  private List<GresInventory> result() {
    List<GresInventory> result = new ArrayList<>();
    devices.forEach(
        (type, list) ->
            result.add(
                new GresInventory(
                    "gpu", type, list.size(), list.stream().map(this::linked).toList())));
    counted.forEach((type, count) -> result.add(new GresInventory("gpu", type, count, List.of())));
    return result;
  }

  /** With the connections that were found, by the numbers that devices have got. */
  private GresDevice linked(GresDevice device) {
    for (int i = 0; i < numbers.length; i++) {
      FoundGpu gpu = found.get(i);
      if (numbers[i] == device.number() && device.links().isEmpty() && !gpu.links().isEmpty()) {
        Integer[] links = new Integer[next];
        Arrays.fill(links, 0);
        for (int j = 0; j < numbers.length; j++) {
          if (numbers[j] >= 0) {
            links[numbers[j]] = gpu.links().get(j);
          }
        }
        return new GresDevice(
            device.number(),
            device.file(),
            device.cores(),
            device.uniqueId(),
            0,
            List.of(links),
            device.moreFiles());
      }
    }
    return device;
  }

  private static String name(ConfiguredGres line) {
    return line.type().isEmpty() ? "gpu" : "gpu:" + line.type();
  }
}
