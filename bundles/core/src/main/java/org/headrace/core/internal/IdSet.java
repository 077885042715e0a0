package org.headrace.core.internal;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/** An ascending set of ids, 64 neighbours to an entry: a hundred thousand ids take little. */
final class IdSet {
  private static final int BITS = 6;

  private final TreeMap<Long, Long> words = new TreeMap<>();

  void add(long id) {
    words.merge(id >>> BITS, 1L << id, (word, bit) -> word | bit);
  }

  void remove(long id) {
    words.computeIfPresent(
        id >>> BITS,
        (number, word) -> {
          long rest = word & ~(1L << id);
          return rest == 0 ? null : rest;
        });
  }

  boolean contains(long id) {
    return (words.getOrDefault(id >>> BITS, 0L) & 1L << id) != 0;
  }

  boolean isEmpty() {
    return words.isEmpty();
  }

  /** Whether an id below this one fits; tried in ascending order. */
  boolean anyBelow(long end, LongPredicate fits) {
    for (Map.Entry<Long, Long> entry : words.headMap(end >>> BITS, true).entrySet()) {
      for (long word = entry.getValue(); word != 0; word &= word - 1) {
        long id = (entry.getKey() << BITS) + Long.numberOfTrailingZeros(word);
        if (id >= end) {
          return false;
        }
        if (fits.test(id)) {
          return true;
        }
      }
    }
    return false;
  }
}
