package org.headrace.agent.internal;

import java.util.ArrayDeque;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.StepKey;
import org.headrace.protocol.node.ToNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Input on its way to a step's tasks: waits until the step has been launched and while the launcher
 * has no room. Lives on the agent's turn.
 */
final class StepInput {
  /** More than this, and the input is given up: nobody can be asked to send more slowly. */
  static final long MOST_BYTES = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(StepInput.class);

  private final Launcher launcher;
  private final StepKey key;
  private final ArrayDeque<ToNode.Input> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean launched;
  private boolean givenUp;

  StepInput(Launcher launcher, StepKey key) {
    this.launcher = launcher;
    this.key = key;
  }

  /** The launcher knows the step. */
  void launched() {
    launched = true;
    flush();
  }

  /**
   * Takes input.
   *
   * @return false if there is too much of it; the caller ends the step, as a program must not go on
   *     with a part of its input
   */
  boolean add(ToNode.Input input) {
    if (givenUp) {
      return true;
    }
    waiting.add(input);
    waitingBytes += input.data().length;
    flush();
    if (waitingBytes > MOST_BYTES) {
      LOG.error("{} doesn't read its input; {} bytes wait for it", key, waitingBytes);
      givenUp = true;
      waiting.clear();
      waitingBytes = 0;
      return false;
    }
    return true;
  }

  /** Gives the launcher as much as it takes. */
  void flush() {
    while (launched && !waiting.isEmpty()) {
      ToNode.Input input = waiting.peek();
      int task = input.task() < 0 ? Launcher.ALL_TASKS : input.task();
      if (!launcher.input(key, task, input.data(), input.end())) {
        return;
      }
      waiting.poll();
      waitingBytes -= input.data().length;
    }
  }
}
