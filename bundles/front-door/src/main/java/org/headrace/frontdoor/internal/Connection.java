package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Semaphore;
import org.headrace.client.wire.FrameDecoder;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.Hello;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;
import org.headrace.control.front.Caller;
import org.headrace.transport.SealedChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, here or behind another daemon of the cluster. The loop's thread reads and takes
 * frames apart; a worker runs the command and writes. One command at a time, but any number in
 * sequence. A conversation that another controller leads is handed on as it is.
 */
final class Connection implements FrameOutput.Channel {
  /** What a connection needs of its surroundings. */
  interface Owner {
    /** In place of an exit status: the conversation goes on elsewhere. */
    int HANDED_OVER = -1;

    /** Runs {@link Connection#serve} on a worker. */
    void execute(Connection connection);

    /**
     * Runs the command of an invocation on the calling thread.
     *
     * @return the exit status, or {@link #HANDED_OVER}
     */
    int run(Connection connection, ActiveInvocation invocation);

    ActiveInvocation invocation(Connection connection, FrameOutput output, Hello hello);

    /** Runs something that may wait a little, elsewhere. */
    void later(Runnable task);

    /** Runs something on the loop's thread. */
    void onLoop(Runnable task);

    Budget budget();

    void closed(Connection connection);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final long LAST_WORDS_MILLIS = 200;
  private static final int PERMITS_FOR_ALL = 1 << 20;

  private final Owner owner;
  private final ByteChannel channel;
  private final SelectionKey key;
  private final FrameDecoder decoder = new FrameDecoder();
  private final Semaphore writable = new Semaphore(0);
  private volatile boolean closed;
  private volatile Peer peer;
  private volatile Caller caller;
  private volatile boolean greeted;
  private volatile byte[] greeting;
  private volatile boolean handedOver;
  private Relay relay; // On the loop's thread.
  private int reserved; // These five under this.
  private ActiveInvocation active;
  private boolean exiting;
  private boolean refused;
  private Hello next;

  /**
   * @param channel a client's, or a {@link SealedChannel} to a daemon that speaks for one
   */
  Connection(Owner owner, ByteChannel channel, SelectionKey key) {
    this.owner = owner;
    this.channel = channel;
    this.key = key;
  }

  /** Whether a daemon of the cluster speaks for the client. */
  boolean relayed() {
    return channel instanceof SealedChannel;
  }

  /** Whether the other end hasn't proved yet that it may be here at all. */
  boolean unproved() {
    return channel instanceof SealedChannel sealed && !sealed.established();
  }

  /** Who is at the other end, if a daemon of the cluster has said so. */
  Caller caller() {
    return caller;
  }

  /** Who is at the other end, according to the kernel. */
  Peer peer() throws IOException {
    if (peer == null) {
      peer = Peer.of((SocketChannel) channel);
    }
    return peer;
  }

  boolean isClosed() {
    return closed;
  }

  /** Whether the client has said what it wants, at least once. */
  boolean greeted() {
    return greeted;
  }

  /** Whether the client owes us the rest of a request; it then has limited time. */
  synchronized boolean owesRequest() {
    // A client knows of the end of its command before active says so, hence exiting.
    boolean idle = active == null || exiting;
    return !closed && !refused && (!greeted || (idle ? decoder.inFrame() : decoder.inHello()));
  }

  /** Takes what has come in. On the loop's thread; {@code buffer} is scratch space. */
  void readable(ByteBuffer buffer) {
    if (relay != null) {
      relay.work();
      return;
    }
    try {
      do {
        if (channel.read(buffer.clear()) < 0) {
          lost();
          return;
        }
        buffer.flip();
        while (buffer.hasRemaining() && !closed) {
          if (decoder.feed(buffer)) {
            frame(decoder.type(), decoder.payload());
          }
        }
      } while (!closed && channel instanceof SealedChannel sealed && sealed.hasUnread());
      account();
    } catch (ProtocolException e) {
      refuse(e.getMessage());
    } catch (IOException e) {
      LOG.debug("A connection has failed", e);
      lost();
    }
  }

  /**
   * A client that goes away has ended its command. A daemon that does may have left a client
   * behind, who will come back by another way.
   */
  private void lost() {
    if (relayed()) {
      abandon();
    }
    close();
  }

  /** The channel takes bytes again. On the loop's thread. */
  void writable() {
    key.interestOpsAnd(~SelectionKey.OP_WRITE);
    if (relay != null) {
      relay.work();
    } else {
      writable.release();
    }
  }

  /** Hands the conversation on to the controller that leads. */
  void handOver(SealedChannel leader) {
    synchronized (this) {
      active = null;
    }
    handedOver = true;
    owner.onLoop(() -> relayTo(leader));
  }

  private void relayTo(SealedChannel leader) {
    try {
      if (closed || decoder.inFrame()) {
        leader.close();
        refuse("a message came that nobody has asked for");
        return;
      }
      ByteBuffer opening = opening();
      leader.socket().configureBlocking(false);
      SelectionKey leaderKey = leader.socket().register(key.selector(), SelectionKey.OP_READ);
      relay = new Relay(channel, key, leader, leaderKey, opening.array(), this::close);
      leaderKey.attach(relay);
      relay.work();
    } catch (IOException | CancelledKeyException e) {
      LOG.debug("A connection to the leading controller has failed", e);
      close();
    }
  }

