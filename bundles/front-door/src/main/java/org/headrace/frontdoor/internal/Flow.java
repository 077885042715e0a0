package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes on their way from one channel to another, neither of which is waited for. The source is
 * read only while there is room. On the loop's thread.
 */
final class Flow {
  private static final Logger LOG = LoggerFactory.getLogger(Flow.class);
  private static final int ROOM = 16 * 1024;

  private final ByteChannel from;
  private final SelectionKey fromKey;
  private final ByteChannel to;
  private final SelectionKey toKey;
  private final byte[] lastWords;
  private ByteBuffer buffer;
  private boolean ended;
  private boolean said;

  /**
   * @param opening what goes first
   * @param lastWords what is said when the source has ended
   */
  Flow(
      ByteChannel from,
      SelectionKey fromKey,
      ByteChannel to,
      SelectionKey toKey,
      byte[] opening,
      byte[] lastWords) {
    this.from = from;
    this.fromKey = fromKey;
    this.to = to;
    this.toKey = toKey;
    this.lastWords = lastWords;
    buffer = ByteBuffer.allocate(Math.max(ROOM, opening.length)).put(opening);
  }

  /**
   * Moves what can be moved now, and sets what to wait for.
   *
   * @return whether the source has ended and all that it said has been passed on
   * @throws IOException if the target takes nothing any more
   */
  boolean pump() throws IOException {
    boolean moved = true;
    while (moved) {
      moved = fill() | drain();
    }
    interest(fromKey, SelectionKey.OP_READ, !ended && buffer.hasRemaining());
    interest(toKey, SelectionKey.OP_WRITE, buffer.position() > 0);
    return ended && said && buffer.position() == 0;
  }

  /** The source has gone, as is known from elsewhere. */
  void end() {
    ended = true;
  }

  /**
   * Reads on for a target that has gone, one piece at a time: a source that never stops must not
   * keep the loop from other things.
   *
   * @return whether the source has ended
   */
  boolean discard() {
    buffer.clear();
    fill();
    buffer.clear();
    interest(fromKey, SelectionKey.OP_READ, !ended);
    return ended;
  }

  private boolean fill() {
    if (ended) {
      boolean speak = !said && buffer.remaining() >= lastWords.length;
      if (speak) {
        buffer.put(lastWords);
        said = true;
      }
      return speak;
    }
    // What was read first may have needed more.
    if (buffer.position() >= ROOM) {
      return false;
    }
    int count = buffer.hasRemaining() ? read() : 0;
    ended = count < 0;
    return count != 0;
  }

  /** Who goes without having read everything ends by an error. */
  private int read() {
    try {
      return from.read(buffer);
    } catch (IOException e) {
      LOG.debug("The source of a conversation has failed", e);
      return -1;
    }
  }

  private boolean drain() throws IOException {
    if (buffer.position() == 0) {
      return false;
    }
    buffer.flip();
    int count = to.write(buffer);
    buffer.compact();
    if (buffer.position() == 0 && buffer.capacity() > ROOM) {
      buffer = ByteBuffer.allocate(ROOM);
    }
    return count > 0;
  }

  private static void interest(SelectionKey key, int operation, boolean wanted) {
    if (wanted) {
      key.interestOpsOr(operation);
    } else {
      key.interestOpsAnd(~operation);
    }
  }
}
