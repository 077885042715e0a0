package org.headrace.api.scheduler;

import java.util.List;

/**
 * A scheduler's answer: decisions in the order in which they are to be carried out. A job that was
 * not considered has none.
 *
 * @param viewVersion version of the view that was planned on
 * @param decisions decisions
 * @param considered how many rows of the queue were looked at
 */
public record Plan(long viewVersion, List<Decision> decisions, int considered) {
  public Plan {
    decisions = List.copyOf(decisions);
  }
}
