package org.headrace.testkit;

import java.util.Map;
import java.util.random.RandomGenerator;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;

/** A context like another one, but for what it says itself: limits, or whom to preempt. */
public interface OtherContext extends PlanningContext {
  /** That other one. */
  PlanningContext plain();

  @Override
  default long now() {
    return plain().now();
  }

  @Override
  default Selector selector() {
    return plain().selector();
  }

  @Override
  default SelectionContext selection() {
    return plain().selection();
  }

  @Override
  default Map<String, String> options() {
    return plain().options();
  }

  @Override
  default RandomGenerator random() {
    return plain().random();
  }

  @Override
  default boolean cancelled() {
    return plain().cancelled();
  }
}
