package org.headrace.core.internal;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * What falls due when. An entry is a hint to look: whoever handles it checks whether it still
 * holds. A later entry for the same takes the place of the one before, and those of a job go when
 * it is forgotten: a time far ahead that was set again and again would otherwise fill the memory.
 * The order of equal times is that of kind, subject and detail.
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
   * @param subject job, array, reservation or node
   * @param detail step, or which of several times of the subject
   */
  record Timer(long at, Kind kind, long subject, int detail) {}

  /** A time that never comes. */
  static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<Timer> BY_TIME =
      Comparator.comparingLong(Timer::at)
          .thenComparing(Timer::kind)
          .thenComparingLong(Timer::subject)
          .thenComparingInt(Timer::detail);

  /** One is there for each. A job may wait for the times of several others side by side. */
  private static final Comparator<Timer> BY_WHAT =
      Comparator.comparing(Timer::kind)
          .thenComparingLong(Timer::subject)
          .thenComparingInt(Timer::detail)
          .thenComparingLong(timer -> timer.kind() == Kind.DEPENDENCY ? timer.at() : 0);

  private final TreeSet<Timer> queue = new TreeSet<>(BY_TIME);
  private final TreeSet<Timer> known = new TreeSet<>(BY_WHAT);

  void set(long at, Kind kind, long subject) {
    set(at, kind, subject, 0);
  }

  void set(long at, Kind kind, long subject, int detail) {
    if (at != NEVER && at > 0) {
      Timer timer = new Timer(at, kind, subject, detail);
      Timer before = known.floor(timer);
      if (before != null && BY_WHAT.compare(before, timer) == 0) {
        known.remove(before);
        queue.remove(before);
      }
      known.add(timer);
      queue.add(timer);
    }
  }

  /** Takes out what is set for a subject. */
  void cancel(Kind kind, long subject) {
    Timer first = new Timer(0, kind, subject, Integer.MIN_VALUE);
    Timer last = new Timer(NEVER, kind, subject, Integer.MAX_VALUE);
    for (Timer timer : List.copyOf(known.subSet(first, true, last, true))) {
      known.remove(timer);
      queue.remove(timer);
    }
  }

  /** Takes out all that is set for a job, or for an array as a whole, and their steps. */
  void cancelJob(long id) {
    for (Kind kind : Kind.values()) {
      if (kind != Kind.NODE_SILENCE && kind != Kind.RESERVATION && kind != Kind.USE) {
        cancel(kind, id);
      }
    }
  }

  /** Takes the next entry that is due, or returns null. */
  Timer due(long now) {
    if (next() > now) {
      return null;
    }
    Timer due = queue.pollFirst();
    known.remove(due);
    return due;
  }

  long next() {
    return queue.isEmpty() ? NEVER : queue.first().at();
  }

  void clear() {
    queue.clear();
    known.clear();
  }

  /** {@code time + span}, or {@link #NEVER} when one of them is without end. */
  static long after(long time, long span) {
    return span >= NEVER - time ? NEVER : time + span;
  }
}
