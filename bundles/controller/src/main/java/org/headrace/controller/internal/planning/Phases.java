package org.headrace.controller.internal.planning;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long the parts of a turn took, in nanoseconds as {@link Calls#nanos} counts them.
 *
 * @param order putting the queue in order
 * @param priority computing priorities, and the order that follows from them
 * @param plan the scheduler, with all plugins that it works with
 * @param check holding the plan against what was planned on
 * @param forecast estimating when the jobs start that were promised nothing
 * @param news finding out what in the plan is new
 */
public record Phases(long order, long priority, long plan, long check, long forecast, long news) {
  /** By name, in their order, with the time that carrying the plan out took, in nanoseconds. */
  Map<String, Long> named(long applied) {
    Map<String, Long> named = new LinkedHashMap<>();
    named.put("order of the queue", order);
    named.put("priorities", priority);
    named.put("plan", plan);
    named.put("check", check);
    named.put("forecast", forecast);
    named.put("news", news);
    named.put("carrying out", applied);
    return named;
  }
}
