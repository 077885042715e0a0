package org.headrace.gres.gpu.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code nvidia-smi} prints, and the driver's table of minor numbers. */
final class NvidiaTool {
  private static final Pattern GPU =
      Pattern.compile("GPU (\\d{1,4}): .*\\(UUID: ([\\w.:/-]{1,128})\\)\\s*");
  private static final Pattern INSTANCE =
      Pattern.compile(
          "\\s+MIG (\\S+)\\s+Device\\s+(\\d{1,4}):\\s+\\(UUID: ([\\w.:/-]{1,128})\\)\\s*");

  /** A row of the table of instances: GPU, GPU instance, compute instance, number. */
  private static final Pattern ROW =
      Pattern.compile("\\|\\s+(\\d{1,4})\\s+(\\d{1,4})\\s+(\\d{1,4})\\s+(\\d{1,4})\\s+\\|.*");

  /** Identifiers of older drivers name the instances: {@code MIG-GPU-…/7/0}. */
  private static final Pattern OLD_ID = Pattern.compile("MIG-GPU-[^/]+/(\\d{1,4})/(\\d{1,4})");

  private static final Pattern MINOR =
      Pattern.compile("gpu(\\d{1,4})/gi(\\d{1,4})/(?:ci(\\d{1,4})/)?access (\\d{1,6})");

  private static final Pattern UUID = Pattern.compile("\\s+GPU UUID\\s*: ([\\w.:/-]{1,128})\\s*");
  private static final Pattern MINOR_NUMBER =
      Pattern.compile("\\s+Minor Number\\s*: (\\d{1,4})\\s*");

  private NvidiaTool() {}

  /**
   * A part of a GPU that programs use as if it were one.
   *
   * @param profile its size, such as {@code 1g.5gb}
   * @param number among the instances of the GPU
   * @param id the driver's identifier
   */
  record Instance(String profile, int number, String id) {}

  /**
   * A GPU.
   *
   * @param index its number, in the order of the bus
   * @param id the driver's identifier
   * @param instances its parts
   */
  record Gpu(int index, String id, List<Instance> instances) {}

  /** Numbers by which the driver knows a part: GPU instance and compute instance. */
  record Parts(int gpuInstance, int computeInstance) {}

  /** What {@code nvidia-smi -L} lists. */
  static List<Gpu> list(List<String> lines) {
    List<Gpu> gpus = new ArrayList<>();
    for (String line : lines) {
      Matcher gpu = GPU.matcher(line);
      Matcher instance = INSTANCE.matcher(line);
      if (gpu.matches()) {
        gpus.add(new Gpu(number(gpu.group(1)), gpu.group(2), new ArrayList<>()));
      } else if (instance.matches() && !gpus.isEmpty()) {
        gpus.get(gpus.size() - 1)
            .instances()
            .add(new Instance(instance.group(1), number(instance.group(2)), instance.group(3)));
      }
    }
    return gpus;
  }

  /**
   * Which parts the instances are of which {@code nvidia-smi} prints a table.
   *
   * @return by number of the GPU and of the instance, with a slash between them
   */
  static Map<String, Parts> parts(List<String> lines) {
    Map<String, Parts> parts = new LinkedHashMap<>();
    boolean inTable = false;
    for (String line : lines) {
      inTable |= line.startsWith("| MIG devices:");
      inTable &= !line.startsWith("| Processes:");
      Matcher row = ROW.matcher(line);
      if (inTable && row.matches()) {
        parts.put(
            number(row.group(1)) + "/" + number(row.group(4)),
            new Parts(number(row.group(2)), number(row.group(3))));
      }
    }
    return parts;
  }

  /** The parts that an identifier names, or null. */
  static Parts partsOf(String id) {
    Matcher old = OLD_ID.matcher(id);
    return old.matches() ? new Parts(number(old.group(1)), number(old.group(2))) : null;
  }

  /**
   * Files that a program needs for a part, beside its GPU's.
   *
   * @param minors lines of {@code /proc/driver/nvidia-caps/mig-minors}
   * @param gpu minor number of the GPU
   */
  static List<String> files(List<String> minors, int gpu, Parts parts) {
    List<String> files = new ArrayList<>();
    for (String line : minors) {
      Matcher minor = MINOR.matcher(line.trim());
      if (minor.matches()
          && number(minor.group(1)) == gpu
          && number(minor.group(2)) == parts.gpuInstance()
          && (minor.group(3) == null || number(minor.group(3)) == parts.computeInstance())) {
        files.add("/dev/nvidia-caps/nvidia-cap" + minor.group(4));
      }
    }
    return files;
  }

  /**
   * Connections between GPUs, as {@code nvidia-smi topo -m} prints them: {@code NV12} are twelve.
   *
   * @return by number of the GPU, to each other one; -1 to itself
   */
  static Map<Integer, List<Integer>> links(List<String> lines) {
    Map<Integer, List<Integer>> links = new LinkedHashMap<>();
    int columns = 0;
    for (String line : lines) {
      String[] words = line.replaceAll("\u001b\\[[0-9;]*m", "").trim().split("\\s+");
      if (!words[0].matches("GPU\\d{1,4}")) {
        continue;
      }
      if (columns == 0) {
        while (columns < words.length && words[columns].equals("GPU" + columns)) {
          columns++;
        }
      } else if (words.length > columns) {
        List<Integer> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          boolean linked = words[i].matches("NV\\d{1,4}");
          row.add(words[i].equals("X") ? -1 : linked ? number(words[i].substring(2)) : 0);
        }
        links.put(number(words[0].substring(3)), row);
      }
    }
    return links;
  }

  /** Numbers of the GPUs' files, by identifier, of what {@code nvidia-smi -q} prints. */
  static Map<String, Integer> minors(List<String> lines) {
    Map<String, Integer> minors = new LinkedHashMap<>();
    String id = "";
    for (String line : lines) {
      Matcher uuid = UUID.matcher(line);
      Matcher minor = MINOR_NUMBER.matcher(line);
      if (uuid.matches()) {
        id = uuid.group(1);
      } else if (minor.matches() && !id.isEmpty()) {
        minors.put(id, number(minor.group(1)));
        id = "";
      }
    }
    return minors;
  }

  private static int number(String digits) {
    return Integer.parseInt(digits);
  }
}
