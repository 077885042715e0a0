package org.headrace.core.internal;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What falls due when. An entry is a hint to look: whoever handles it checks whether it still
 * holds, so nobody takes entries out early. The order of equal times is that of kind, subject and
 * detail.
 */
final class Timers {
  /** Why to look. */
  enum Kind {
    BEGIN,
    DEADLINE,
    IMMEDIATE,
    DEPENDENCY,
    WARNING,
    TIME_LIMIT,
    KILL,
    STEP_LIMIT,
    STEP_KILL,
    NODE_SILENCE,
    FORGET,
    RESERVATION,
    PREEMPTION,
    USE
  }

  /**
   * An entry.
   *
   * @param at when, in epoch milliseconds
   * @param kind why
   * @param subject job, array or node
   * @param detail step
   */
  record Timer(long at, Kind kind, long subject, int detail) {}

  /** A time that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<Timer> ORDER =
      Comparator.comparingLong(Timer::at)
          .thenComparing(Timer::kind)
          .thenComparingLong(Timer::subject)
          .thenComparingInt(Timer::detail);

  private final PriorityQueue<Timer> queue = new PriorityQueue<>(ORDER);

  void set(long at, Kind kind, long subject) {
    set(at, kind, subject, 0);
  }

  void set(long at, Kind kind, long subject, int detail) {
    if (at != NEVER && at > 0) {
      queue.add(new Timer(at, kind, subject, detail));
    }
  }

  /** Takes the next entry that is due, or returns null. */
  Timer due(long now) {
    Timer next = queue.peek();
    return next == null || next.at() > now ? null : queue.poll();
  }

  long next() {
    Timer next = queue.peek();
    return next == null ? NEVER : next.at();
  }

  void clear() {
    queue.clear();
  }

  /** {@code time + span}, or {@link #NEVER} when one of them is without end. */
  static long after(long time, long span) {
    return span >= NEVER - time ? NEVER : time + span;
  }
}
