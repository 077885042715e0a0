package org.headrace.sim.internal.faults;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Victim;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;

/** Plugins that throw, answer nonsense, or have others swapped while they plan. */
final class RoguePlugins {
  private final Random random;
  private final PluginRegistry registry;

  private RoguePlugins(Random random, PluginRegistry registry) {
    this.random = random;
    this.registry = registry;
  }

  /** Adds a rogue of each kind. */
  static void add(PluginRegistry registry, Random random) {
    RoguePlugins rogues = new RoguePlugins(random, registry);
    registry.add("sched", "rogue", "1", (Scheduler) rogues::plan);
    registry.add("sched", "swapping", "1", (Scheduler) rogues::planAndSwap);
    registry.add("select", "rogue", "1", (Selector) rogues::select);
    registry.add(
        "priority",
        "rogue",
        "1",
        (Priority)
            (queue, view, options, now, priorities) -> {
              if (random.nextInt(3) == 0) {
                throw new IllegalStateException("no priorities today");
              }
              Arrays.setAll(priorities, i -> random.nextLong());
            });
  }

  private Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
    int row = queue.size() == 0 ? -1 : random.nextInt(queue.size());
    PendingJob job = row < 0 ? null : queue.get(row);
    return switch (random.nextInt(7)) {
      case 0 -> throw new IllegalStateException("lost my way");
      case 5 -> preempt(view, job == null ? 99_999 : job.id());
      case 1 -> null;
      case 2 -> start(view, job == null ? 99_999 : job.id(), "debug", 77, 0);
      case 3 -> start(view, 99_999, "debug", 0, 0);
      case 4 -> start(view, job == null ? 99_999 : job.id(), "nowhere", 0, random.nextInt(20));
      default -> twice(view, queue, context);
    };
  }

  private static Plan start(ClusterView view, long job, String partition, int node, int core) {
    NodeAllocation part = new NodeAllocation(node, CoreSet.of(core), 1, 0, List.of(), 1);
    return new Plan(
        view.version(),
        List.of(new Decision.Start(job, partition, new Allocation(List.of(part), false))),
        1);
  }

  /** Somebody, by whatever way, for a job that may not have any claim to that. */
  private Plan preempt(ClusterView view, long job) {
    List<Victim> victims = new ArrayList<>();
    if (!view.running().isEmpty()) {
      long victim = view.running().get(random.nextInt(view.running().size())).id();
      victims.add(new Victim(victim, PreemptMode.values()[random.nextInt(4)]));
    }
    Decision.Reserve reserve =
        new Decision.Reserve(job, "long", 0, List.of(), Reason.RESOURCES, List.of());
    return new Plan(view.version(), List.of(new Decision.Preempt(reserve, victims)), 0);
  }

  /** A good plan with its starts given out twice. */
  private static Plan twice(ClusterView view, PendingJobs queue, PlanningContext context) {
    Plan good = new BackfillScheduler().plan(view, queue, context);
    List<Decision> decisions = new ArrayList<>(good.decisions());
    decisions.addAll(good.decisions());
    return new Plan(good.viewVersion(), decisions, good.considered());
  }

  private Plan planAndSwap(ClusterView view, PendingJobs queue, PlanningContext context) {
    registry.choose("select", random.nextBoolean() ? "linear" : "cons_tres");
    registry.choose("topology", random.nextBoolean() ? "flat" : "tree");
    registry.choose("sched", random.nextBoolean() ? "builtin" : "backfill");
    return new BackfillScheduler().plan(view, queue, context);
  }

  private Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context) {
    return switch (random.nextInt(5)) {
      case 0 -> throw new IllegalArgumentException("what a request");
      case 1 -> null;
      case 2 ->
          new Selection.Placed(
              new Allocation(
                  List.of(new NodeAllocation(55, CoreSet.of(1), 1, 0, List.of(), 1)), false));
      case 3 ->
          new Selection.NotPlaced(
              List.of(new org.headrace.api.model.Blocker(Reason.RESOURCES, 1, "moody", 0)));
      default -> new ConsTresSelector().select(demand, free, candidates, context);
    };
  }
}
