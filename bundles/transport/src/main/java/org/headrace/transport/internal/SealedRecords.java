package org.headrace.transport.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.headrace.api.credential.MessageSigner;
import org.headrace.transport.Standing;

/**
 * The bytes of a sealed channel: how its ends introduce themselves, and its records.
 *
 * <p>What is signed starts with a letter that no other signed message of the cluster starts with,
 * so that none can be taken for another.
 */
public final class SealedRecords {
  /** The most bytes in one record. */
  public static final int MAX_PAYLOAD = 16 * 1024;

  private static final byte[] MAGIC = {'H', 'R', 'S', 1};
  private static final int NONCE = 16;
  private static final byte OPEN = 'O';
  private static final byte ANSWER = 'A';
  private static final byte UP = 'U';
  private static final byte DOWN = 'D';
  private static final SecureRandom RANDOM = new SecureRandom();

  private final MessageSigner signer;
  private final byte[] own = new byte[NONCE];
  private final boolean client;
  private byte[] session;
  private long sent;
  private long received;

  private SealedRecords(MessageSigner signer, boolean client) {
    this.signer = signer;
    this.client = client;
    RANDOM.nextBytes(own);
  }

  public static SealedRecords ofClient(MessageSigner signer) {
    return new SealedRecords(signer, true);
  }

  public static SealedRecords ofServer(MessageSigner signer) {
    return new SealedRecords(signer, false);
  }

  public boolean established() {
    return session != null;
  }

  /** The largest record on the wire, in bytes. */
  public int maxRecord() {
    return Integer.BYTES + MAX_PAYLOAD + signer.signatureLength();
  }

  public int openLength() {
    return MAGIC.length + NONCE + signer.signatureLength();
  }

  public int answerLength() {
    return openLength() + 1;
  }

  /** What a client says first. */
  public byte[] open() {
    byte[] said = concat(MAGIC, own);
    return concat(said, sign(OPEN, said));
  }

  /**
   * A server's answer to that.
   *
   * @throws IOException if the other end isn't of this cluster
   */
  public byte[] takeOpen(byte[] opening, Standing standing) throws IOException {
    byte[] nonce = nonce(opening, new byte[] {OPEN}, openLength() - signer.signatureLength());
    session = concat(nonce, own);
    byte[] said = concat(MAGIC, own, new byte[] {(byte) standing.ordinal()});
    return concat(said, sign(ANSWER, nonce, said));
  }

  /**
   * Takes a server's answer.
   *
   * @return what it says of itself
   * @throws IOException if the other end isn't of this cluster, or repeats what it said to another
   */
  public Standing takeAnswer(byte[] answer) throws IOException {
    byte[] context = concat(new byte[] {ANSWER}, own);
    byte[] nonce = nonce(answer, context, answerLength() - signer.signatureLength());
    session = concat(own, nonce);
    return Standing.of(answer[MAGIC.length + NONCE]);
  }

  private byte[] nonce(byte[] said, byte[] context, int length) throws IOException {
    if (!Arrays.equals(said, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new IOException("the other end doesn't speak this version of the cluster's protocol");
    }
    byte[] signed = concat(context, Arrays.copyOf(said, length));
    if (!signer.verify(ByteBuffer.wrap(signed), Arrays.copyOfRange(said, length, said.length))) {
      throw new IOException("the other end isn't of this cluster: it has another key");
    }
    return Arrays.copyOfRange(said, MAGIC.length, MAGIC.length + NONCE);
  }

  /** A record of these bytes, at most {@link #MAX_PAYLOAD}. */
  public byte[] seal(ByteBuffer payload) {
    ByteBuffer signed = header(client ? UP : DOWN, ++sent, payload.remaining());
    signed.put(payload.duplicate()).flip();
    byte[] signature = signer.sign(signed.duplicate());
    ByteBuffer wire = ByteBuffer.allocate(Integer.BYTES + payload.remaining() + signature.length);
    return wire.putInt(payload.remaining()).put(payload.duplicate()).put(signature).array();
  }

  /**
   * Takes the next record.
   *
   * @return its content, or null if it isn't complete yet; then nothing is taken
   * @throws IOException if it isn't the one that is due
   */
  public ByteBuffer take(ByteBuffer wire) throws IOException {
    if (wire.remaining() < Integer.BYTES) {
      return null;
    }
    int length = wire.getInt(wire.position());
    if (length < 1 || length > MAX_PAYLOAD) {
      throw new IOException("a record claims " + length + " bytes; 1 to " + MAX_PAYLOAD + " fit");
    }
    if (wire.remaining() < Integer.BYTES + length + signer.signatureLength()) {
      return null;
    }
    wire.getInt();
    ByteBuffer signed = header(client ? DOWN : UP, ++received, length);
    int start = signed.position();
    wire.get(signed.array(), start, length);
    byte[] signature = new byte[signer.signatureLength()];
    wire.get(signature);
    signed.rewind();
    if (!signer.verify(signed.duplicate(), signature)) {
      throw new IOException("a record isn't the one that is due on this connection");
    }
    return signed.position(start);
  }

  /** What is signed, with room for the payload at its position. */
  private ByteBuffer header(byte direction, long number, int length) {
    return ByteBuffer.allocate(1 + session.length + Long.BYTES + Integer.BYTES + length)
        .put(direction)
        .put(session)
        .putLong(number)
        .putInt(length);
  }

  private byte[] sign(byte what, byte[]... parts) {
    return signer.sign(ByteBuffer.wrap(concat(new byte[] {what}, concat(parts))));
  }

  private static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}
