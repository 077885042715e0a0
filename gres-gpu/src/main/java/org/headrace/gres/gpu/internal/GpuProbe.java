package org.headrace.gres.gpu.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.model.CoreSet;

/**
 * Looks for GPUs in what the kernel's drivers show. Reads files only, so it needs no vendor library
 * and can't be hung by one.
 */
final class GpuProbe {
  private static final String AMD_VENDOR = "0x1002";

  private final Path root;
  private final CpuNumbers cpus;
  private final CommandOutput commands;

  /** Runs a program; the seam for tests. */
  interface CommandOutput {
    /** Lines that it printed; empty when it isn't there or failed. */
    List<String> lines(String... command);
  }

  /**
   * @param root where {@code proc}, {@code sys} and {@code dev} are; {@code /} but in tests
   */
  GpuProbe(Path root, CommandOutput commands) {
    this.root = root;
    this.commands = commands;
    cpus = CpuNumbers.read(root);
  }

  /** GPUs found the way that {@code AutoDetect} says; every way when it says {@code full}. */
  List<FoundGpu> find(String autoDetect) {
    return switch (autoDetect.toLowerCase(Locale.ROOT)) {
      case "nvml" -> divided(nvidia());
      case "nvidia" -> nvidia();
      case "rsmi" -> amd();
      case "full" -> {
        List<FoundGpu> all = new ArrayList<>(divided(nvidia()));
        all.addAll(amd());
        yield all;
      }
      default -> List.of();
    };
  }

  /**
   * By device file, the number by which libraries know the GPU: the driver counts in the order of
   * the bus, while files have minor numbers, which needn't be in that order.
   */
  Map<String, Integer> indexes() {
    Map<String, Integer> indexes = new HashMap<>();
    List<Card> cards = cards();
    if (cards.isEmpty()) {
      toolCards().forEach(card -> indexes.put(card.gpu().file(), card.index()));
    }
    cards.forEach(card -> indexes.put(card.gpu().file(), card.index()));
    List<FoundGpu> others = amd();
    for (int i = 0; i < others.size(); i++) {
      indexes.put(others.get(i).file(), i);
    }
    return indexes;
  }

  /**
   * A card of NVIDIA's.
   *
   * @param index its number in the order of the bus
   * @param minor number of its file
   */
  private record Card(int index, int minor, FoundGpu gpu) {}

  private List<FoundGpu> nvidia() {
    List<Card> cards = cards();
    return (cards.isEmpty() ? toolCards() : cards)
        .stream().sorted(Comparator.comparingInt(Card::minor)).map(Card::gpu).toList();
  }

  /** What the driver shows, in the order of the bus. */
  private List<Card> cards() {
    List<Card> cards = new ArrayList<>();
    for (Path card : children(root.resolve("proc/driver/nvidia/gpus"), "*")) {
      List<String> lines = read(card.resolve("information"));
      int minor = number(value(lines, "Device Minor"));
      String bus = card.getFileName().toString();
      FoundGpu gpu =
          new FoundGpu(
              FoundGpu.typeOf(value(lines, "Model")),
              "/dev/nvidia" + minor,
              localCores(root.resolve("sys/bus/pci/devices").resolve(bus)),
              value(lines, "GPU UUID"));
      if (minor >= 0) {
        cards.add(new Card(cards.size(), minor, gpu));
      }
    }
    return cards;
  }

  /** Where the driver's files are hidden (in containers), its tool may still answer. */
  private List<Card> toolCards() {
    List<Card> cards = new ArrayList<>();
    Map<String, Integer> minors = null;
    for (String line :
        commands.lines(
            "nvidia-smi", "--query-gpu=index,name,uuid,pci.bus_id", "--format=csv,noheader")) {
      String[] fields = line.split("\\s*,\\s*");
      int index = fields.length < 4 ? -1 : number(fields[0].trim());
      if (index >= 0) {
        minors = minors == null ? NvidiaTool.minors(commands.lines("nvidia-smi", "-q")) : minors;
        String id = fields[2].trim();
        int minor = minors.getOrDefault(id, index);
        // The tool writes an eight-digit domain where the kernel has four.
        String bus = fields[3].trim().toLowerCase(Locale.ROOT).replaceFirst("^0000(?=....:)", "");
        FoundGpu gpu =
            new FoundGpu(
                FoundGpu.typeOf(fields[1]),
                "/dev/nvidia" + minor,
                localCores(root.resolve("sys/bus/pci/devices").resolve(bus)),
                id);
        cards.add(new Card(index, minor, gpu));
      }
    }
    return cards;
  }

