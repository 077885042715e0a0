package org.headrace.testkit.contract;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/** A context whose plan isn't wanted any more after it has asked some times. */
final class ImpatientContext implements PlanningContext {
  static final int NEVER = Integer.MAX_VALUE;

  private final PlanningContext context;
  private int patience;

  ImpatientContext(PlanningContext context, int patience) {
    this.context = context;
    this.patience = patience;
  }

  @Override
  public long now() {
    return context.now();
  }

  @Override
  public Selector selector() {
    return context.selector();
  }

  @Override
  public SelectionContext selection() {
    return context.selection();
  }

  @Override
  public Map<String, String> options() {
    return context.options();
  }

  @Override
  public RandomGenerator random() {
    return context.random();
  }

  @Override
  public boolean cancelled() {
    if (patience == NEVER) {
      return false;
    }
    return patience-- <= 0;
  }
}
