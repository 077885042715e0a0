package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectionKey;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireWriter;
import org.headrace.transport.SealedChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on all that a client and the controller that leads say to each other, without looking at
 * it. When the client goes, the leader is told so, and it is the leader that closes: a connection
 * closed with something unread resets, and the leader would lose what it was told. When the leader
 * or the way to it goes, the client's connection is closed, and a client that can go on elsewhere
 * comes back. On the loop's thread.
 */
final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final byte[] CLIENT_GONE = WireWriter.frame(Frames.GONE).toFrame();

  private final SealedChannel leader;
  private final SelectionKey leaderKey;
  private final Runnable end;
  private final Flow up;
  private final Flow down;
  private boolean clientGone;

  /**
   * @param opening what the leader is told first
   * @param end closes the client's connection, which closes this
   */
  Relay(
      ByteChannel client,
      SelectionKey clientKey,
      SealedChannel leader,
      SelectionKey leaderKey,
      byte[] opening,
      Runnable end) {
    this.leader = leader;
    this.leaderKey = leaderKey;
    this.end = end;
    up = new Flow(client, clientKey, leader, leaderKey, opening, CLIENT_GONE);
    down = new Flow(leader, leaderKey, client, clientKey, new byte[0], new byte[0]);
  }

  /** Passes on what there is. */
  void work() {
    try {
      boolean over = clientGone ? down.discard() : passDown();
      clientGone |= up.pump();
      if (over) {
        end.run();
      }
    } catch (IOException e) {
      LOG.debug("The leading controller has gone from a conversation", e);
      end.run();
    }
  }

  private boolean passDown() {
    try {
      return down.pump();
    } catch (IOException e) {
      LOG.debug("A client has gone", e);
      clientGone = true;
      up.end();
      return down.discard();
    }
  }

  void close() {
    leaderKey.cancel();
    try {
      leader.close();
    } catch (IOException e) {
      LOG.debug("Closing a connection failed", e);
    }
  }
}
