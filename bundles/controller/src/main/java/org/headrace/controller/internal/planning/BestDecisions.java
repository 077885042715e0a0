package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.headrace.api.model.Blocker;
import org.headrace.api.scheduler.Decision;
import org.headrace.controller.internal.forecast.ExpectedStarts;

/**
 * A job that names several partitions is decided on once for each. It waits for the first of them
 * in which it can start, and that is what it is told: the earliest start, with its nodes and its
 * reason.
 */
final class BestDecisions {
  private BestDecisions() {}

  /**
   * The decisions in their order, of which only the best of those that let one job wait are left.
   * Starts and preemptions all stay.
   */
  static List<Decision> of(List<Decision> decisions) {
    if (!severalPartitions(decisions)) {
      return decisions;
    }
    Long2ObjectHashMap<Decision> best = new Long2ObjectHashMap<>();
    boolean several = false;
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start) {
        // What was said before was about a partition in which it doesn't start.
        several |= best.get(decision.jobId()) != null;
        best.remove(decision.jobId());
        continue;
      }
      Decision other = best.putIfAbsent(decision.jobId(), decision);
      several |= other != null;
      if (other != null && better(decision, other)) {
        best.put(decision.jobId(), decision);
      }
    }
    if (!several) {
      return decisions;
    }
    List<Decision> left = new ArrayList<>(decisions.size());
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start
          || decision instanceof Decision.Preempt
          || best.get(decision.jobId()) == decision) {
        left.add(decision);
      }
    }
    return left;
  }

  private static boolean severalPartitions(List<Decision> decisions) {
    String first = decisions.isEmpty() ? "" : decisions.get(0).partition();
    for (Decision decision : decisions) {
      if (!decision.partition().equals(first)) {
        return true;
      }
    }
    return false;
  }

  /** Whom others make room for waits for that room; else the earlier start counts. */
  private static boolean better(Decision one, Decision other) {
    if (one instanceof Decision.Preempt || other instanceof Decision.Preempt) {
      return !(other instanceof Decision.Preempt);
    }
    long start = start(one);
    long otherStart = start(other);
    if (start != otherStart) {
      return start < otherStart;
    }
    if (one instanceof Decision.Reserve != other instanceof Decision.Reserve) {
      return one instanceof Decision.Reserve;
    }
    return passes(one) && !passes(other);
  }

  private static long start(Decision decision) {
    long start =
        decision instanceof Decision.Reserve reserve
            ? reserve.start()
            : ((Decision.Wait) decision).expectedStart();
    return start == Blocker.UNKNOWN ? Long.MAX_VALUE : start;
  }

  private static boolean passes(Decision decision) {
    return !(decision instanceof Decision.Wait wait) || ExpectedStarts.passes(wait.reason());
  }
}