  /**
   * What the driver's tool knows beyond the GPUs themselves: connections between them, and the
   * parts (MIG) that take the place of a GPU that is divided.
   */
  private List<FoundGpu> divided(List<FoundGpu> gpus) {
    if (gpus.isEmpty()) {
      return gpus;
    }
    List<NvidiaTool.Gpu> listed = NvidiaTool.list(commands.lines("nvidia-smi", "-L"));
    if (listed.stream().allMatch(gpu -> gpu.instances().isEmpty())) {
      return linked(gpus, listed);
    }
    Map<String, NvidiaTool.Parts> parts = NvidiaTool.parts(commands.lines("nvidia-smi"));
    List<String> minors = read(root.resolve("proc/driver/nvidia-caps/mig-minors"));
    List<FoundGpu> found = new ArrayList<>();
    for (FoundGpu gpu : gpus) {
      NvidiaTool.Gpu known =
          listed.stream().filter(one -> one.id().equals(gpu.uniqueId())).findFirst().orElse(null);
      if (known == null || known.instances().isEmpty()) {
        found.add(gpu);
        continue;
      }
      int minor = number(gpu.file().replaceFirst("\\D*", ""));
      for (NvidiaTool.Instance instance : known.instances()) {
        NvidiaTool.Parts named = NvidiaTool.partsOf(instance.id());
        NvidiaTool.Parts of =
            named != null ? named : parts.get(known.index() + "/" + instance.number());
        List<String> files = of == null ? List.of() : NvidiaTool.files(minors, minor, of);
        found.add(gpu.instance(instance.profile(), instance.id(), files));
      }
    }
    return found;
  }

  /** The tool numbers GPUs by the bus, which needn't be the order of their files. */
  private List<FoundGpu> linked(List<FoundGpu> gpus, List<NvidiaTool.Gpu> listed) {
    Map<String, Integer> indexOf = new HashMap<>();
    listed.forEach(one -> indexOf.put(one.id(), one.index()));
    boolean known =
        gpus.size() > 1 && gpus.stream().allMatch(g -> indexOf.containsKey(g.uniqueId()));
    Map<Integer, List<Integer>> links =
        known ? NvidiaTool.links(commands.lines("nvidia-smi", "topo", "-m")) : Map.of();
    List<FoundGpu> result = new ArrayList<>();
    for (FoundGpu gpu : gpus) {
      List<Integer> row = known ? links.get(indexOf.get(gpu.uniqueId())) : null;
      List<Integer> own = new ArrayList<>();
      for (int i = 0; row != null && i < gpus.size(); i++) {
        int index = indexOf.get(gpus.get(i).uniqueId());
        own.add(index < row.size() ? row.get(index) : 0);
      }
      result.add(gpu.withLinks(own));
    }
    return result;
  }

  private List<FoundGpu> amd() {
    List<FoundGpu> gpus = new ArrayList<>();
    for (Path card : children(root.resolve("sys/class/drm"), "renderD*")) {
      Path device = card.resolve("device");
      if (!String.join("", read(device.resolve("vendor"))).trim().equals(AMD_VENDOR)) {
        continue;
      }
      String model = String.join("", read(device.resolve("product_name"))).trim();
      gpus.add(
          new FoundGpu(
              FoundGpu.typeOf(model.isEmpty() ? "amd" : model),
              "/dev/dri/" + card.getFileName(),
              localCores(device),
              String.join("", read(device.resolve("unique_id"))).trim()));
    }
    return gpus;
  }

  private CoreSet localCores(Path device) {
    String list = String.join("", read(device.resolve("local_cpulist"))).trim();
    return list.isEmpty() ? CoreSet.EMPTY : cpus.cores(list);
  }

  static List<Path> children(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      // No such driver on this node.
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  static List<String> read(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // The kernel doesn't say; the caller does without.
      return List.of();
    }
  }

  private static String value(List<String> lines, String key) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).trim().equals(key)) {
        return line.substring(colon + 1).trim();
      }
    }
    return "";
  }

  private static int number(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : -1;
  }
}
