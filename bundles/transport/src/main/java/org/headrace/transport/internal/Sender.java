package org.headrace.transport.internal;

import io.aeron.Publication;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;
import org.headrace.api.credential.MessageSigner;
import org.headrace.transport.internal.Envelope.Direction;
import org.headrace.transport.internal.Envelope.Kind;

/** Sends envelopes to one peer, in order, keeping what the network doesn't take at the moment. */
final class Sender {
  /** More than that waiting means that the peer doesn't keep up: the connection is given up. */
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private final Publication publication;
  private final Direction direction;
  private final MessageSigner signer;
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private long session;
  private long counter;

  Sender(Publication publication, Direction direction, MessageSigner signer) {
    this.publication = publication;
    this.direction = direction;
    this.signer = signer;
  }

  /** Forgets what waits: nobody takes it any more, and of many lost peers it is much. */
  void endSession() {
    waiting.clear();
    waitingBytes = 0;
  }

  /** Forgets what waits and starts counting for a new session. */
  void startSession(long newSession) {
    endSession();
    session = newSession;
    counter = 0;
  }

  boolean connected() {
    return publication.isConnected();
  }

  /** Sends something outside of a session. Lost if the peer isn't there. */
  void introduce(Kind kind, byte[] payload) {
    ByteBuffer bytes = new Envelope(kind, true, 0, 0, payload).seal(direction, signer);
    publication.offer(new UnsafeBuffer(bytes), 0, bytes.remaining());
  }

  /** Sends a message; false if too much is waiting already. */
  boolean send(byte[] message) {
    int at = 0;
    do {
      int end = Math.min(message.length, at + Envelope.MAX_PAYLOAD);
      boolean last = end == message.length;
      Envelope part =
          new Envelope(Kind.DATA, last, session, ++counter, Arrays.copyOfRange(message, at, end));
      ByteBuffer bytes = part.seal(direction, signer);
      waiting.add(bytes);
      waitingBytes += bytes.remaining();
      at = end;
    } while (at < message.length);
    flush();
    return waitingBytes <= MAX_WAITING_BYTES;
  }

  /** Sends what waits; returns how many envelopes went out. */
  int flush() {
    int sent = 0;
    for (ByteBuffer next = waiting.peek(); next != null; next = waiting.peek()) {
      if (publication.offer(new UnsafeBuffer(next), 0, next.remaining()) < 0) {
        return sent;
      }
      waitingBytes -= next.remaining();
      waiting.poll();
      sent++;
    }
    return sent;
  }

  void close() {
    publication.close();
  }
}
