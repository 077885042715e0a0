package org.headrace.controller.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.headrace.control.query.Diagnostics;
import org.headrace.controller.internal.planning.CycleFigures;
import org.headrace.core.Counters;

/** Counts user commands. Safe for any thread. */
final class CallFigures {
  private static final int MAX_USERS = 10_000;

  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> micros = new ConcurrentHashMap<>();

  void served(String command, String user, long took) {
    add(command, took);
    if (calls.size() < MAX_USERS) {
      add("user:" + user, took);
    }
  }

  private void add(String key, long took) {
    calls.computeIfAbsent(key, k -> new LongAdder()).increment();
    micros.computeIfAbsent(key, k -> new LongAdder()).add(took);
  }

  void reset() {
    calls.clear();
    micros.clear();
  }

  Diagnostics diagnostics(
      long since, Counters now, Counters then, CycleFigures cycles, int accountingQueue) {
    return new Diagnostics(
        since,
        now.submitted() - then.submitted(),
        now.started() - then.started(),
        now.completed() - then.completed(),
        now.cancelled() - then.cancelled(),
        now.failed() - then.failed(),
        now.pending(),
        now.running(),
        cycles.cycles(),
        cycles.last(),
        cycles.max(),
        cycles.total(),
        cycles.lastDepth(),
        cycles.totalDepth(),
        cycles.queueLength(),
        cycles.backfilled(),
        now.stale() - then.stale(),
        cycles.lastAt(),
        accountingQueue,
        now.commands(),
        sums(calls),
        sums(micros),
        cycles.planning());
  }

  private static Map<String, Long> sums(Map<String, LongAdder> adders) {
    Map<String, Long> sums = new TreeMap<>();
    adders.forEach((key, adder) -> sums.put(key, adder.sum()));
    return sums;
  }
}
