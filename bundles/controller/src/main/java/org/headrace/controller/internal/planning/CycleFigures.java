package org.headrace.controller.internal.planning;

/**
 * Figures about planning cycles; durations in microseconds.
 *
 * @param cycles number of cycles
 * @param last duration of the last
 * @param max duration of the longest
 * @param total duration of all
 * @param lastDepth jobs considered in the last
 * @param totalDepth jobs considered in all
 * @param queueLength jobs in the queue at the last
 * @param backfilled jobs started ahead of one that waits
 * @param lastAt when the last started, in epoch milliseconds
 */
public record CycleFigures(
    long cycles,
    long last,
    long max,
    long total,
    int lastDepth,
    long totalDepth,
    int queueLength,
    long backfilled,
    long lastAt) {
  /** Before the first cycle. */
  public static final CycleFigures NONE = new CycleFigures(0, 0, 0, 0, 0, 0, 0, 0, 0);

  CycleFigures plus(long micros, int depth, int queue, int ahead, long at) {
    return new CycleFigures(
        cycles + 1,
        micros,
        Math.max(max, micros),
        total + micros,
        depth,
        totalDepth + depth,
        queue,
        backfilled + ahead,
        at);
  }
}
