package org.headrace.client.wire;

import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts the bytes of a client into frames, whatever pieces they come in. Memory grows with the bytes
 * that have really come, not with the length that a frame claims. Not thread-safe.
 */
public final class FrameDecoder {
  private static final int FIRST_ROOM = 4096;

  private final byte[] header = new byte[Frames.HEADER];
  private int headerSize;
  private int type;
  private int length;
  private byte[] body;
  private int bodySize;

  /**
   * Takes bytes up to the end of a frame.
   *
   * @return whether a frame is complete; {@link #type()} and {@link #payload()} then give it, and
   *     bytes of the next one may be left in {@code in}
   * @throws ProtocolException if it is a type that clients don't send, or too long for its type
   */
  public boolean feed(ByteBuffer in) throws ProtocolException {
    while (headerSize < Frames.HEADER) {
      if (!in.hasRemaining()) {
        return false;
      }
      header[headerSize++] = in.get();
      if (headerSize == Frames.HEADER) {
        start(in.remaining());
      }
    }
    int taken = Math.min(in.remaining(), length - bodySize);
    if (body.length < bodySize + taken) {
      body = Arrays.copyOf(body, Math.min(length, Math.max(2 * body.length, bodySize + taken)));
    }
    in.get(body, bodySize, taken);
    bodySize += taken;
    if (bodySize < length) {
      return false;
    }
    headerSize = 0;
    return true;
  }

  /** The type of the complete frame. */
  public int type() {
    return type;
  }

  /** The payload of the complete frame; the array is the caller's from now on. */
  public byte[] payload() {
    byte[] payload = body.length == length ? body : Arrays.copyOf(body, length);
    body = null;
    return payload;
  }

  /** Bytes kept for a frame that isn't complete yet. */
  public int buffered() {
    return headerSize == Frames.HEADER && body != null ? body.length : 0;
  }

  /** Whether a frame has begun and isn't complete. */
  public boolean inFrame() {
    return headerSize > 0;
  }

  /** Whether a HELLO has begun and isn't complete. */
  public boolean inHello() {
    return headerSize == Frames.HEADER && type == Frames.HELLO;
  }

  private void start(int available) throws ProtocolException {
    length = ByteBuffer.wrap(header).getInt();
    type = header[4] & 0xff;
    if (!Frames.isFromClient(type)) {
      throw new ProtocolException(
          "message type " + type + " is not one that a client sends; is this a headrace client?");
    }
    int limit = Frames.maxFromClient(type);
    if (length < 0 || length > limit) {
      throw new ProtocolException(
          "message of type "
              + type
              + " claims "
              + Integer.toUnsignedString(length)
              + " bytes, the limit is "
              + limit);
    }
    body = new byte[Math.min(length, Math.max(FIRST_ROOM, available))];
    bodySize = 0;
  }
}
