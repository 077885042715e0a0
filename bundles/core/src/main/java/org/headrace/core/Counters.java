package org.headrace.core;

import java.util.Map;

/**
 * Figures since the machine came into being. They are soft: not part of the state, not saved, and
 * no decision looks at them.
 *
 * @param submitted jobs submitted; an array counts once
 * @param started jobs and array tasks started
 * @param completed jobs that ended well
 * @param cancelled jobs cancelled
 * @param failed jobs that ended in any other way
 * @param stale decisions of plans that were dropped because they no longer held
 * @param pending jobs pending now; the part of an array that hasn't started counts once
 * @param running jobs running or suspended now
 * @param commands commands carried out, by the simple name of their kind
 */
public record Counters(
    long submitted,
    long started,
    long completed,
    long cancelled,
    long failed,
    long stale,
    int pending,
    int running,
    Map<String, Long> commands) {
  public Counters {
    commands = Map.copyOf(commands);
  }
}
