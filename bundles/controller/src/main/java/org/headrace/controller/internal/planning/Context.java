package org.headrace.controller.internal.planning;

import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.headrace.api.scheduler.PlanningContext;
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

  Context(
      long now,
      ServingPlugins plugins,
      Map<String, String> options,
      long seed,
      BooleanSupplier overdue,
      boolean freed) {
    this.now = now;
    this.plugins = plugins;
    this.options = options;
    random = new Random(seed);
    this.overdue = overdue;
    this.freed = freed;
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
