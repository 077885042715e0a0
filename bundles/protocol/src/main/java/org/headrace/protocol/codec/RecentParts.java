package org.headrace.protocol.codec;

/**
 * The last records of one type that were read, by their bytes. A hundred thousand jobs share a
 * handful of requests, limits and owners; to find one here costs a fraction of making it, and the
 * copies share memory.
 *
 * <p>Safe for any thread without locks: entries are immutable, and a lost one is only made again;
 * the count of misses need not be exact.
 */
final class RecentParts {
  private static final int SLOTS = 512;
  private static final int SMALLEST = 8;
  private static final int LARGEST = 1024;

  private static final int PATIENCE = 2 * SLOTS;
  private static final int TRIED_ONE_OF = 64;

  private final Entry[] slots = new Entry[SLOTS];
  private int misses;

  private static final class Entry {
    final byte[] bytes;
    final Object value;

    Entry(byte[] bytes, Object value) {
      this.bytes = bytes;
      this.value = value;
    }
  }

  /** Says whether to look. Where hardly any record is like another, only one in 64 is tried. */
  boolean suits(int size) {
    return size >= SMALLEST
        && size <= LARGEST
        && (misses < PATIENCE || (misses = PATIENCE + (misses + 1) % TRIED_ONE_OF) == PATIENCE);
  }

  /** The record of the rest of the part, or null. */
  Object find(Input in, int hash) {
    Entry entry = slots[hash & SLOTS - 1];
    if (entry != null && in.restEquals(entry.bytes)) {
      misses = 0;
      return entry.value;
    }
    if (misses < PATIENCE) {
      misses++;
    }
    return null;
  }

  void keep(int hash, byte[] bytes, Object value) {
    slots[hash & SLOTS - 1] = new Entry(bytes, value);
  }
}
