package org.headrace.api.launcher;

import java.util.List;

/**
 * The end of one attempt of a step on this node.
 *
 * @param attempt the attempt from the order
 * @param outcome kind of end
 * @param reason empty if all went well, else what was wrong and where
 * @param tasks exit status per task in the order of {@link LaunchOrder#tasks}; for tasks that never
 *     ran or whose end is unknown, exit code 1
 * @param usage what the step's processes used
 * @param startMillis when the tasks were started, or when starting failed
 * @param endMillis when the last process was gone
 */
public record StepResult(
    int attempt,
    StepOutcome outcome,
    String reason,
    List<ExitStatus> tasks,
    StepUsage usage,
    long startMillis,
    long endMillis) {

  public StepResult {
    tasks = List.copyOf(tasks);
  }
}
