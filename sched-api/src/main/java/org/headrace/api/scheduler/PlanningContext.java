package org.headrace.api.scheduler;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/** What a scheduler may use while it plans; a plan depends on nothing else. */
public interface PlanningContext {
  /** The present, in epoch milliseconds. */
  long now();

  /** Chooses resources for one job. */
  Selector selector();

  /** To be handed to the selector. */
  SelectionContext selection();

  /**
   * Settings by name, as in {@code SchedulerParameters}; a setting without a value has the empty
   * string.
   */
  Map<String, String> options();

  /** What those who pay may still use; the same object throughout the plan. */
  default LimitLedger limits() {
    return LimitLedger.NONE;
  }

  /** Which running jobs may make room; the same object throughout the plan. */
  default Preemptables preemptables() {
    return Preemptables.NONE;
  }

  /** Random source, seeded by the controller, so that a plan can be repeated. */
  RandomGenerator random();

  /**
   * False when nothing has come free since the last plan: no job has ended or left the queue, and
   * no node has come back. Then what was promised before can't be improved on, and only what is new
   * or due has to be looked at.
   */
  default boolean freed() {
    return true;
  }

  /**
   * True once the budget of time is used up or the plan isn't wanted any more. A scheduler looks
   * now and then and returns what it has.
   */
  boolean cancelled();
}
