package org.headrace.api.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;

/**
 * An immutable set of node ids. It takes room for ids from its first member to its last: those of a
 * job that runs are few, anywhere among a hundred thousand, and there are as many such sets as jobs
 * run.
 */
public final class NodeMask {
  /** The set without members. */
  public static final NodeMask EMPTY = new NodeMask(0, new long[0]);

  /** Which 64 ids the first of the words are. */
  private final int base;

  /** The bits, lowest first; neither the first word nor the last is zero. */
  private final long[] words;

  /** Counted when it is first asked for; whichever thread does finds the same. */
  private int size = -1;

  private NodeMask(int base, long[] words) {
    this.base = base;
    this.words = words;
  }

  /** The set of some words, which become its own, and of which those at the ends may be zero. */
  private static NodeMask trimmed(int base, long[] words) {
    int first = 0;
    int end = words.length;
    while (end > 0 && words[end - 1] == 0) {
      end--;
    }
    while (first < end && words[first] == 0) {
      first++;
    }
    if (first == end) {
      return EMPTY;
    }
    boolean whole = end - first == words.length;
    return new NodeMask(base + first, whole ? words : Arrays.copyOfRange(words, first, end));
  }

  public static NodeMask of(int... ids) {
    if (ids.length == 0) {
      return EMPTY;
    }
    int least = ids[0];
    int most = ids[0];
    for (int id : ids) {
      least = Math.min(least, id);
      most = Math.max(most, id);
    }
    if (least < 0) {
      throw new IndexOutOfBoundsException("node id " + least);
    }
    int base = least >> 6;
    long[] words = new long[(most >> 6) - base + 1];
    for (int id : ids) {
      words[(id >> 6) - base] |= 1L << id;
    }
    return new NodeMask(base, words);
  }

  /** A copy of {@code bits}. */
  public static NodeMask copyOf(BitSet bits) {
    return trimmed(0, bits.toLongArray());
  }

  public boolean contains(int id) {
    int at = (id >> 6) - base;
    return id >= 0 && at >= 0 && at < words.length && (words[at] & (1L << id)) != 0;
  }

  public int size() {
    if (size < 0) {
      int count = 0;
      for (long word : words) {
        count += Long.bitCount(word);
      }
      size = count;
    }
    return size;
  }

  public boolean isEmpty() {
    return words.length == 0;
  }

  /** Lowest member at or above {@code from}, or -1. */
  public int next(int from) {
    int at = (from >> 6) - base;
    if (at >= words.length) {
      return -1;
    }
    long word = at < 0 ? 0 : words[at] & (-1L << from);
    at = Math.max(at, -1);
    while (word == 0) {
      if (++at == words.length) {
        return -1;
      }
      word = words[at];
    }
    return ((base + at) << 6) + Long.numberOfTrailingZeros(word);
  }

  public void forEach(IntConsumer action) {
    for (int id = next(0); id >= 0; id = next(id + 1)) {
      action.accept(id);
    }
  }

  /** The word of the ids from {@code 64 * number} on. */
  private long word(int number) {
    int at = number - base;
    return at >= 0 && at < words.length ? words[at] : 0;
  }

  private int end() {
    return base + words.length;
  }

  public boolean intersects(NodeMask other) {
    int end = Math.min(end(), other.end());
    for (int i = Math.max(base, other.base); i < end; i++) {
      if ((words[i - base] & other.words[i - other.base]) != 0) {
        return true;
      }
    }
    return false;
  }

  public NodeMask intersection(NodeMask other) {
    int from = Math.max(base, other.base);
    int end = Math.min(end(), other.end());
    if (from >= end) {
      return EMPTY;
    }
    long[] common = new long[end - from];
    for (int i = from; i < end; i++) {
      common[i - from] = words[i - base] & other.words[i - other.base];
    }
    return trimmed(from, common);
  }

  public NodeMask union(NodeMask other) {
    if (isEmpty() || other.isEmpty()) {
      return isEmpty() ? other : this;
    }
    int from = Math.min(base, other.base);
    long[] all = new long[Math.max(end(), other.end()) - from];
    System.arraycopy(words, 0, all, base - from, words.length);
    for (int i = 0; i < other.words.length; i++) {
      all[other.base - from + i] |= other.words[i];
    }
    return new NodeMask(from, all);
  }

  public NodeMask minus(NodeMask other) {
    long[] left = words.clone();
    for (int i = 0; i < left.length; i++) {
      left[i] &= ~other.word(base + i);
    }
    return trimmed(base, left);
  }

  /** A copy that the caller may change. */
  public BitSet toBitSet() {
    if (base == 0) {
      return BitSet.valueOf(words);
    }
    long[] all = new long[end()];
    System.arraycopy(words, 0, all, base, words.length);
    return BitSet.valueOf(all);
  }

  /** Members, ascending. */
  public int[] toArray() {
    int[] all = new int[size()];
    int count = 0;
    for (int id = next(0); id >= 0; id = next(id + 1)) {
      all[count++] = id;
    }
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeMask mask && base == mask.base && Arrays.equals(words, mask.words);
  }

  @Override
  public int hashCode() {
    return 31 * base + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return Arrays.toString(toArray());
  }
}
