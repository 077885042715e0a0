package org.headrace.controller.internal.forecast;

/** What jobs of a class want of a pool, and where the last of them was put. */
final class Wanted {
  final double[] amounts;
  private final long duration;

  /** The step at which the last of them starts. */
  int from = 1;

  /** Many jobs of a class are put to the same step: when one that starts there ends. */
  private int lastStep = -1;

  private int lastEnd;

  /**
   * @param duration how long, in milliseconds
   */
  Wanted(double[] amounts, long duration) {
    this.amounts = amounts;
    this.duration = duration;
  }

  /** The step at which a job that starts at {@code step} has ended. */
  int end(TimeGrid grid, int step) {
    if (step != lastStep) {
      lastStep = step;
      lastEnd = grid.at(grid.start(step) + duration);
    }
    return lastEnd;
  }
}
