package org.headrace.core.internal;

import java.util.Arrays;

/**
 * Ids of the tasks of an array that have records of their own, and how far they are: what waits for
 * an array asks at the start and the end of each of its tasks, and couldn't read them all. Grows at
 * the end only, and shares its room with the shorter versions of itself: a reader never looks
 * beyond its own size. All but the ids can be derived from the jobs.
 */
final class Members {
  static final Members NONE = new Members(new long[4], 0, 0, 0, 0, 0, 0, 0);

  private final long[] ids;
  private final int size;

  /** Tasks that hold resources. */
  final int active;

  /** Tasks with records of their own that are pending. */
  final int pending;

  /** Tasks with records of their own that have ended and left their nodes. */
  final int over;

  /** Those of them that didn't complete. */
  final int bad;

  /** When the last one began that has; one that never did, when it ended. */
  final long begun;

  /** When the last one ended of those that are over. */
  final long ended;

  private Members(
      long[] ids, int size, int active, int pending, int over, int bad, long begun, long ended) {
    this.ids = ids;
    this.size = size;
    this.active = active;
    this.pending = pending;
    this.over = over;
    this.bad = bad;
    this.begun = begun;
    this.ended = ended;
  }

  Members plus(long id) {
    long[] room = this == NONE || size == ids.length ? Arrays.copyOf(ids, size * 2 + 4) : ids;
    room[size] = id;
    return new Members(room, size + 1, active, pending, over, bad, begun, ended);
  }

  Members counting(int newActive, int newPending) {
    return new Members(ids, size, newActive, newPending, over, bad, begun, ended);
  }

  Members over(int more, int moreBad) {
    return new Members(ids, size, active, pending, over + more, bad + moreBad, begun, ended);
  }

  /** The same after some have begun, or ended, at that time. */
  Members at(long beginning, long end) {
    long lastBegun = Math.max(begun, beginning);
    return new Members(ids, size, active, pending, over, bad, lastBegun, Math.max(ended, end));
  }

  int size() {
    return size;
  }

  /** The ids, ascending. */
  long[] sorted() {
    long[] sorted = Arrays.copyOf(ids, size);
    Arrays.sort(sorted);
    return sorted;
  }
}
