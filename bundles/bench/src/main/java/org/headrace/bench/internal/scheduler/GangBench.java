package org.headrace.bench.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.scheduler.Decision;
import org.headrace.bench.internal.BenchException;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginFault;

/** An empty machine of GPU nodes, and gangs that want whole nodes close to each other. */
final class GangBench {
  private GangBench() {}

  /**
   * What came of it.
   *
   * @param nodes nodes of eight GPUs
   * @param placed gangs that were placed
   * @param nanos CPU time of the pass that did it
   */
  record Figures(int nodes, int placed, long nanos) {
    double perSecond() {
      return placed * 1e9 / nanos;
    }
  }

  /** Places gangs until the machine is full, several times. */
  static List<Figures> measure(int nodes, int gangs, int rounds) {
    List<Figures> figures = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      try (Core core = new Core(Machine.ofGpus(nodes), gangs)) {
        Jobs jobs = new Jobs(round, nodes);
        for (int i = 0; i < gangs; i++) {
          core.submit(jobs.gang());
        }
        PlanningCycle.Turn turn =
            new PlanningCycle(Plugins.serving(core.settings()), new Meter())
                .plan(core.state(), core.now(), true);
        int placed = 0;
        for (Decision decision : turn.plan().decisions()) {
          placed += decision instanceof Decision.Start ? 1 : 0;
        }
        figures.add(new Figures(nodes, placed, turn.phases().plan()));
      } catch (PluginFault | InterruptedException e) {
        throw new BenchException("no plan: " + e);
      }
    }
    return figures;
  }
}
