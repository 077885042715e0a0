package org.headrace.protocol.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a bounded part of a byte array. Never reads beyond the part. */
final class Input {
  private static final long HASH_FACTOR = 0x9E3779B97F4A7C15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private int position;
  private int limit;

  Input(byte[] bytes, int offset, int length) {
    if (offset < 0 || length < 0 || offset > bytes.length - length) {
      throw new CodecException("part outside of " + bytes.length + " bytes");
    }
    this.bytes = bytes;
    position = offset;
    limit = offset + length;
  }

  boolean atEnd() {
    return position >= limit;
  }

  int remaining() {
    return limit - position;
  }

  long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = next();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new CodecException("number of more than 64 bits at byte " + position);
  }

  long fixed64() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 8) {
      value |= (next() & 0xffL) << shift;
    }
    return value;
  }

  /** Narrows to a part with its length in front; returns the limit to be restored. */
  int enter() {
    long size = varint();
    if (size < 0 || size > remaining()) {
      throw new CodecException(
          "part of " + size + " bytes at byte " + position + ", " + remaining() + " left");
    }
    int outer = limit;
    limit = position + (int) size;
    return outer;
  }

  /** Leaves a part, skipping what is left of it. */
  void leave(int outer) {
    position = limit;
    limit = outer;
  }

  byte[] restOfPart() {
    byte[] rest = Arrays.copyOfRange(bytes, position, limit);
    position = limit;
    return rest;
  }

  String restAsText() {
    String text = new String(bytes, position, remaining(), StandardCharsets.UTF_8);
    position = limit;
    return text;
  }

  /** Hash of the rest of the part, which stays unread. */
  int restHash() {
    long hash = 1;
    int at = position;
    for (; at <= limit - Long.BYTES; at += Long.BYTES) {
      hash = HASH_FACTOR * (hash ^ (long) LONGS.get(bytes, at));
      hash ^= hash >>> 32;
    }
    for (; at < limit; at++) {
      hash = 31 * hash + bytes[at];
    }
    return (int) (hash ^ hash >>> 15);
  }

  boolean restEquals(byte[] other) {
    return Arrays.equals(bytes, position, limit, other, 0, other.length);
  }

  /** A copy of the rest of the part, which stays unread. */
  byte[] peekRest() {
    return Arrays.copyOfRange(bytes, position, limit);
  }

  private byte next() {
    if (position >= limit) {
      throw new CodecException("ends too early at byte " + position);
    }
    return bytes[position++];
  }
}
