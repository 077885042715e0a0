package org.headrace.api.launcher;

import java.util.List;
import java.util.Map;

/**
 * All that is needed to start a step on one node.
 *
 * @param key which step
 * @param attempt distinguishes repeated runs of the same step (restart count); launches are
 *     idempotent on (key, attempt)
 * @param nodeName this node
 * @param user whose processes they are
 * @param workDir absolute working directory; if the user can't enter it, /tmp is used and the
 *     task's standard error says so
 * @param umask file mode mask, 0 to 0777
 * @param limits soft resource limits
 * @param environment variables of all tasks; nothing else is inherited
 * @param program what the tasks execute
 * @param tasks the tasks on this node, at least one
 * @param containment cores and memory
 * @param options further behaviour
 * @param world what tasks of a parallel program are told
 */
public record LaunchOrder(
    StepKey key,
    int attempt,
    String nodeName,
    UserIdentity user,
    String workDir,
    int umask,
    List<ResourceLimit> limits,
    Map<String, String> environment,
    Program program,
    List<TaskOrder> tasks,
    Containment containment,
    LaunchOptions options,
    ParallelWorld world) {

  public LaunchOrder {
    limits = List.copyOf(limits);
    tasks = List.copyOf(tasks);
  }
}
