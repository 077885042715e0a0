package org.headrace.api.model;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * An immutable set of small non-negative integers: the cores of one node, or the devices of one
 * generic resource. Core {@code c} of socket {@code s} has the number {@code s * coresPerSocket +
 * c}.
 *
 * @param words the bits, 64 to a word, lowest first, without trailing zero words; not copied, so
 *     the caller gives it away
 */
public record CoreSet(long[] words) {
  /** The set without members. */
  public static final CoreSet EMPTY = new CoreSet(new long[0]);

  public CoreSet {
    int length = words.length;
    while (length > 0 && words[length - 1] == 0) {
      length--;
    }
    if (length != words.length) {
      words = Arrays.copyOf(words, length);
    }
  }

  /** Members {@code 0 … count - 1}. */
  public static CoreSet firstOf(int count) {
    long[] bits = new long[(count + 63) >>> 6];
    for (int i = 0; i < count; i++) {
      bits[i >>> 6] |= 1L << i;
    }
    return new CoreSet(bits);
  }

  /** The given members. */
  public static CoreSet of(int... members) {
    int max = -1;
    for (int member : members) {
      if (member < 0) {
        throw new IllegalArgumentException("negative member " + member);
      }
      max = Math.max(max, member);
    }
    long[] bits = new long[(max + 64) >>> 6];
    for (int member : members) {
      bits[member >>> 6] |= 1L << member;
    }
    return new CoreSet(bits);
  }

  public int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  public boolean isEmpty() {
    return words.length == 0;
  }

  public boolean contains(int member) {
    int word = member >>> 6;
    return member >= 0 && word < words.length && (words[word] & (1L << member)) != 0;
  }

  /** True when every member of {@code other} is in this set. */
  public boolean containsAll(CoreSet other) {
    for (int i = 0; i < other.words.length; i++) {
      long mine = i < words.length ? words[i] : 0;
      if ((other.words[i] & ~mine) != 0) {
        return false;
      }
    }
    return true;
  }

  public boolean intersects(CoreSet other) {
    int length = Math.min(words.length, other.words.length);
    for (int i = 0; i < length; i++) {
      if ((words[i] & other.words[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  public CoreSet union(CoreSet other) {
    long[] result = Arrays.copyOf(words, Math.max(words.length, other.words.length));
    for (int i = 0; i < other.words.length; i++) {
      result[i] |= other.words[i];
    }
    return new CoreSet(result);
  }

  public CoreSet intersection(CoreSet other) {
    long[] result = Arrays.copyOf(words, Math.min(words.length, other.words.length));
    for (int i = 0; i < result.length; i++) {
      result[i] &= other.words[i];
    }
    return new CoreSet(result);
  }

  public CoreSet minus(CoreSet other) {
    long[] result = words.clone();
    for (int i = 0; i < Math.min(result.length, other.words.length); i++) {
      result[i] &= ~other.words[i];
    }
    return new CoreSet(result);
  }

  /** How many members are from {@code from} to before {@code to}. */
  public int countIn(int from, int to) {
    int count = 0;
    for (int i = from >>> 6; i < words.length && i << 6 < to; i++) {
      long word = words[i];
      int first = i << 6;
      word &= first < from ? -1L << from : -1L;
      word &= to - first < Long.SIZE ? (1L << to) - 1 : -1L;
      count += Long.bitCount(word);
    }
    return count;
  }

  /** The first members from {@code from} to before {@code to}, at most so many. */
  public CoreSet firstIn(int from, int to, int most) {
    long[] bits = new long[words.length];
    int left = most;
    for (int i = from; i < to && left > 0; i++) {
      if (contains(i)) {
        bits[i >>> 6] |= 1L << i;
        left--;
      }
    }
    return new CoreSet(bits);
  }

  /** Highest member, or -1 for the empty set. */
  public int highest() {
    return words.length == 0
        ? -1
        : ((words.length - 1) << 6) + 63 - Long.numberOfLeadingZeros(words[words.length - 1]);
  }

  /** Calls {@code action} with each member, ascending. */
  public void forEach(IntConsumer action) {
    for (int i = 0; i < words.length; i++) {
      long word = words[i];
      while (word != 0) {
        action.accept((i << 6) + Long.numberOfTrailingZeros(word));
        word &= word - 1;
      }
    }
  }

  /** Members, ascending. */
  public int[] toArray() {
    int[] members = new int[size()];
    int[] next = {0};
    forEach(member -> members[next[0]++] = member);
    return members;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CoreSet set && Arrays.equals(words, set.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  /** Ranges, such as {@code 0-3,7}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    int[] members = toArray();
    for (int i = 0; i < members.length; ) {
      int end = i;
      while (end + 1 < members.length && members[end + 1] == members[end] + 1) {
        end++;
      }
      text.append(text.isEmpty() ? "" : ",").append(members[i]);
      if (end > i) {
        text.append('-').append(members[end]);
      }
      i = end + 1;
    }
    return text.toString();
  }
}
