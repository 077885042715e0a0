package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.control.query.PlanningFigures;
import org.headrace.controller.internal.forecast.StartAccuracy;

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
 * @param planning phases, answers, and how good forecasts were
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
    long lastAt,
    PlanningFigures planning) {
  private static final long MICRO = 1_000;

  /** Before the first cycle. */
  public static final CycleFigures NONE =
      new CycleFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, PlanningFigures.NONE);

  /**
   * Counts a cycle.
   *
   * @param nanos how long it took, without carrying it out
   * @param applied how long that took, in nanoseconds
   */
  CycleFigures plus(long nanos, long applied, PlanningCycle.Turn turn) {
    long micros = nanos / MICRO;
    return new CycleFigures(
        cycles + 1,
        micros,
        Math.max(max, micros),
        total + micros,
        turn.plan().considered(),
        totalDepth + turn.plan().considered(),
        turn.queue().size(),
        backfilled + turn.startedAhead(),
        turn.now(),
        planning(phases(turn.phases(), applied), 0, 0));
  }

  /** Counts an answer between two cycles. */
  CycleFigures answered(long nanos) {
    return with(planning(planning.phases(), 1, nanos / MICRO));
  }

  CycleFigures with(StartAccuracy.Result accuracy) {
    return with(
        new PlanningFigures(
            planning.phases(),
            planning.answers(),
            planning.totalAnswers(),
            accuracy.jobs(),
            accuracy.median(),
            accuracy.ninth()));
  }

  private CycleFigures with(PlanningFigures other) {
    return new CycleFigures(
        cycles, last, max, total, lastDepth, totalDepth, queueLength, backfilled, lastAt, other);
  }

  private PlanningFigures planning(
      List<PlanningFigures.Phase> phases, long moreAnswers, long took) {
    return new PlanningFigures(
        phases,
        planning.answers() + moreAnswers,
        planning.totalAnswers() + took,
        planning.foretold(),
        planning.medianError(),
        planning.ninthError());
  }

  private List<PlanningFigures.Phase> phases(Phases phases, long applied) {
    Map<String, Long> before = new TreeMap<>();
    planning.phases().forEach(phase -> before.put(phase.name(), phase.total()));
    List<PlanningFigures.Phase> all = new ArrayList<>();
    phases
        .named(applied)
        .forEach(
            (name, nanos) -> {
              long micros = nanos / MICRO;
              long sum = before.getOrDefault(name, 0L) + micros;
              all.add(new PlanningFigures.Phase(name, micros, sum));
            });
    return all;
  }
}
