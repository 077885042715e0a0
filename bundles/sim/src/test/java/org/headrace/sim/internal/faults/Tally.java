package org.headrace.sim.internal.faults;

import java.util.Map;
import java.util.TreeMap;

/** How often what happened, over all seeds: a fault that never comes proves nothing. */
final class Tally {
  private final Map<String, Integer> counts = new TreeMap<>();

  void count(Object what) {
    counts.merge(what.toString(), 1, Integer::sum);
  }

  Map<String, Integer> counts() {
    return counts;
  }
}
