package org.headrace.controller.internal.planning;

import java.util.Map;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PartFault;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.internal.plugins.ShadowRecord;
import org.headrace.core.EligibleJobs;
import org.headrace.core.SchedulerInput;

/** Has plans made, by the plugins that serve or with one of them replaced, and checks them. */
final class Rounds {
  private final PluginRegistry registry;
  private final Calls calls;

  Rounds(PluginRegistry registry, Calls calls) {
    this.registry = registry;
    this.calls = calls;
  }

  /**
   * A plan.
   *
   * @param plan the plan
   * @param checkNanos how long it took to check it
   * @param nonsense what was wrong with a part that was left out of it, or null
   */
  record Round(Plan plan, long checkNanos, NonsenseFault nonsense) {
    /** Has the part that was left out counted as a fault of the scheduler. */
    static Round of(PlanCheck.Checked checked, long nanos) throws PartFault {
      Round round = new Round(checked.plan(), nanos, checked.fault());
      if (checked.fault() != null) {
        throw new PartFault(checked.fault(), round);
      }
      return round;
    }
  }

  /** The plan of the plugins that serve. */
  Round round(
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now,
      boolean freed)
      throws PluginFault, InterruptedException {
    return round(input, queue, settings, now, freed, null, null);
  }

  /**
   * The plan that would be made with another plugin of a kind.
   *
   * @param freed whether anything came free since the last plan
   * @param kind kind that is replaced, or null
   * @param name name of the plugin to be called instead
   * @throws PluginFault also if a part of the plan was nonsense: it is about how the plugin does
   */
  Plan plan(
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now,
      boolean freed,
      Kind kind,
      String name)
      throws PluginFault, InterruptedException {
    Round round = round(input, queue, settings, now, freed, kind, name);
    if (round.nonsense() != null) {
      throw round.nonsense();
    }
    return round.plan();
  }

  private Round round(
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now,
      boolean freed,
      Kind kind,
      String name)
      throws PluginFault, InterruptedException {
    Context context = context(input, settings, now, freed, kind, name);
    PluginRegistry.Call<Scheduler, Round> call =
        scheduler -> {
          Plan plan = scheduler.plan(input.view(), queue, context);
          long planned = calls.nanos();
          PlanCheck.Checked checked =
              PlanCheck.checked(plan, input.view(), queue, context.preemptables());
          return Round.of(checked, calls.nanos() - planned);
        };
    return calls.run(
        Budget.of(settings).patienceMillis(),
        context::abandon,
        () ->
            kind == Kind.SCHEDULER
                ? registry.callNamed(kind.name(), name, Scheduler.class, call)
                : registry.call(Kind.SCHEDULER, Scheduler.class, call));
  }

  /**
   * What is started at once on what has come free, or null if the scheduler wants to make a whole
   * plan instead.
   */
  Round answer(
      SchedulerInput input, EligibleJobs queue, Map<String, String> settings, long now, Freed freed)
      throws PluginFault, InterruptedException {
    Context context = context(input, settings, now, true, null, null);
    PluginRegistry.Call<Scheduler, Round> call =
        scheduler -> {
          Plan plan = scheduler.answer(input.view(), queue, freed, context);
          long planned = calls.nanos();
          if (plan == null) {
            return null;
          }
          PlanCheck.Checked checked = PlanCheck.onlyStarts(plan, input.view(), queue);
          return Round.of(checked, calls.nanos() - planned);
        };
    return calls.run(
        Budget.of(settings).patienceMillis(),
        context::abandon,
        () -> registry.call(Kind.SCHEDULER, Scheduler.class, call));
  }

  private Context context(
      SchedulerInput input,
      Map<String, String> settings,
      long now,
      boolean freed,
      Kind kind,
      String name) {
    ServingPlugins plugins =
        new ServingPlugins(
            registry,
            input.view(),
            Options.parse(settings.get("SelectTypeParameters")),
            kind,
            name);
    return new Context(
        now,
        plugins,
        Options.parse(settings.get("SchedulerParameters")),
        input.view().version(),
        calls.timer(Budget.of(settings).budgetNanos()),
        freed,
        input.limits().apply(now),
        RunningRanks.of(registry, input.view(), settings, input.exemptTime(), now));
  }

  /** Plans again with each plugin in shadow, and notes how the plans differ. */
  void shadow(PlanningCycle.Turn turn, Priorities priorities) throws InterruptedException {
    for (Kind kind : Kind.ALL) {
      String name = registry.shadow(kind);
      ShadowRecord record = name == null ? null : registry.shadowRecord(kind);
      if (record == null) {
        continue;
      }
      try {
        Plan shadow = shadow(turn, priorities, kind, name);
        record.compare(turn.input().view(), turn.queue(), turn.plan(), shadow, turn.now());
      } catch (PluginFault e) {
        record.failed(e.getMessage());
      }
    }
  }

  /** The plan of the others for the order of a priority plugin; or with the plugin among them. */
  private Plan shadow(PlanningCycle.Turn turn, Priorities priorities, Kind kind, String name)
      throws PluginFault, InterruptedException {
    SchedulerInput input = turn.input();
    Map<String, String> settings = turn.settings();
    if (kind != Kind.PRIORITY) {
      return plan(input, turn.queue(), settings, turn.now(), turn.freed(), kind, name);
    }
    EligibleJobs queue = priorities.by(name, input, turn.queue(), settings, turn.now());
    return plan(input, queue, settings, turn.now(), turn.freed(), null, null);
  }
}
