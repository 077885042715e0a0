package org.headrace.controller.internal.planning;

import java.util.Map;
import java.util.Random;
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
  private final long deadlineNanos;

  Context(
      long now, ServingPlugins plugins, Map<String, String> options, long seed, long budgetNanos) {
    this.now = now;
    this.plugins = plugins;
    this.options = options;
    random = new Random(seed);
    deadlineNanos = System.nanoTime() + budgetNanos;
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
  public boolean cancelled() {
    return plugins.abandoned() || System.nanoTime() - deadlineNanos > 0;
  }
}
