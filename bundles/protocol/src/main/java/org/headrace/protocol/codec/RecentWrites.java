package org.headrace.protocol.codec;

/**
 * The bytes of the last records of one type that were written, by identity: what {@link
 * RecentParts} has made one object is written to the job store and to snapshots a hundred thousand
 * times. Records don't change, so what was written once is right for ever.
 *
 * <p>Safe for any thread without locks: entries are immutable, and a lost one is only made again;
 * the count of misses need not be exact.
 */
final class RecentWrites {
  private static final int SLOTS = 16;
  private static final int SMALLEST = 8;
  private static final int LARGEST = 1024;
  private static final int PATIENCE = 256;

  private final Entry[] slots = new Entry[SLOTS];
  private int misses;

  private static final class Entry {
    final Object value;
    final byte[] bytes;

    Entry(Object value, byte[] bytes) {
      this.value = value;
      this.bytes = bytes;
    }
  }

  private static int slot(Object value) {
    return System.identityHashCode(value) & SLOTS - 1;
  }

  /** What this very record was written as, or null. */
  byte[] find(Object value) {
    Entry entry = slots[slot(value)];
    if (entry != null && entry.value == value) {
      misses = 0;
      return entry.bytes;
    }
    return null;
  }

  /** Keeps what was just written; where hardly any record comes again, only one in 64. */
  void keep(Object value, Output out, int start) {
    int size = out.length() - start;
    misses++;
    if (size < SMALLEST || size > LARGEST || (misses > PATIENCE && misses % 64 != 0)) {
      return;
    }
    slots[slot(value)] = new Entry(value, out.since(start));
  }
}
