package org.headrace.controller.internal.forecast;

import java.util.Arrays;

/**
 * The present and moments of the year that follows, the nearer the finer: 32 full minutes, then 32
 * that are two minutes apart, and so on. So a forecast is rounded up by a thirtieth of the wait, or
 * less, and the whole year is a few hundred steps. Moments are full minutes of the clock, so that
 * successive grids mostly agree.
 */
final class TimeGrid {
  private static final int STEPS_OF_A_WIDTH = 32;
  private static final int WIDTHS = 14;
  private static final long MINUTE = 60_000;

  private final long[] starts = new long[1 + WIDTHS * STEPS_OF_A_WIDTH];

  /**
   * @param now the present, in epoch milliseconds
   */
  TimeGrid(long now) {
    starts[0] = now;
    int count = 1;
    long width = MINUTE;
    long next = Math.floorDiv(now, MINUTE) * MINUTE + MINUTE;
    for (int i = 0; i < WIDTHS; i++) {
      next = Math.floorDiv(next + width - 1, width) * width;
      for (int step = 0; step < STEPS_OF_A_WIDTH; step++) {
        starts[count++] = next;
        next += width;
      }
      width *= 2;
    }
  }

  int size() {
    return starts.length;
  }

  /** When a step begins, in epoch milliseconds. */
  long start(int step) {
    return starts[step];
  }

  /** The first step that begins at {@code time} or later; {@link #size} if none does. */
  int at(long time) {
    int found = Arrays.binarySearch(starts, time);
    return found >= 0 ? found : -found - 1;
  }
}
