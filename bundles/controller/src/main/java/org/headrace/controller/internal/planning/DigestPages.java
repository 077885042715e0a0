package org.headrace.controller.internal.planning;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * A number that isn't zero for each of many jobs. Ids of jobs that wait lie close to each other, so
 * that a page for some of them takes a third of what a table of ids and numbers does.
 */
final class DigestPages {
  static final long NOTHING = 0;

  private static final int BITS = 6;
  private static final int ROWS = 1 << BITS;

  private final Long2ObjectHashMap<Page> pages = new Long2ObjectHashMap<>();
  private long size;

  private static final class Page {
    final long[] digests = new long[ROWS];
    int used;
  }

  /** The number of a job; {@link #NOTHING} if it has none. */
  long get(long job) {
    Page page = pages.get(job >>> BITS);
    return page == null ? NOTHING : page.digests[(int) job & ROWS - 1];
  }

  /** Sets the number of a job. */
  void put(long job, long digest) {
    Page page = pages.get(job >>> BITS);
    if (page == null) {
      page = new Page();
      pages.put(job >>> BITS, page);
    }
    if (page.digests[(int) job & ROWS - 1] == NOTHING) {
      page.used++;
      size++;
    }
    page.digests[(int) job & ROWS - 1] = digest;
  }

  void remove(long job) {
    Page page = pages.get(job >>> BITS);
    if (page == null || page.digests[(int) job & ROWS - 1] == NOTHING) {
      return;
    }
    page.digests[(int) job & ROWS - 1] = NOTHING;
    size--;
    if (--page.used == 0) {
      pages.remove(job >>> BITS);
    }
  }

  /** How many jobs have one. */
  long size() {
    return size;
  }

  void clear() {
    pages.clear();
    size = 0;
  }
}
