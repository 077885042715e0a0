package org.headrace.protocol.codec;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Contents of parts by numbers, each content once, as long as it is referred to. A number is never
 * given again: whoever still has one of a content that is gone finds nothing.
 *
 * <p>One thread at a time takes and drops. {@link #content} is for any thread that was handed the
 * number safely.
 */
final class PartTable {
  static final int NONE = 0;

  private static final int PAGE_BITS = 8;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int MOST_NUMBERS = 1 << 30;

  /** A content that comes for the first few times isn't worth a place of its own. */
  private static final int TIMES = 4;

  private static final int NOTICED = 1 << 17;

  private final Map<Part, Part> parts = new HashMap<>();

  /**
   * How often a hash was seen of a content that has no place, one less than {@link #TIMES} at most.
   */
  private final byte[] noticed = new byte[NOTICED];

  private int noticedInAll;
  private volatile byte[][][] pages = {};
  private int next = NONE + 1;

  /** A content; also what it is looked for with. */
  private static final class Part implements Comparable<Part> {
    final byte[] bytes;
    final int hash;
    int number;
    int references;

    Part(byte[] bytes, int hash) {
      this.bytes = bytes;
      this.hash = hash;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Part part && Arrays.equals(bytes, part.bytes);
    }

    /** So that contents whose hashes someone made equal are found in a tree. */
    @Override
    public int compareTo(Part other) {
      return Arrays.compareUnsigned(bytes, other.bytes);
    }
  }

  /** The number of the rest of a part, with one more reference; {@link #NONE} if it has none. */
  int take(Input in) {
    int hash = in.restHash();
    Part wanted = new Part(in.peekRest(), hash);
    Part known = parts.get(wanted);
    if (known == null) {
      if (!comesOften(hash) || next == MOST_NUMBERS) {
        return NONE;
      }
      known = wanted;
      known.number = next++;
      parts.put(known, known);
      page(known.number)[known.number & PAGE - 1] = known.bytes;
    }
    known.references++;
    return known.number;
  }

  private boolean comesOften(int hash) {
    if (++noticedInAll > NOTICED) {
      Arrays.fill(noticed, (byte) 0);
      noticedInAll = 0;
    }
    int at = (hash ^ hash >>> 16) & NOTICED - 1;
    if (noticed[at] == TIMES - 1) {
      return true;
    }
    noticed[at]++;
    return false;
  }

  private byte[][] page(int number) {
    int at = number >>> PAGE_BITS;
    if (at >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(at + 1, pages.length + pages.length / 2));
    }
    if (pages[at] == null) {
      byte[][][] more = pages.clone();
      more[at] = new byte[PAGE][];
      pages = more;
    }
    return pages[at];
  }

  /** The content of a number, or null if it is gone. */
  byte[] content(int number) {
    byte[][][] known = pages;
    int at = number >>> PAGE_BITS;
    return at < 0 || at >= known.length || known[at] == null ? null : known[at][number & PAGE - 1];
  }

  /** Takes back a reference. */
  void drop(int number) {
    byte[] bytes = content(number);
    if (bytes == null) {
      throw new CodecException("no part has number " + number);
    }
    Part part = parts.get(new Part(bytes, new Input(bytes, 0, bytes.length).restHash()));
    if (--part.references == 0) {
      parts.remove(part);
      forget(number);
    }
  }

  private void forget(int number) {
    byte[][] page = pages[number >>> PAGE_BITS];
    page[number & PAGE - 1] = null;
    boolean full = number >>> PAGE_BITS < next >>> PAGE_BITS;
    if (full && Arrays.stream(page).allMatch(one -> one == null)) {
      byte[][][] fewer = pages.clone();
      fewer[number >>> PAGE_BITS] = null;
      pages = fewer;
    }
  }

  int size() {
    return parts.size();
  }

  void clear() {
    parts.clear();
    Arrays.fill(noticed, (byte) 0);
    pages = new byte[pages.length][][];
  }
}
