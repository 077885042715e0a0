package org.headrace.store.internal;

import java.util.function.Consumer;
import net.openhft.chronicle.map.ChronicleMap;

/**
 * A map of fixed size outside of the heap. When it has as many entries as it was laid out for it
 * takes no new ones; those that it has may still be replaced.
 *
 * <p>One thread writes; {@link #get} is for any thread at any time.
 */
final class Tier implements AutoCloseable {
  /** Entries that are larger than usual find room for a while. */
  private static final double MAX_BLOAT = 4;

  /** Its tables have four bytes for a place, and one and a half places for an entry. */
  private static final int BYTES_TO_FIND = 6;

  /** How often a full one looks whether entries were removed. */
  private static final int LOOK_AGAIN = 1_000;

  private final long entries;
  private final ChronicleMap<Long, byte[]> map;

  /** Entries that can be put before their number has to be looked at again. */
  private long unlooked;

  private boolean full;

  Tier(String name, long entries, int typicalBytes) {
    this.entries = entries;
    unlooked = entries;
    map =
        ChronicleMap.of(Long.class, byte[].class)
            .name(name)
            .entries(entries)
            .averageValueSize(typicalBytes)
            .maxBloatFactor(MAX_BLOAT)
            .create();
  }

  /** The number of entries that it is laid out for. */
  long entries() {
    return entries;
  }

  /** True when it takes no new entry. */
  boolean isFull() {
    return full;
  }

  boolean contains(long key) {
    return map.containsKey(key);
  }

  byte[] get(long key) {
    return map.get(key);
  }

  /**
   * Returns false if there is no room, and has kept what it had then.
   *
   * @param replaced is told the bytes that were there before
   */
  boolean put(long key, byte[] value, Consumer<byte[]> replaced) {
    if (--unlooked < 0) {
      long room = entries - map.size();
      full = room <= 0;
      unlooked = full ? LOOK_AGAIN : room - 1;
    }
    if (full && !map.containsKey(key)) {
      return false;
    }
    byte[] before;
    try {
      before = map.put(key, value);
    } catch (IllegalStateException e) {
      // Its way of saying that a segment has no more space, as where entries are large.
      full = true;
      return false;
    }
    if (before != null) {
      replaced.accept(before);
    }
    return true;
  }

  /**
   * @param removed is told the bytes that were there
   */
  void remove(long key, Consumer<byte[]> removed) {
    byte[] before = map.remove(key);
    if (before != null) {
      removed.accept(before);
    }
  }

  /** Bytes that its entries take, and what it needs to find them. */
  long bytes() {
    long bytes = 0;
    for (ChronicleMap.SegmentStats segment : map.segmentStats()) {
      bytes += segment.usedBytes();
    }
    return bytes + BYTES_TO_FIND * map.size();
  }

  void forEachValue(Consumer<byte[]> action) {
    map.forEach((key, value) -> action.accept(value));
  }

  int size() {
    return map.size();
  }

  /** To clear a new map would touch, and so occupy, all of it. */
  void clear() {
    if (map.size() > 0) {
      map.clear();
    }
    full = false;
    unlooked = entries;
  }

  @Override
  public void close() {
    map.close();
  }
}
