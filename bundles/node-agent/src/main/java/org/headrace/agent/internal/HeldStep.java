package org.headrace.agent.internal;

import java.util.List;
import org.headrace.api.launcher.StepKey;
import org.headrace.protocol.node.ToNode;

/**
 * A step that the node has to run, runs, or has run without the report of its end being safe. The
 * agent's turn changes it; the stream is used by any thread.
 */
final class HeldStep {
  private static final int DEFAULT_ROWS = 24;
  private static final int DEFAULT_COLUMNS = 80;

  final StepKey key;
  final int attempt;
  final StepStream stream;
  final StepInput input;
  Stage stage;

  /** The order to run it; null for a step that was found after a restart. */
  ToNode.Launch launch;

  /** Whether this is the first node of the step: one notice of its end is enough. */
  boolean first = true;

  /** Size of the user's terminal, once it is known. */
  int rows = DEFAULT_ROWS;

  int columns = DEFAULT_COLUMNS;
  boolean sized;
  boolean probing;
  boolean endTold;

  /** Whether its processes were sent TERM because its job is over. */
  boolean ending;

  /** Processes of the tasks here, once they are known; written by the launcher's thread. */
  volatile List<Long> pids = List.of();

  /** Numbers of the tasks here, in the order of their processes; empty after a restart. */
  List<Integer> ranks = List.of();

  /** How far a step has come. */
  enum Stage {
    /** Waits for the node to be ready. */
    EXPECTED,
    /** Waits for the size of the user's terminal, or for the step's last attempt to end. */
    READY,
    /** Is the launcher's. */
    LAUNCHED,
    /** Has ended. */
    ENDED
  }

  HeldStep(StepKey key, int attempt, StepStream stream, StepInput input, Stage stage) {
    this.key = key;
    this.attempt = attempt;
    this.stream = stream;
    this.input = input;
    this.stage = stage;
  }

  RunKey run() {
    return new RunKey(key.jobId(), attempt);
  }

  boolean batch() {
    return key.stepId() == StepKey.BATCH;
  }
}
