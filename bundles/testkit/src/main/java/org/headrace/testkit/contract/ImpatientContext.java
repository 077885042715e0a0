package org.headrace.testkit.contract;

import org.headrace.api.scheduler.PlanningContext;
import org.headrace.testkit.OtherContext;

/** A context whose plan isn't wanted any more after it has asked some times. */
final class ImpatientContext implements OtherContext {
  static final int NEVER = Integer.MAX_VALUE;

  private final PlanningContext context;
  private int patience;

  ImpatientContext(PlanningContext context, int patience) {
    this.context = context;
    this.patience = patience;
  }

  @Override
  public PlanningContext plain() {
    return context;
  }

  @Override
  public boolean cancelled() {
    if (patience == NEVER) {
      return false;
    }
    return patience-- <= 0;
  }
}
