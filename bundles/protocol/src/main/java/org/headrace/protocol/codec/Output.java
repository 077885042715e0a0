package org.headrace.protocol.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of bytes. Not thread safe. */
final class Output {
  private static final int MAX_RETAINED = 1 << 20;

  private byte[] bytes = new byte[512];
  private int length;

  void clear() {
    length = 0;
    if (bytes.length > MAX_RETAINED) {
      bytes = new byte[512];
    }
  }

  int length() {
    return length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** A copy of what was written from {@code start} on. */
  byte[] since(int start) {
    return Arrays.copyOfRange(bytes, start, length);
  }

  /** Unsigned, seven bits to a byte, lowest first; negative values take ten bytes. */
  void varint(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void fixed64(long value) {
    ensure(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      bytes[length++] = (byte) (value >>> shift);
    }
  }

  void raw(byte[] data) {
    ensure(data.length);
    System.arraycopy(data, 0, bytes, length, data.length);
    length += data.length;
  }

  void text(String value) {
    int mark = begin();
    int count = value.length();
    ensure(count * 3);
    boolean ascii = true;
    for (int i = 0; i < count && ascii; i++) {
      char c = value.charAt(i);
      ascii = c < 0x80;
      bytes[length + i] = (byte) c;
    }
    if (ascii) {
      length += count;
    } else {
      raw(value.getBytes(StandardCharsets.UTF_8));
    }
    end(mark);
  }

  /** Starts a part with its length in front; to be ended by {@link #end}. */
  int begin() {
    ensure(1);
    return length++;
  }

  /** Ends a part: its length needs one byte mostly, and the part moves up if it needs more. */
  void end(int mark) {
    int size = length - mark - 1;
    int extra = 0;
    for (int rest = size >>> 7; rest != 0; rest >>>= 7) {
      extra++;
    }
    if (extra > 0) {
      ensure(extra);
      System.arraycopy(bytes, mark + 1, bytes, mark + 1 + extra, size);
      length += extra;
    }
    int at = mark;
    int rest = size;
    while ((rest & ~0x7f) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at] = (byte) rest;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
