package org.headrace.controller.internal.log;

import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.IdleStrategy;

/**
 * Does another agent's work wherever its own agent would idle: in each turn, and while it waits for
 * the other to answer. So two agents share a thread, and work that goes back and forth between them
 * wakes nobody.
 */
final class InvokingIdle implements IdleStrategy {
  private final AgentInvoker other;
  private final IdleStrategy sleep;

  /**
   * @param other the agent that is to be driven; by this thread alone from now on
   * @param sleep what to do when both have nothing to do
   */
  InvokingIdle(AgentInvoker other, IdleStrategy sleep) {
    this.other = other;
    this.sleep = sleep;
  }

  @Override
  public void idle(int workCount) {
    sleep.idle(workCount + other.invoke());
  }

  @Override
  public void idle() {
    sleep.idle(other.invoke());
  }

  @Override
  public void reset() {
    sleep.reset();
  }

  @Override
  public String alias() {
    return "invoking";
  }
}
