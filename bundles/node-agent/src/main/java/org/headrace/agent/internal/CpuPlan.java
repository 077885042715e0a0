package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  private final List<List<Integer>> cores;

  private CpuPlan(List<List<Integer>> cores) {
    this.cores = cores;
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
      return new CpuPlan(List.of());
    }
    return new CpuPlan(found.cores());
  }

  /** Binds nothing. */
  static CpuPlan none() {
    return new CpuPlan(List.of());
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

  private List<Integer> cpus(CoreSet allocated) {
    List<Integer> cpus = new ArrayList<>();
    if (allocated.highest() < cores.size()) {
      allocated.forEach(core -> cpus.addAll(cores.get(core)));
    }
    return cpus;
  }

  private static long[] mask(List<Integer> cpus) {
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
