package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.headrace.api.model.NodeHardware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine as the kernel describes it. What can't be read counts as absent, and at least one CPU
 * is always there.
 */
final class Machine {
  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
  private static final long MIB = 1024 * 1024;

  private final Path root;

  /** The machine that this process runs on. */
  Machine() {
    this(Path.of("/"));
  }

  /**
   * @param root directory that holds {@code proc} and {@code sys}
   */
  Machine(Path root) {
    this.root = root;
  }

  /**
   * Logical CPUs by core, cores in the order in which nodes number them: socket by socket.
   *
   * @param sockets number of sockets
   * @param cores CPU numbers of each core's hardware threads
   */
  record Topology(int sockets, List<List<Integer>> cores) {
    Topology {
      cores = List.copyOf(cores);
    }

    int threadsPerCore() {
      return cores.stream().mapToInt(List::size).max().orElse(1);
    }
  }

  private record CoreId(int socket, int core) implements Comparable<CoreId> {
    @Override
    public int compareTo(CoreId other) {
      int bySocket = Integer.compare(socket, other.socket);
      return bySocket != 0 ? bySocket : Integer.compare(core, other.core);
    }
  }

  /** How CPUs make cores and sockets. */
  Topology topology() {
    TreeMap<CoreId, List<Integer>> cores = new TreeMap<>();
    TreeSet<Integer> sockets = new TreeSet<>();
    for (int cpu : cpuNumbers()) {
      Path topology = root.resolve("sys/devices/system/cpu/cpu" + cpu + "/topology");
      int socket = (int) Math.max(0, number(topology.resolve("physical_package_id"), 0));
      int core = (int) number(topology.resolve("core_id"), cpu);
      sockets.add(socket);
      cores.computeIfAbsent(new CoreId(socket, core), id -> new ArrayList<>()).add(cpu);
    }
    if (cores.isEmpty()) {
      return new Topology(1, List.of(List.of(0)));
    }
    return new Topology(sockets.size(), cores.values().stream().map(List::copyOf).toList());
  }

  /** Numbers of the nodes of memory, in order; none where the kernel knows of none. */
  List<Integer> memoryNodes() {
    TreeSet<Integer> numbers = new TreeSet<>();
    Path directory = root.resolve("sys/devices/system/node");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "node[0-9]*")) {
      for (Path entry : entries) {
        numbers.add(Integer.parseInt(entry.getFileName().toString().substring(4)));
      }
    } catch (IOException | NumberFormatException e) {
      LOG.debug("No nodes of memory in {}: {}", directory, e.toString());
    }
    return List.copyOf(numbers);
  }

  private TreeSet<Integer> cpuNumbers() {
    TreeSet<Integer> numbers = new TreeSet<>();
    Path directory = root.resolve("sys/devices/system/cpu");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "cpu[0-9]*")) {
      for (Path entry : entries) {
        boolean online = number(entry.resolve("online"), 1) == 1;
        if (online && Files.isDirectory(entry.resolve("topology"))) {
          numbers.add(Integer.parseInt(entry.getFileName().toString().substring(3)));
        }
      }
    } catch (IOException | NumberFormatException e) {
      LOG.debug("No CPUs in {}: {}", directory, e.toString());
    }
    if (numbers.isEmpty()) {
      for (int cpu = 0; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
        numbers.add(cpu);
      }
    }
    return numbers;
  }

  /**
   * Processors, memory and disk.
   *
   * @param temporaryDirectory whose file system is the local disk
   */
  NodeHardware hardware(String temporaryDirectory) {
    Topology topology = topology();
    int coresPerSocket = Math.max(1, topology.cores().size() / topology.sockets());
    return new NodeHardware(
        1,
        topology.sockets(),
        coresPerSocket,
        topology.threadsPerCore(),
        memoryMib("MemTotal:"),
        diskMib(temporaryDirectory));
  }

  /** Memory that nobody uses, in MiB. */
  long freeMemoryMib() {
    return memoryMib("MemFree:");
  }

  private long memoryMib(String field) {
    for (String line : text(root.resolve("proc/meminfo")).split("\n")) {
      if (line.startsWith(field)) {
        String[] words = line.trim().split("\\s+");
        return words.length > 1 && words[1].matches("\\d{1,15}")
            ? Long.parseLong(words[1]) / 1024
            : 0;
      }
    }
    return 0;
  }

  private static long diskMib(String directory) {
    try {
      FileStore store = Files.getFileStore(Path.of(directory));
      return store.getTotalSpace() / MIB;
    } catch (IOException e) {
      LOG.debug("The size of {} is not known: {}", directory, e.toString());
      return 0;
    }
  }

  /** Load average over a minute, in hundredths. */
  int load() {
    String[] words = text(root.resolve("proc/loadavg")).split("\\s+");
    return words[0].matches("\\d{1,6}(\\.\\d{1,6})?")
        ? (int) Math.round(Double.parseDouble(words[0]) * 100)
        : 0;
  }

  /** When the machine started, in epoch milliseconds, or zero. */
  long bootTime() {
    for (String line : text(root.resolve("proc/stat")).split("\n")) {
      if (line.startsWith("btime ") && line.substring(6).trim().matches("\\d{1,12}")) {
        return Long.parseLong(line.substring(6).trim()) * 1000;
      }
    }
    return 0;
  }

  /** Name, release and build of the kernel. */
  String operatingSystem() {
    String kind = text(root.resolve("proc/sys/kernel/ostype")).trim();
    String release = text(root.resolve("proc/sys/kernel/osrelease")).trim();
    String build = text(root.resolve("proc/sys/kernel/version")).trim();
    return (kind + " " + release + " " + build).trim();
  }

  /** Processor architecture as the kernel calls it. */
  static String architecture() {
    String name = System.getProperty("os.arch", "");
    return name.equals("amd64") ? "x86_64" : name;
  }

  /** Short name of this host. */
  String hostName() {
    String name = text(root.resolve("proc/sys/kernel/hostname")).trim();
    int dot = name.indexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static long number(Path file, long otherwise) {
    String text = text(file).trim();
    return text.matches("-?\\d{1,9}") ? Long.parseLong(text) : otherwise;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
