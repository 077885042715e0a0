package org.headrace.controller.internal.planning;

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
public record Phases(long order, long priority, long plan, long check, long forecast, long news) {}
