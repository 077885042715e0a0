package org.headrace.control.query;

import java.util.Map;

/**
 * Figures about the controller since its start or the last reset. Times in microseconds.
 *
 * @param since start of counting, in epoch milliseconds
 * @param submitted jobs submitted
 * @param started jobs started
 * @param completed jobs completed
 * @param cancelled jobs cancelled
 * @param failed jobs failed
 * @param pending jobs pending now
 * @param running jobs running now
 * @param cycles planning cycles
 * @param lastCycle duration of the last cycle
 * @param maxCycle duration of the longest cycle
 * @param totalCycle duration of all cycles
 * @param lastDepth jobs considered in the last cycle
 * @param totalDepth jobs considered in all cycles
 * @param queueLength jobs in the queue at the last cycle
 * @param backfilled jobs started ahead of one of higher priority
 * @param stale decisions dropped because they no longer held
 * @param lastCycleAt when the last cycle started, in epoch milliseconds
 * @param accountingQueue records waiting for accounting
 * @param commands commands carried out, by kind
 * @param calls user commands served, by name, then by user as {@code user:name}
 * @param callMicros time spent on them, under the same keys
 * @param planning more about planning
 */
public record Diagnostics(
    long since,
    long submitted,
    long started,
    long completed,
    long cancelled,
    long failed,
    int pending,
    int running,
    long cycles,
    long lastCycle,
    long maxCycle,
    long totalCycle,
    int lastDepth,
    long totalDepth,
    int queueLength,
    long backfilled,
    long stale,
    long lastCycleAt,
    int accountingQueue,
    Map<String, Long> commands,
    Map<String, Long> calls,
    Map<String, Long> callMicros,
    PlanningFigures planning) {}
