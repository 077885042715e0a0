package org.headrace.sched.backfill.internal;

import java.util.Map;

/**
 * What {@code SchedulerParameters} says.
 *
 * @param window how far ahead resources are set aside, in milliseconds
 * @param resolution starts of reservations are rounded up to a multiple of this, in milliseconds
 * @param maxJobTest most jobs looked at once one has to wait
 * @param reservations most jobs of one partition that resources are set aside for
 * @param shortestFirst true to try short jobs first, once one has to wait
 * @param licenses true to set licences aside as well; else a job without one just waits
 * @param conservative true to promise each job a start and keep to it
 */
record BackfillOptions(
    long window,
    long resolution,
    int maxJobTest,
    int reservations,
    boolean shortestFirst,
    boolean licenses,
    boolean conservative) {
  private static final int ALL = 1_000_000;

  /** One reservation, no horizon, exact times: EASY backfill. */
  static final BackfillOptions EASY =
      new BackfillOptions(Long.MAX_VALUE / 4, 1, Integer.MAX_VALUE, 1, false, false, false);

  static BackfillOptions of(Map<String, String> options) {
    long window = number(options, "bf_window", 0, 43_200) * 60_000;
    long resolution = number(options, "bf_resolution", 0, 3600) * 1000;
    int test = (int) number(options, "bf_max_job_test", 0, ALL);
    boolean conservative = options.containsKey("bf_conservative");
    int reservations = (int) number(options, "bf_max_reservations", conservative ? ALL : 1, ALL);
    return new BackfillOptions(
        window == 0 ? EASY.window : window,
        Math.max(1, resolution),
        test == 0 ? Integer.MAX_VALUE : test,
        Math.max(1, reservations),
        options.containsKey("bf_shortest_first"),
        options.containsKey("bf_licenses"),
        conservative && reservations == ALL && !options.containsKey("bf_shortest_first"));
  }

  private static long number(Map<String, String> options, String key, long absent, long max) {
    String text = options.get(key);
    if (text == null || text.isBlank()) {
      return absent;
    }
    try {
      long value = Long.parseLong(text.trim());
      if (value >= 0 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, with the key that the exception doesn't know.
    }
    throw new IllegalArgumentException(
        "SchedulerParameters: " + key + "=" + text + " is not a whole number from 0 to " + max);
  }
}
