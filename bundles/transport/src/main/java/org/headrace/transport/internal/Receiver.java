package org.headrace.transport.internal;

import java.io.ByteArrayOutputStream;

/** Checks the order of the envelopes of one session and puts messages together. */
final class Receiver {
  /** The largest message; a script of 4 MiB with its environment fits well. */
  private static final int MAX_MESSAGE = 32 << 20;

  private final long session;
  private long counter;
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

  Receiver(long session) {
    this.session = session;
  }

  boolean belongs(Envelope envelope) {
    return envelope.session() == session;
  }

  /** True for the envelope that is due; one that was there already, or is ahead, isn't. */
  boolean expects(Envelope envelope) {
    return belongs(envelope) && envelope.counter() == counter + 1;
  }

  /**
   * Takes a part. One that was there already is a recorded one, and left out.
   *
   * @return the message if this was its last part, else null
   * @throws OutOfOrder if parts are missing, after which the session is of no use
   */
  byte[] take(Envelope part) throws OutOfOrder {
    if (part.counter() <= counter) {
      return null;
    }
    if (part.counter() != counter + 1) {
      throw new OutOfOrder("envelope " + part.counter() + " after " + counter);
    }
    counter++;
    if (part.last() && parts.size() == 0) {
      return part.payload();
    }
    if (parts.size() + part.payload().length > MAX_MESSAGE) {
      throw new OutOfOrder("message of more than " + MAX_MESSAGE + " bytes");
    }
    parts.writeBytes(part.payload());
    if (!part.last()) {
      return null;
    }
    byte[] message = parts.toByteArray();
    parts.reset();
    return message;
  }

  /** The session has lost its order. */
  static final class OutOfOrder extends Exception {
    private static final long serialVersionUID = 1L;

    OutOfOrder(String message) {
      super(message);
    }
  }
}
