package org.headrace.control.query;

import java.util.List;

/**
 * Figures about what planning does and how good its forecasts are. Durations of work in
 * microseconds.
 *
 * @param phases parts of the whole passes, in their order
 * @param answers events that were answered between whole passes
 * @param totalAnswers time that took, until the answers were carried out
 * @param foretold jobs that have started lately after they had been told when
 * @param medianError in half of them, actual and first expected start are at most so many
 *     milliseconds apart
 * @param ninthError in nine of ten of them
 */
public record PlanningFigures(
    List<Phase> phases,
    long answers,
    long totalAnswers,
    int foretold,
    long medianError,
    long ninthError) {
  /** Before the first pass. */
  public static final PlanningFigures NONE = new PlanningFigures(List.of(), 0, 0, 0, 0, 0);

  public PlanningFigures {
    phases = List.copyOf(phases);
  }

  /**
   * A part of a pass.
   *
   * @param name what is done in it
   * @param last time it took in the last pass
   * @param total time it took in all
   */
  public record Phase(String name, long last, long total) {}
}
