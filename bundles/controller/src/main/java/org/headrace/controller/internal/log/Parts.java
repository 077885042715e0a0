package org.headrace.controller.internal.log;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Cuts large entries into parts that fit a message of the log, and puts them together again. The
 * parts of entries from several threads may come interleaved.
 *
 * <p>A part: incarnation of the sender, number of the entry, 1 in the last part, bytes.
 */
final class Parts {
  static final int HEADER = 2 * Long.BYTES + 1;
  static final int MAX_PART = 128 * 1024;

  private final Map<Key, byte[]> incomplete = new TreeMap<>();

  record Key(long incarnation, long number) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = Long.compare(incarnation, other.incarnation);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  /**
   * An entry that isn't complete yet; kept in snapshots.
   *
   * @param incarnation incarnation of its sender
   * @param number its number
   * @param bytes what has come so far
   */
  public record Incomplete(long incarnation, long number, byte[] bytes) {}

  /** Passes the parts of an entry to {@code sink}, in a buffer that is used again. */
  static void cut(long incarnation, long number, byte[] entry, Consumer<DirectBuffer> sink) {
    int at = 0;
    do {
      int size = Math.min(MAX_PART, entry.length - at);
      UnsafeBuffer part = new UnsafeBuffer(new byte[HEADER + size]);
      part.putLong(0, incarnation);
      part.putLong(Long.BYTES, number);
      part.putByte(2 * Long.BYTES, (byte) (at + size == entry.length ? 1 : 0));
      part.putBytes(HEADER, entry, at, size);
      sink.accept(part);
      at += size;
    } while (at < entry.length);
  }

  static Key keyOf(DirectBuffer part, int offset) {
    return new Key(part.getLong(offset), part.getLong(offset + Long.BYTES));
  }

  /** Takes a part; returns the entry when it is complete, else null. */
  byte[] take(Key key, DirectBuffer part, int offset, int length) {
    byte[] before = incomplete.remove(key);
    int start = before == null ? 0 : before.length;
    byte[] bytes = before == null ? new byte[length - HEADER] : grown(before, length - HEADER);
    part.getBytes(offset + HEADER, bytes, start, length - HEADER);
    if (part.getByte(offset + 2 * Long.BYTES) != 0) {
      return bytes;
    }
    incomplete.put(key, bytes);
    return null;
  }

  private static byte[] grown(byte[] bytes, int more) {
    return Arrays.copyOf(bytes, bytes.length + more);
  }

  /** Forgets what isn't complete, as it never will be. */
  void clear() {
    incomplete.clear();
  }

  void save(Consumer<Incomplete> sink) {
    incomplete.forEach(
        (key, bytes) -> sink.accept(new Incomplete(key.incarnation(), key.number(), bytes)));
  }

  void load(Incomplete saved) {
    incomplete.put(new Key(saved.incarnation(), saved.number()), saved.bytes());
  }
}
