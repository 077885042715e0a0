package org.headrace.agent.internal;

import org.headrace.api.launcher.SignalScope;
import org.headrace.protocol.node.ToNode;

/** Which of a step's processes a signal of the controller means. */
final class SignalScopes {
  private static final int KILL = 9;
  private static final int CONT = 18;
  private static final int STOP = 19;

  private SignalScopes() {}

  /**
   * The scope, or null if the step isn't meant.
   *
   * @param batch whether the step is the job's script
   */
  static SignalScope of(ToNode.Signal signal, boolean batch) {
    boolean meant = batch ? signal.batchShell() || named(signal) : signal.steps() || named(signal);
    if (!meant) {
      return null;
    }
    if (batch && signal.batchShell() && !signal.steps()) {
      return SignalScope.BATCH_SHELL;
    }
    boolean whole =
        batch || signal.signal() == KILL || signal.signal() == CONT || signal.signal() == STOP;
    return whole ? SignalScope.ALL_PROCESSES : SignalScope.TASKS;
  }

  private static boolean named(ToNode.Signal signal) {
    return signal.stepId() != ToNode.Signal.ALL_STEPS;
  }
}
