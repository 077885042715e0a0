package org.headrace.controller.internal.planning;

import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Preemptables;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/** What a scheduler gets to plan with. */
final class Context implements PlanningContext {
  private final long now;
  private final ServingPlugins plugins;
  private final Map<String, String> options;
  private final RandomGenerator random;
  private final BooleanSupplier overdue;
  private final boolean freed;
  private final LimitLedger limits;
  private final Preemptables preemptables;

  Context(
      long now,
      ServingPlugins plugins,
      Map<String, String> options,
      long seed,
      BooleanSupplier overdue,
      boolean freed,
      LimitLedger limits,
      Preemptables preemptables) {
    this.now = now;
    this.plugins = plugins;
    this.options = options;
    random = new Random(seed);
    this.overdue = overdue;
    this.freed = freed;
    this.limits = limits;
    this.preemptables = preemptables;
  }

  void abandon() {
    plugins.abandon();
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public Selector selector() {
    return plugins;
  }

  @Override
  public SelectionContext selection() {
    return plugins;
  }

  @Override
  public Map<String, String> options() {
    return options;
  }

  @Override
  public LimitLedger limits() {
    return limits;
  }

  @Override
  public Preemptables preemptables() {
    return preemptables;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public boolean freed() {
    return freed;
  }

  @Override
  public boolean cancelled() {
    return plugins.abandoned() || overdue.getAsBoolean();
  }
}
