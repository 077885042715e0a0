package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.headrace.api.model.Blocker;
import org.headrace.api.scheduler.Decision;
import org.headrace.controller.internal.forecast.ExpectedStarts;

/**
 * A job that names several partitions is decided on once for each. It waits for the first of them
 * in which it can start, and that is what it is told: the earliest start, with its nodes and its
 * reason.
 */
final class BestDecisions {
  /** Ids of jobs that wait lie close to each other, mostly. */
  private static final int MOST_BITS = 1 << 20;

  private static final int BITS_OF_A_DECISION = 64;
  private static final LongHashSet NONE = new LongHashSet();

  private BestDecisions() {}

  /**
   * The decisions in their order, of which only the best of those that let one job wait are left.
   * Starts and preemptions all stay.
   */
  static List<Decision> of(List<Decision> decisions) {
    LongHashSet several = severalPartitions(decisions) ? severalDecisions(decisions) : NONE;
    if (several.isEmpty()) {
      return decisions;
    }
    Long2ObjectHashMap<Decision> best = new Long2ObjectHashMap<>();
    for (Decision decision : decisions) {
      if (!several.contains(decision.jobId())) {
        continue;
      }
      if (decision instanceof Decision.Start) {
        // What was said before was about a partition in which it doesn't start.
        best.remove(decision.jobId());
        continue;
      }
      Decision other = best.putIfAbsent(decision.jobId(), decision);
      if (other != null && better(decision, other)) {
        best.put(decision.jobId(), decision);
      }
    }
    List<Decision> left = new ArrayList<>(decisions.size());
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start
          || decision instanceof Decision.Preempt
          || !several.contains(decision.jobId())
          || best.get(decision.jobId()) == decision) {
        left.add(decision);
      }
    }
    return left;
  }

  /** Ids of jobs that are decided on more than once; mostly few of many. */
  private static LongHashSet severalDecisions(List<Decision> decisions) {
    LongHashSet several = new LongHashSet();
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (Decision decision : decisions) {
      least = Math.min(least, decision.jobId());
      most = Math.max(most, decision.jobId());
    }
    if (most - least > MOST_BITS + (long) BITS_OF_A_DECISION * decisions.size()) {
      LongHashSet seen = new LongHashSet(2 * decisions.size());
      for (Decision decision : decisions) {
        if (!seen.add(decision.jobId())) {
          several.add(decision.jobId());
        }
      }
      return several;
    }
    BitSet seen = new BitSet((int) (most - least) + 1);
    for (Decision decision : decisions) {
      int bit = (int) (decision.jobId() - least);
      if (seen.get(bit)) {
        several.add(decision.jobId());
      }
      seen.set(bit);
    }
    return several;
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
