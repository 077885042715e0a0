package org.headrace.bench.internal.scheduler;

import org.headrace.controller.internal.planning.Phases;

/**
 * What one planning pass cost, in nanoseconds of CPU time and bytes.
 *
 * @param phases parts of the pass
 * @param apply carrying out what was new in the plan
 * @param allocated bytes allocated
 * @param considered jobs that were looked at
 * @param starts jobs that were started
 * @param told decisions that went to the core
 * @param selections calls of the selector
 */
record Cost(
    Phases phases,
    long apply,
    long allocated,
    int considered,
    int starts,
    int told,
    int selections) {
  /** All of it. */
  long nanos() {
    return planning() + apply;
  }

  /** Without carrying it out: what the planner's thread does. */
  long planning() {
    return phases.order()
        + phases.priority()
        + phases.plan()
        + phases.check()
        + phases.forecast()
        + phases.news();
  }
}
