package org.headrace.controller.internal.planning;

import java.util.Map;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.controller.internal.plugins.Kind;
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
   */
  record Round(Plan plan, long checkNanos) {}

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
    return round(input, queue, settings, now, freed, kind, name).plan();
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
          return new Round(
              PlanCheck.checked(plan, input.view(), queue, context.preemptables()),
              calls.nanos() - planned);
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
          return plan == null
              ? null
              : new Round(PlanCheck.onlyStarts(plan, input.view(), queue), calls.nanos() - planned);
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
  void shadow(
      SchedulerInput input,
      EligibleJobs queue,
      Map<String, String> settings,
      long now,
      boolean freed,
      Plan carriedOut)
      throws InterruptedException {
    for (Kind kind : Kind.ALL) {
      String name = registry.shadow(kind);
      ShadowRecord record = name == null ? null : registry.shadowRecord(kind);
      if (record == null) {
        continue;
      }
      try {
        Plan shadow = plan(input, queue, settings, now, freed, kind, name);
        record.compare(input.view(), queue, carriedOut, shadow, now);
      } catch (PluginFault e) {
        record.failed(e.getMessage());
      }
    }
  }
}
