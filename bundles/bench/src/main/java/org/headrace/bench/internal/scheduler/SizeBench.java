package org.headrace.bench.internal.scheduler;

import java.util.List;
import org.headrace.api.job.JobArray;
import org.headrace.bench.internal.BenchException;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginFault;

/** What nodes, and arrays that wait, take of memory: on the heap and outside of it. */
final class SizeBench {
  /** Of each kind that many are submitted, since a collection leaves a few kilobytes undecided. */
  private static final int OF_A_KIND = 200;

  private SizeBench() {}

  /**
   * What came of it.
   *
   * @param nodes nodes of eight GPUs
   * @param empty bytes of the core, its published state, the planning cycle and the plugins with
   *     these nodes and nothing on them
   * @param full the same with jobs on all of them
   * @param running how many jobs these are
   * @param tasks tasks of an array
   * @param array bytes for one such array that waits, after a pass
   * @param job bytes for one job that waits, after a pass
   */
  record Figures(int nodes, long empty, long full, int running, int tasks, long array, long job) {}

  static Figures measure(int nodes, int tasks) {
    long before = Meter.heap();
    try (Core core = new Core(Machine.ofGpus(nodes), nodes)) {
      PlanningCycle cycle = new PlanningCycle(Plugins.serving(core.settings()), new Meter());
      pass(core, cycle);
      long empty = core.bytes() - before;
      new Fill(core).fill();
      pass(core, cycle);
      long full = core.bytes() - before;
      int running = core.state().input().view().running().size();
      long job = ofOne(core, cycle, new Jobs(1, nodes), JobArray.NONE);
      JobArray array = new JobArray(List.of(new JobArray.Range(0, tasks - 1, 1)), 0);
      long ofArray = ofOne(core, cycle, new Jobs(1, nodes), array);
      return new Figures(nodes, empty, full, running, tasks, ofArray, job);
    } catch (PluginFault | InterruptedException e) {
      throw new BenchException("no plan: " + e);
    }
  }

  private static long ofOne(Core core, PlanningCycle cycle, Jobs jobs, JobArray array)
      throws PluginFault, InterruptedException {
    submit(core, cycle, jobs, array); // What the first of a kind brings along isn't theirs.
    long before = core.bytes();
    submit(core, cycle, jobs, array);
    return (core.bytes() - before) / OF_A_KIND;
  }

  private static void submit(Core core, PlanningCycle cycle, Jobs jobs, JobArray array)
      throws PluginFault, InterruptedException {
    for (int i = 0; i < OF_A_KIND; i++) {
      core.submit(jobs.gang().withArray(array));
    }
    pass(core, cycle);
  }

  private static void pass(Core core, PlanningCycle cycle)
      throws PluginFault, InterruptedException {
    core.recordsTaken();
    for (var command : cycle.plan(core.state(), core.now(), true).commands()) {
      core.apply(command);
    }
    cycle.ready(core.state());
    core.recordsTaken();
  }
}
