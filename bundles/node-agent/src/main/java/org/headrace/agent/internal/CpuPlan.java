package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeHardware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which logical CPUs the cores of an allocation are. Where the machine doesn't have the configured
 * processors (a node that is emulated), nothing is bound: tasks of several such nodes would
 * otherwise crowd on the same few CPUs.
 */
final class CpuPlan {
  private static final Logger LOG = LoggerFactory.getLogger(CpuPlan.class);
  private static final long[] ANY = new long[0];

  /** CPUs beyond this are no CPUs of any machine. */
  static final int HIGHEST_CPU = 8191;

  private final List<List<Integer>> cores;
  private final int sockets;

  private CpuPlan(List<List<Integer>> cores, int sockets) {
    this.cores = cores;
    this.sockets = Math.max(1, sockets);
  }

  /**
   * @param configured the node as configured
   * @param found the machine
   * @param exactly true to bind only if both agree
   */
  static CpuPlan of(NodeHardware configured, Machine.Topology found, boolean exactly) {
    int real = found.cores().size();
    boolean fits = exactly ? configured.cores() == real : configured.cores() <= real;
    if (!fits) {
      LOG.info(
          "Tasks are not bound to CPUs: the node is configured with {} cores, the machine has {}",
          configured.cores(),
          real);
      return none();
    }
    return new CpuPlan(found.cores(), found.sockets());
  }

  /** Binds nothing. */
  static CpuPlan none() {
    return new CpuPlan(List.of(), 1);
  }

  /** The CPUs of cores, one bit each; empty for all. */
  long[] mask(CoreSet allocated) {
    return mask(cpus(allocated));
  }

  /**
   * The CPUs of each task on this node: consecutive slices where the tasks use up the cores, else
   * nothing but the step's own CPUs.
   *
   * @param tasks number of tasks here
   * @param cpusPerTask CPUs each of them needs
   */
  List<long[]> slices(CoreSet allocated, int tasks, int cpusPerTask) {
    List<Integer> all = cpus(allocated);
    List<long[]> slices = new ArrayList<>(tasks);
    boolean useUp = tasks > 1 && all.size() == tasks * cpusPerTask;
    for (int task = 0; task < tasks; task++) {
      slices.add(useUp ? mask(all.subList(task * cpusPerTask, (task + 1) * cpusPerTask)) : ANY);
    }
    return slices;
  }

  /** Those of some CPUs that share a core with CPUs of a task. */
  List<Integer> inCoresOf(List<Integer> task, List<Integer> all) {
    return all.stream()
        .filter(cpu -> cores.stream().anyMatch(core -> core.contains(cpu) && meets(core, task)))
        .toList();
  }

  /** Those of some CPUs that share a socket with CPUs of a task. */
  List<Integer> inSocketsOf(List<Integer> task, List<Integer> all) {
    List<Integer> near = new ArrayList<>();
    for (int socket = 0; socket < sockets; socket++) {
      List<Integer> members = socket(socket);
      if (meets(members, task)) {
        all.stream().filter(members::contains).forEach(near::add);
      }
    }
    return near;
  }

  /** All CPUs of sockets; of a machine that doesn't have them, none. */
  long[] socketMask(List<Integer> numbers) {
    List<Integer> members = new ArrayList<>();
    numbers.stream().filter(number -> number < sockets).forEach(n -> members.addAll(socket(n)));
    return mask(members);
  }

  private List<Integer> socket(int number) {
    int each = (cores.size() + sockets - 1) / sockets;
    int from = Math.min(number * each, cores.size());
    List<List<Integer>> own = cores.subList(from, Math.min(from + each, cores.size()));
    return own.stream().flatMap(List::stream).toList();
  }

  private static boolean meets(List<Integer> some, List<Integer> others) {
    return some.stream().anyMatch(others::contains);
  }

  List<Integer> cpus(CoreSet allocated) {
    List<Integer> cpus = new ArrayList<>();
    if (allocated.highest() < cores.size()) {
      allocated.forEach(core -> cpus.addAll(cores.get(core)));
    }
    return cpus;
  }

  /** Those of some cores that a task with these CPUs runs on; all where it is not bound. */
  CoreSet coresOf(long[] mask, CoreSet allocated) {
    if (mask.length == 0) {
      return allocated;
    }
    int[] bound =
        IntStream.of(allocated.toArray())
            .filter(core -> core < cores.size())
            .filter(
                core ->
                    cores.get(core).stream()
                        .anyMatch(
                            cpu ->
                                cpu / Long.SIZE < mask.length
                                    && (mask[cpu / Long.SIZE] >>> cpu % Long.SIZE & 1) != 0))
            .toArray();
    return bound.length == 0 ? allocated : CoreSet.of(bound);
  }

  static long[] mask(List<Integer> cpus) {
    long[] words = ANY;
    for (int cpu : cpus) {
      if (cpu / Long.SIZE >= words.length) {
        words = Arrays.copyOf(words, cpu / Long.SIZE + 1);
      }
      words[cpu / Long.SIZE] |= 1L << cpu % Long.SIZE;
    }
    return words;
  }
}
