package org.headrace.transport.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.headrace.api.credential.MessageSigner;

/**
 * What is around each message on the wire: version, kind, direction, flags, session and counter in
 * front, a signature over all of it behind. The session is made of one random number of either end,
 * so that nothing recorded from another session or another node is accepted, and the counter grows
 * by one from message to message, so that none is accepted twice or left out.
 *
 * @param kind what it is
 * @param last true for the last part of a message
 * @param session session
 * @param counter position in the session
 * @param payload content
 */
record Envelope(Kind kind, boolean last, long session, long counter, byte[] payload) {
  private static final byte VERSION = 2;
  private static final int HEADER = 4 + 2 * Long.BYTES;
  private static final Kind[] KINDS = Kind.values();

  /** Parts are cut so that an envelope fits Aeron's largest message for our term length. */
  static final int MAX_PAYLOAD = 16 * 1024;

  /** Length of the largest envelope. */
  static int maxLength(MessageSigner signer) {
    return HEADER + MAX_PAYLOAD + signer.signatureLength();
  }

  /** What an envelope carries. */
  enum Kind {
    /** Controller: whoever you are, introduce yourself. */
    KNOCK,
    /** Agent: my random number and my name. */
    HELLO,
    /** Controller: your random number and mine. */
    ACCEPT,
    /** A part of a message. */
    DATA
  }

  /** Which way an envelope goes: an echo of one's own is refused. */
  enum Direction {
    TO_CONTROLLER,
    TO_NODE
  }

  ByteBuffer seal(Direction direction, MessageSigner signer) {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER + payload.length + signer.signatureLength())
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(VERSION).put((byte) kind.ordinal()).put((byte) direction.ordinal());
    bytes.put((byte) (last ? 1 : 0)).putLong(session).putLong(counter).put(payload);
    byte[] signature = signer.sign(bytes.duplicate().flip());
    return bytes.put(signature).flip();
  }

  /** Opens an envelope; null if it is damaged, not signed by the cluster, or goes the other way. */
  static Envelope open(
      DirectBuffer buffer, int offset, int length, Direction direction, MessageSigner signer) {
    int content = length - signer.signatureLength();
    if (content < HEADER || content > HEADER + MAX_PAYLOAD) {
      return null;
    }
    byte[] copy = new byte[length];
    buffer.getBytes(offset, copy);
    ByteBuffer bytes = ByteBuffer.wrap(copy, 0, content).order(ByteOrder.LITTLE_ENDIAN);
    byte[] signature = java.util.Arrays.copyOfRange(copy, content, length);
    if (!signer.verify(bytes.duplicate(), signature)) {
      return null;
    }
    byte version = bytes.get();
    int kind = bytes.get();
    int way = bytes.get();
    boolean last = bytes.get() != 0;
    if (version != VERSION || kind < 0 || kind >= KINDS.length || way != direction.ordinal()) {
      return null;
    }
    long session = bytes.getLong();
    long counter = bytes.getLong();
    byte[] payload = new byte[bytes.remaining()];
    bytes.get(payload);
    return new Envelope(KINDS[kind], last, session, counter, payload);
  }

  static long sessionOf(long agentNonce, long controllerNonce) {
    return agentNonce ^ Long.rotateLeft(controllerNonce, 31);
  }
}
