package org.headrace.controller.internal.planning;

import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long planning may take, in milliseconds.
 *
 * @param budgetMillis after which a scheduler is to return what it has
 * @param graceMillis how much longer it is waited for before it is given up
 */
record Budget(long budgetMillis, long graceMillis) {
  private static final Budget DEFAULT = new Budget(2_000, 10_000);

  /** As {@code SchedulerParameters} says, or two and ten seconds. */
  static Budget of(Map<String, String> settings) {
    Map<String, String> options = Options.parse(settings.get("SchedulerParameters"));
    return new Budget(
        number(options, "headrace_plan_budget", DEFAULT.budgetMillis),
        number(options, "headrace_plan_grace", DEFAULT.graceMillis));
  }

  private static long number(Map<String, String> options, String name, long otherwise) {
    try {
      return Math.max(1, Long.parseLong(options.getOrDefault(name, Long.toString(otherwise))));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  long patienceMillis() {
    return budgetMillis + graceMillis;
  }

  long budgetNanos() {
    return TimeUnit.MILLISECONDS.toNanos(budgetMillis);
  }
}
