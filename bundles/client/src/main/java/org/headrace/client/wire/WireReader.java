package org.headrace.client.wire;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Decodes one payload. Every read is checked against what is left, and nothing is allocated for a
 * length that the payload can't hold. Not thread-safe.
 */
public final class WireReader {
  private final byte[] bytes;
  private int at;

  public WireReader(byte[] payload) {
    bytes = payload;
  }

  public int remaining() {
    return bytes.length - at;
  }

  public int u8() throws ProtocolException {
    need(1, "a byte");
    return bytes[at++] & 0xff;
  }

  public int u16() throws ProtocolException {
    need(2, "a 2-byte number");
    return u8() << 8 | u8();
  }

  public int u32() throws ProtocolException {
    need(4, "a 4-byte number");
    return u16() << 16 | u16();
  }

  public long u64() throws ProtocolException {
    need(8, "an 8-byte number");
    return (long) u32() << 32 | u32() & 0xffffffffL;
  }

  /** A string; bytes that aren't UTF-8 become U+FFFD. */
  public String string(String what) throws ProtocolException {
    int length = length(what, 1);
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /** A count and as many strings. */
  public List<String> strings(String what) throws ProtocolException {
    int count = length(what, 4);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(string(what));
    }
    return texts;
  }

  /** A count of things that take at least {@code each} bytes. */
  public int length(String what, int each) throws ProtocolException {
    int count = u32();
    if (count < 0 || count > remaining() / each) {
      throw new ProtocolException(
          what
              + " claims "
              + Integer.toUnsignedString(count)
              + ", but "
              + remaining()
              + " bytes are left in the message");
    }
    return count;
  }

  /** All that is left. */
  public byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, bytes.length);
    at = bytes.length;
    return rest;
  }

  private void need(int count, String what) throws ProtocolException {
    if (remaining() < count) {
      throw new ProtocolException("message is cut off: " + what + " expected at byte " + at);
    }
  }
}
