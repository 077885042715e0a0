package org.headrace.controller.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.headrace.control.Control;
import org.headrace.control.Leadership;
import org.headrace.control.definition.ControllerMember;
import org.headrace.control.definition.Controllers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this controller writes who leads, for all to read. Safe for any thread. */
public final class LeadershipBoard implements Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(LeadershipBoard.class);

  private final Controllers controllers;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile State state = new State(false, Optional.empty());

  private record State(boolean leads, Optional<ControllerMember> leader) {}

  public LeadershipBoard(Controllers controllers) {
    this.controllers = controllers;
  }

  /** This controller takes commands from now on. */
  void serving() {
    change(new State(true, Optional.of(controllers.own())));
  }

  /**
   * This controller takes no commands from now on.
   *
   * @param leader who does, if that is known
   */
  void following(Optional<ControllerMember> leader) {
    change(new State(false, leader));
  }

  private synchronized void change(State next) {
    if (next.equals(state)) {
      return;
    }
    state = next;
    for (Runnable listener : listeners) {
      try {
        listener.run();
      } catch (RuntimeException e) {
        LOG.warn("A listener failed on a change of the leader", e);
      }
    }
  }

  @Override
  public Controllers controllers() {
    return controllers;
  }

  @Override
  public boolean leads() {
    return state.leads();
  }

  @Override
  public Optional<ControllerMember> leader() {
    return state.leader();
  }

  @Override
  public Control.Registration listen(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }
}
