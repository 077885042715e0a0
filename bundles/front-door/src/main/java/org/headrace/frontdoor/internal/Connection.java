package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. The loop's thread reads and takes frames apart; a worker runs the command and writes.
 * One command at a time, but any number in sequence.
 */
final class Connection implements FrameOutput.Channel {
  /** What a connection needs of its surroundings. */
  interface Owner {
    /** Runs {@link Connection#serve} on a worker. */
    void execute(Connection connection);

    /** Runs the command of an invocation on the calling thread. */
    int run(Connection connection, ActiveInvocation invocation);

    ActiveInvocation invocation(Connection connection, FrameOutput output, Hello hello);

    /** Runs something that may wait a little, elsewhere. */
    void later(Runnable task);

    Budget budget();

    void closed(Connection connection);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final long LAST_WORDS_MILLIS = 200;
  private static final int PERMITS_FOR_ALL = 1 << 20;

  private final Owner owner;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final FrameDecoder decoder = new FrameDecoder();
  private final Semaphore writable = new Semaphore(0);
  private volatile boolean closed;
  private volatile Peer peer;
  private volatile boolean greeted;
  private int reserved; // These five under this.
  private ActiveInvocation active;
  private boolean exiting;
  private boolean refused;
  private Hello next;

  Connection(Owner owner, SocketChannel channel, SelectionKey key) {
    this.owner = owner;
    this.channel = channel;
    this.key = key;
  }

  SocketChannel channel() {
    return channel;
  }

  /** Who is at the other end, once asked for. */
  Peer peer() {
    return peer;
  }

  void peer(Peer found) {
    peer = found;
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
    try {
      int n = channel.read(buffer.clear());
      if (n < 0) {
        close();
        return;
      }
      buffer.flip();
      while (buffer.hasRemaining() && !closed) {
        if (decoder.feed(buffer)) {
          frame(decoder.type(), decoder.payload());
        }
      }
      account();
    } catch (ProtocolException e) {
      refuse(e.getMessage());
    } catch (IOException e) {
      close();
    }
  }

  /** The channel takes bytes again. On the loop's thread. */
  void writable() {
    key.interestOpsAnd(~SelectionKey.OP_WRITE);
    writable.release();
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
    if (type == Frames.HELLO) {
      hello(Hello.decode(payload));
      return;
    }
    if (!greeted) {
      throw new ProtocolException("the first message has type " + type + ", it must be HELLO");
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
