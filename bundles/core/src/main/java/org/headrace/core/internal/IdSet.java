package org.headrace.core.internal;

import java.util.Arrays;
import java.util.function.LongPredicate;

/** An ascending set of ids, 64 neighbours to an entry: a hundred thousand ids take little. */
final class IdSet {
  private static final int BITS = 6;

  /** Numbers of words, ascending, each followed by the word. New ids mostly come last. */
  private long[] words = new long[2];

  private int size;

  void add(long id) {
    int at = indexOf(id >>> BITS);
    if (at < 0) {
      at = ~at;
      if (size == words.length) {
        words = Arrays.copyOf(words, size + Math.max(2, size / 4 & ~1));
      }
      System.arraycopy(words, at, words, at + 2, size - at);
      words[at] = id >>> BITS;
      words[at + 1] = 0;
      size += 2;
    }
    words[at + 1] |= 1L << id;
  }

  void remove(long id) {
    int at = indexOf(id >>> BITS);
    if (at < 0) {
      return;
    }
    words[at + 1] &= ~(1L << id);
    if (words[at + 1] == 0) {
      System.arraycopy(words, at + 2, words, at, size - at - 2);
      size -= 2;
      if (size < words.length / 4) {
        words = Arrays.copyOf(words, Math.max(2, 2 * size));
      }
    }
  }

  boolean contains(long id) {
    int at = indexOf(id >>> BITS);
    return at >= 0 && (words[at + 1] & 1L << id) != 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether an id below this one fits; tried in ascending order. */
  boolean anyBelow(long end, LongPredicate fits) {
    for (int at = 0; at < size && words[at] <= end >>> BITS; at += 2) {
      for (long word = words[at + 1]; word != 0; word &= word - 1) {
        long id = (words[at] << BITS) + Long.numberOfTrailingZeros(word);
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

  /** Where a word is, or the complement of where it would be. */
  private int indexOf(long number) {
    if (size > 0 && words[size - 2] < number) {
      return ~size;
    }
    int low = 0;
    int high = size / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (words[2 * middle] < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return 2 * low < size && words[2 * low] == number ? 2 * low : ~(2 * low);
  }
}
