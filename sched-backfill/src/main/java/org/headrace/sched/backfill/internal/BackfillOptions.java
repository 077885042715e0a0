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
 * @param depth how far to go beyond the first job that has to wait
 * @param rules for which jobs resources are set aside
 * @param stopAtLimit true for a job that an association's limit keeps back to keep back all after
 *     it in its partition
 * @param busyNodes true to set aside nodes that are in use rather than idle ones
 */
record BackfillOptions(
    long window,
    long resolution,
    int maxJobTest,
    int reservations,
    boolean shortestFirst,
    boolean licenses,
    boolean conservative,
    BackfillDepth depth,
    ReservationRules rules,
    boolean stopAtLimit,
    boolean busyNodes) {
  private static final int ALL = 1_000_000;

  /** One reservation, no horizon, exact times: EASY backfill. */
  static final BackfillOptions EASY =
      new BackfillOptions(
          Long.MAX_VALUE / 4,
          1,
          Integer.MAX_VALUE,
          1,
          false,
          false,
          false,
          BackfillDepth.ALL,
          ReservationRules.ANY,
          false,
          false);

  static BackfillOptions of(Map<String, String> options) {
    long window = number(options, "bf_window", 0, 43_200) * 60_000;
    long resolution = number(options, "bf_resolution", 0, 3600) * 1000;
    int test = (int) number(options, "bf_max_job_test", 0, ALL);
    boolean conservative = options.containsKey("bf_conservative");
    int firstOfPartition = (int) number(options, "bf_job_part_count_reserve", 0, 100_000);
    int usual = conservative ? ALL : Math.max(1, firstOfPartition);
    int reservations = (int) number(options, "bf_max_reservations", usual, ALL);
    BackfillDepth depth =
        new BackfillDepth(
            (int) number(options, "bf_max_job_user", 0, ALL),
            (int) number(options, "bf_max_job_user_part", 0, ALL),
            (int) number(options, "bf_max_job_part", 0, ALL),
            (int) number(options, "bf_max_job_assoc", 0, ALL),
            (int) number(options, "bf_max_job_start", 0, 10_000));
    ReservationRules rules =
        new ReservationRules(
            number(options, "bf_min_age_reserve", 0, 2_592_000) * 1000,
            number(options, "bf_min_prio_reserve", 0, (1L << 32) - 1),
            options.containsKey("bf_one_resv_per_job"));
    return new BackfillOptions(
        window == 0 ? EASY.window : window,
        Math.max(1, resolution),
        test == 0 ? Integer.MAX_VALUE : test,
        Math.max(1, reservations),
        options.containsKey("bf_shortest_first"),
        options.containsKey("bf_licenses"),
        conservative && reservations == ALL && !options.containsKey("bf_shortest_first"),
        depth,
        rules,
        options.containsKey("assoc_limit_stop"),
        options.containsKey("bf_busy_nodes"));
  }

  /** True where every job is looked at, and treated alike. */
  boolean alike() {
    return depth.equals(BackfillDepth.ALL) && rules.equals(ReservationRules.ANY) && !stopAtLimit;
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
