package org.headrace.sched.backfill.internal;

import java.util.Arrays;

/**
 * How many CPUs are free from when on: a staircase, kept in two columns. Only numbers count, so it
 * is exact where any free CPU is as good as another.
 */
final class CpuProfile {
  /** There is no such moment. */
  static final long NEVER = Long.MAX_VALUE;

  private long[] times = new long[64];
  private int[] free = new int[64];
  private int count = 1;

  /**
   * @param from where the profile begins
   * @param cpus what is free if nothing runs and nothing is promised
   */
  CpuProfile(long from, int cpus) {
    times[0] = from;
    free[0] = cpus;
  }

  /** Takes CPUs from {@code from} to before {@code to}; a negative number gives them back. */
  void take(long from, long to, int cpus) {
    long start = Math.max(from, times[0]);
    if (start >= to) {
      return;
    }
    int first = split(start);
    int end = to == NEVER ? count : split(to);
    for (int i = first; i < end; i++) {
      free[i] -= cpus;
    }
  }

  /** Index of the step that begins at {@code time}, which is made if there is none. */
  private int split(long time) {
    int found = Arrays.binarySearch(times, 0, count, time);
    if (found >= 0) {
      return found;
    }
    int at = -found - 1;
    if (count == times.length) {
      times = Arrays.copyOf(times, 2 * count);
      free = Arrays.copyOf(free, 2 * count);
    }
    System.arraycopy(times, at, times, at + 1, count - at);
    System.arraycopy(free, at, free, at + 1, count - at);
    times[at] = time;
    free[at] = free[at - 1];
    count++;
    return at;
  }

  /** True when so many CPUs are free all the time from {@code from} on for {@code duration}. */
  boolean fits(long from, long duration, int cpus) {
    return earliest(from, from, duration, cpus) == from;
  }

  /** The earliest start that serves, from {@code from} up to {@code latest}, or {@link #NEVER}. */
  long earliest(long from, long latest, long duration, int cpus) {
    int found = Arrays.binarySearch(times, 0, count, from);
    int first = Math.max(0, found >= 0 ? found : -found - 2);
    long start = NEVER;
    for (int i = first; i < count; i++) {
      if (free[i] < cpus) {
        start = NEVER;
        if (i + 1 < count && times[i + 1] > latest) {
          return NEVER;
        }
        continue;
      }
      if (start == NEVER) {
        start = Math.max(from, times[i]);
        if (start > latest) {
          return NEVER;
        }
      }
      if (i + 1 == count || times[i + 1] - start >= duration) {
        return start;
      }
    }
    return NEVER;
  }
}