  private ByteBuffer opening() {
    byte[] whom = CallerFrame.encode(caller);
    ByteBuffer opening = ByteBuffer.allocate(whom.length + Frames.HEADER + greeting.length);
    opening.put(whom).putInt(greeting.length).put((byte) Frames.HELLO).put(greeting);
    greeting = null;
    return opening;
  }

  /** Says why, as far as the client listens, and closes. Never waits. */
  void refuse(String reason) {
    byte[] frame = WireWriter.frame(Frames.ERROR).string(reason).toFrame();
    ActiveInvocation now;
    synchronized (this) {
      if (refused) {
        return;
      }
      refused = true;
      now = active;
    }
    try {
      if (now == null) {
        channel.write(ByteBuffer.wrap(frame));
      } else if (!now.output().frameWithin(frame, 0)) {
        // The command is just sending something: let it end its frame.
        key.interestOpsAnd(~SelectionKey.OP_READ);
        owner.later(() -> refuseLate(now, frame));
        return;
      }
    } catch (IOException | CancelledKeyException e) {
      LOG.debug("A client could not be told: {}", reason, e);
    }
    close();
  }

  private void refuseLate(ActiveInvocation now, byte[] frame) {
    try {
      now.output().frameWithin(frame, LAST_WORDS_MILLIS);
    } catch (IOException e) {
      LOG.debug("A client could not be told why it was refused", e);
    }
    close();
  }

  void close() {
    close(false);
  }

  /** The front door closes: closes at once if the client comes back by itself. */
  void abandon() {
    ActiveInvocation now;
    synchronized (this) {
      now = active;
    }
    if (now != null && now.resumable()) {
      close(true);
    }
  }

  /** The command that is carried out now, or null. */
  synchronized ActiveInvocation active() {
    return active;
  }

  private void close(boolean abandon) {
    ActiveInvocation now;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      now = active;
    }
    releaseBudget();
    key.cancel();
    if (handedOver) {
      owner.onLoop(this::closeRelay);
    }
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("Closing a connection failed", e);
    }
    writable.release(PERMITS_FOR_ALL);
    owner.closed(this);
    if (now != null && abandon) {
      now.abandon();
    } else if (now != null) {
      now.disconnect();
    }
  }

  private void closeRelay() {
    if (relay != null) {
      relay.close();
    }
  }

  private synchronized void releaseBudget() {
    owner.budget().release(reserved);
    reserved = 0;
  }

  /** Runs the command that was asked for, and a next one that came meanwhile. On a worker. */
  void serve() {
    ActiveInvocation invocation;
    synchronized (this) {
      invocation = active;
    }
    while (invocation != null) {
      int code = owner.run(this, invocation);
      if (code == Owner.HANDED_OVER) {
        return;
      }
      synchronized (this) {
        exiting = true;
      }
      invocation.end(code);
      synchronized (this) {
        exiting = false;
        active = next == null || closed ? null : start(next);
        next = null;
        invocation = active;
      }
    }
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return channel.write(bytes);
  }

  @Override
  public void awaitWritable() throws IOException {
    try {
      key.interestOpsOr(SelectionKey.OP_WRITE);
      key.selector().wakeup();
    } catch (CancelledKeyException e) {
      throw new ClosedChannelException();
    }
    writable.acquireUninterruptibly();
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private void frame(int type, byte[] payload) throws ProtocolException {
    if (type == Frames.CALLER) {
      caller(payload);
      return;
    }
    if (type == Frames.HELLO) {
      if (relayed() && caller == null) {
        throw new ProtocolException("a daemon has to say first for whom it speaks");
      }
      greeting = relayed() ? null : payload;
      hello(Hello.decode(payload));
      return;
    }
    if (!greeted) {
      throw new ProtocolException("the first message has type " + type + ", it must be HELLO");
    }
    if (type == Frames.GONE && relayed()) {
      close();
      return;
    }
    ActiveInvocation now;
    synchronized (this) {
      now = active;
    }
    // Without a command it is a late message to the one that has just ended.
    if (now != null) {
      now.message(type, payload, new WireReader(payload));
    }
  }

  /** Believed to daemons of the cluster alone, and once. */
  private void caller(byte[] payload) throws ProtocolException {
    if (!relayed() || caller != null) {
      throw new ProtocolException("message type " + Frames.CALLER + " isn't a client's");
    }
    caller = CallerFrame.decode(payload);
  }

  /** Who the caller is, found out by the owner. */
  void identified(Caller found) {
    caller = found;
  }

  private void hello(Hello hello) throws ProtocolException {
    synchronized (this) {
      greeted = true;
      if (active != null) {
        if (!exiting || next != null) {
          throw new ProtocolException("HELLO came while a command is running");
        }
        next = hello;
        return;
      }
      active = start(hello);
    }
    owner.execute(this);
  }

  private ActiveInvocation start(Hello hello) {
    return owner.invocation(this, new FrameOutput(this), hello);
  }

  private synchronized void account() throws ProtocolException {
    if (closed) {
      return;
    }
    int now = decoder.buffered() > Frames.MAX_SMALL_FRAME ? decoder.buffered() : 0;
    if (now > reserved && !owner.budget().reserve(now - reserved)) {
      throw new ProtocolException(
          "the controller is receiving too many large requests; try again in a moment");
    }
    if (now < reserved) {
      owner.budget().release(reserved - now);
    }
    reserved = now;
  }
}
