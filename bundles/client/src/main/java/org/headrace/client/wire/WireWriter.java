package org.headrace.client.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Encodes one frame, or one payload. Not thread-safe. */
public final class WireWriter {
  private byte[] bytes = new byte[256];
  private int size;

  /** A writer for a frame of this type; {@link #toFrame()} fills in the length. */
  public static WireWriter frame(int type) {
    return new WireWriter().u32(0).u8(type);
  }

  public WireWriter u8(int value) {
    room(1);
    bytes[size++] = (byte) value;
    return this;
  }

  public WireWriter u16(int value) {
    return u8(value >> 8).u8(value);
  }

  public WireWriter u32(int value) {
    return u16(value >> 16).u16(value);
  }

  public WireWriter u64(long value) {
    return u32((int) (value >> 32)).u32((int) value);
  }

  /** Raw bytes without a length. */
  public WireWriter raw(byte[] data, int offset, int length) {
    room(length);
    System.arraycopy(data, offset, bytes, size, length);
    size += length;
    return this;
  }

  /** A string in UTF-8 with its length. */
  public WireWriter string(String text) {
    byte[] data = text.getBytes(StandardCharsets.UTF_8);
    return u32(data.length).raw(data, 0, data.length);
  }

  /** A count and as many strings. */
  public WireWriter strings(List<String> texts) {
    u32(texts.size());
    texts.forEach(this::string);
    return this;
  }

  /** The bytes written so far. */
  public byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** The frame with its length filled in; only after {@link #frame(int)}. */
  public byte[] toFrame() {
    int length = size - Frames.HEADER;
    for (int i = 0; i < 4; i++) {
      bytes[i] = (byte) (length >> (24 - 8 * i));
    }
    return toBytes();
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
