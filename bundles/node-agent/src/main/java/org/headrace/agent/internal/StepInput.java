package org.headrace.agent.internal;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.StepKey;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * Input on its way to a step's tasks: waits until the step has been launched and while the launcher
 * has no room, and tells the controller how far the tasks have read. What comes twice is dropped,
 * and what leaves a gap too, as the controller then sends all of it again. The controller never
 * sends more than the user's client is allowed to be ahead, so nothing else bounds it here. Lives
 * on the agent's turn.
 */
final class StepInput {
  private final Launcher launcher;
  private final StepKey key;
  private final Consumer<FromNode> send;
  private final ArrayDeque<ToNode.Input> waiting = new ArrayDeque<>();
  private boolean placed;
  private boolean launched;
  private boolean asked;
  private long next;
  private long taken;

  /**
   * @param placed whether the step is at the beginning of its input; otherwise the launcher has to
   *     say where it is
   */
  StepInput(Launcher launcher, StepKey key, Consumer<FromNode> send, boolean placed) {
    this.launcher = launcher;
    this.key = key;
    this.send = send;
    this.placed = placed;
  }

  /** The launcher knows the step. */
  void launched() {
    launched = true;
    flush();
  }

  /** Somebody may have input, and has to know where to begin. */
  void attached() {
    asked = true;
    tell();
  }

  /** The tasks have read so much since the step began. */
  void taken(long bytes) {
    if (!placed) {
      placed = true;
      next = bytes;
    }
    taken = bytes;
    tell();
  }

  private void tell() {
    if (asked && placed) {
      send.accept(new FromNode.InputTaken(key.jobId(), key.stepId(), taken));
    }
  }

  void add(ToNode.Input input) {
    if (!placed || input.position() > next) {
      return;
    }
    byte[] data = input.data();
    int known = (int) Math.min(next - input.position(), data.length);
    if (known == data.length && !input.end()) {
      return;
    }
    byte[] news = known == 0 ? data : Arrays.copyOfRange(data, known, data.length);
    waiting.add(new ToNode.Input(key.jobId(), key.stepId(), input.task(), news, input.end(), next));
    next += news.length;
    flush();
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
    }
  }
}
