package org.headrace.launcher.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Frames (length in 4 bytes, then as many bytes) over a UNIX socket. All calls on the loop's
 * thread.
 */
final class FrameChannel implements EventLoop.Handler {

  /** Hears frames and the end of the connection. */
  interface Receiver {
    void frame(ByteBuffer frame);

    void closed();
  }

  private static final int MAX_FRAME_BYTES = 4 << 20;
  private static final int READ_BYTES = 64 << 10;

  private final SocketChannel channel;
  private final Receiver receiver;
  private final SelectionKey key;
  private final Deque<ByteBuffer> unsent = new ArrayDeque<>();
  private byte[] partial = new byte[0];
  private boolean paused;
  private boolean open = true;

  FrameChannel(EventLoop loop, SocketChannel channel, Receiver receiver) throws IOException {
    this.channel = channel;
    this.receiver = receiver;
    channel.configureBlocking(false);
    key = loop.register(channel, SelectionKey.OP_READ, this);
  }

  /** Queues a frame; the buffer holds type and payload without the length. */
  void send(ByteBuffer frame) {
    if (!open) {
      return;
    }
    unsent.add(ByteBuffer.allocate(4).putInt(0, frame.remaining()));
    unsent.add(frame);
    flush();
  }

  /** Stops or goes on reading. */
  void pause(boolean pause) {
    paused = pause;
    setInterest();
  }

  boolean isOpen() {
    return open;
  }

  void close() {
    open = false;
    key.cancel();
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is lost: the other side sees the end either way.
    }
  }

  @Override
  public void ready(SelectionKey ready) {
    if (ready.isValid() && ready.isWritable()) {
      flush();
    }
    if (open && ready.isValid() && ready.isReadable()) {
      read();
    }
  }

  private void setInterest() {
    if (key.isValid()) {
      key.interestOps(
          (paused ? 0 : SelectionKey.OP_READ) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }
  }

  private void flush() {
    try {
      while (!unsent.isEmpty()) {
        channel.write(unsent.peek());
        if (unsent.peek().hasRemaining()) {
          break;
        }
        unsent.poll();
      }
      setInterest();
    } catch (IOException e) {
      // What the other side sent before it went is still to be read: let reading find the end.
      unsent.clear();
      setInterest();
    }
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    int count;
    try {
      count = channel.read(buffer);
    } catch (IOException e) {
      count = -1;
    }
    if (count < 0) {
      close();
      receiver.closed();
      return;
    }
    ByteBuffer all = ByteBuffer.wrap(buffer.array(), 0, buffer.position());
    if (partial.length > 0) {
      byte[] joined = Arrays.copyOf(partial, partial.length + all.remaining());
      all.get(joined, partial.length, all.remaining());
      all = ByteBuffer.wrap(joined);
    }
    split(all);
  }

  private void split(ByteBuffer all) {
    while (open && all.remaining() >= 4) {
      int length = all.getInt(all.position());
      if (length < 1 || length > MAX_FRAME_BYTES) {
        close();
        receiver.closed();
        return;
      }
      if (all.remaining() < 4 + length) {
        break;
      }
      ByteBuffer frame = all.slice(all.position() + 4, length);
      all.position(all.position() + 4 + length);
      receiver.frame(frame);
    }
    partial = new byte[all.remaining()];
    all.get(partial);
  }
}
