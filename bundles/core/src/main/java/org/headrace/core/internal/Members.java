package org.headrace.core.internal;

import java.util.Arrays;

/**
 * Ids of the tasks of an array that have records of their own. Grows at the end only, and shares
 * its room with the shorter versions of itself: a reader never looks beyond its own size.
 */
final class Members {
  static final Members NONE = new Members(new long[4], 0, 0, 0);

  private final long[] ids;
  private final int size;

  /** Tasks that hold resources. */
  final int active;

  /** Tasks with records of their own that are pending. */
  final int pending;

  private Members(long[] ids, int size, int active, int pending) {
    this.ids = ids;
    this.size = size;
    this.active = active;
    this.pending = pending;
  }

  Members plus(long id) {
    long[] room = this == NONE || size == ids.length ? Arrays.copyOf(ids, size * 2 + 4) : ids;
    room[size] = id;
    return new Members(room, size + 1, active, pending);
  }

  Members counting(int newActive, int newPending) {
    return new Members(ids, size, newActive, newPending);
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
