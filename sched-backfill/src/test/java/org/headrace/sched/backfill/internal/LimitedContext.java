package org.headrace.sched.backfill.internal;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/** Another context, in which jobs are limited. */
record LimitedContext(PlanningContext plain, LimitLedger limits) implements PlanningContext {
  @Override
  public long now() {
    return plain.now();
  }

  @Override
  public Selector selector() {
    return plain.selector();
  }

  @Override
  public SelectionContext selection() {
    return plain.selection();
  }

  @Override
  public Map<String, String> options() {
    return plain.options();
  }

  @Override
  public RandomGenerator random() {
    return plain.random();
  }

  @Override
  public boolean cancelled() {
    return plain.cancelled();
  }
}
