package org.headrace.agent.internal;

import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
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
   * @param step the step's number; the container of a job that isn't named stands still and dies
   *     with it, but hears nothing else
   */
  static SignalScope of(ToNode.Signal signal, int step) {
    boolean batch = step == StepKey.BATCH;
    boolean meant = batch ? signal.batchShell() || named(signal) : signal.steps() || named(signal);
    boolean control = signal.signal() == KILL || signal.signal() == CONT || signal.signal() == STOP;
    meant &= step != StepKey.EXTERN || named(signal) || control;
    if (!meant) {
      return null;
    }
    if (batch && signal.batchShell() && !signal.steps()) {
      return SignalScope.BATCH_SHELL;
    }
    return batch || control ? SignalScope.ALL_PROCESSES : SignalScope.TASKS;
  }

  private static boolean named(ToNode.Signal signal) {
    return signal.stepId() != ToNode.Signal.ALL_STEPS;
  }
}
