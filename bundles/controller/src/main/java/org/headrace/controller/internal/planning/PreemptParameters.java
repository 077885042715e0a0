package org.headrace.controller.internal.planning;

import java.util.Map;

/**
 * What {@code PreemptParameters} says about the choice of victims. Each of its words may also be
 * written in {@code SchedulerParameters} with {@code preempt_} in front, as in older files.
 *
 * @param reorders how many other orders are tried in search of fewer victims; 0 for {@code
 *     strict_order}
 * @param youngestFirst true when the job goes that started last, whatever its priority
 * @param exemptPriority jobs of that priority or more are never preempted
 * @param forLicenses true when a job is also preempted for its licences
 */
record PreemptParameters(
    int reorders, boolean youngestFirst, long exemptPriority, boolean forLicenses) {
  private static final int MOST_REORDERS = 1_000;

  static PreemptParameters of(Map<String, String> settings) {
    Map<String, String> words = Options.parse(settings.get("PreemptParameters"));
    Options.parse(settings.get("SchedulerParameters"))
        .forEach(
            (name, value) -> {
              if (name.startsWith("preempt_")) {
                words.putIfAbsent(name.substring("preempt_".length()), value);
              }
            });
    boolean strict = words.containsKey("strict_order");
    return new PreemptParameters(
        strict ? 0 : (int) Math.min(MOST_REORDERS, number(words, "reorder_count", 1)),
        words.containsKey("youngest_first"),
        number(words, "min_exempt_priority", Long.MAX_VALUE),
        words.containsKey("reclaim_licenses"));
  }

  private static long number(Map<String, String> words, String name, long otherwise) {
    String text = words.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return Math.max(0, Long.parseLong(text.trim()));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }
}
