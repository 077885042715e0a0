package org.headrace.control.event;

/** Is told what happened. Called by one thread, which must not be held up. */
@FunctionalInterface
public interface EventListener {
  void on(Event event);
}
