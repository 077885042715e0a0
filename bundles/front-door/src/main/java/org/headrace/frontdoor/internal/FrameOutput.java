package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.headrace.client.wire.Frames;

/**
 * The way from one call of a command to its client: gathers output into frames, keeps the order of
 * standard output and error, and waits while the client doesn't read. Thread-safe.
 */
final class FrameOutput {
  /** Writes what it can without waiting, and waits until more can be written. */
  interface Channel {
    int write(ByteBuffer bytes) throws IOException;

    void awaitWritable() throws IOException;
  }

  private static final int FIRST_ROOM = 4096;
  private static final int ROOM = Frames.CHUNK + Frames.HEADER;

  private final Channel channel;
  private final ReentrantLock lock = new ReentrantLock();
  private ByteBuffer buffer;
  private int openType;
  private int openAt;
  private boolean ended;

  FrameOutput(Channel channel) {
    this.channel = channel;
  }

  /** A stream whose bytes go out as frames of a type. */
  OutputStream stream(int type) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        append(type, new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        append(type, bytes, offset, length);
      }

      @Override
      public void flush() throws IOException {
        FrameOutput.this.flush();
      }
    };
  }

  void flush() throws IOException {
    lock.lock();
    try {
      send();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what has gathered and then this frame; fails after {@link #end}. */
  void frame(byte[] frame) throws IOException {
    lock.lock();
    try {
      checkNotEnded();
      sendWith(frame);
    } finally {
      lock.unlock();
    }
  }

  /** Sends what has gathered and the last frame, in one piece if it fits. */
  void end(byte[] lastFrame) throws IOException {
    lock.lock();
    try {
      checkNotEnded();
      ended = true;
      sendWith(lastFrame);
    } finally {
      buffer = null;
      lock.unlock();
    }
  }

  /**
   * Sends a frame as far as the client takes it at once, if nothing else is under way or ends
   * within this time.
   *
   * @return whether it was tried
   */
  boolean frameWithin(byte[] frame, long millis) throws IOException {
    try {
      // The form with a time polls once even for 0, and is fair to those who wait already.
      if (!lock.tryLock(millis, TimeUnit.MILLISECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      channel.write(ByteBuffer.wrap(frame));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void checkNotEnded() throws IOException {
    if (ended) {
      throw new IOException("the command has ended");
    }
  }

  private void sendWith(byte[] frame) throws IOException {
    if (buffer != null && buffer.remaining() >= frame.length) {
      openType = 0;
      buffer.put(frame);
      send();
    } else {
      send();
      write(ByteBuffer.wrap(frame));
    }
  }

  private void append(int type, byte[] bytes, int offset, int length) throws IOException {
    lock.lock();
    try {
      checkNotEnded();
      int from = offset;
      int end = offset + length;
      while (from < end) {
        open(type, end - from);
        int part = Math.min(end - from, buffer.remaining());
        buffer.put(bytes, from, part);
        from += part;
        buffer.putInt(openAt, buffer.position() - openAt - Frames.HEADER);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes a frame of the type the last one in the buffer, with room for at least one byte. */
  private void open(int type, int wanted) throws IOException {
    int head = openType == type ? 0 : Frames.HEADER;
    grow(head + wanted);
    if (buffer.remaining() <= head) {
      send();
      head = Frames.HEADER;
    }
    if (head > 0) {
      openType = type;
      openAt = buffer.position();
      buffer.putInt(0).put((byte) type);
    }
  }

  private void grow(int wanted) {
    if (buffer == null) {
      buffer = ByteBuffer.allocate(Math.min(ROOM, Math.max(FIRST_ROOM, wanted)));
    } else if (buffer.remaining() < wanted && buffer.capacity() < ROOM) {
      int room = Math.max(2 * buffer.capacity(), buffer.position() + wanted);
      ByteBuffer larger = ByteBuffer.allocate(Math.min(ROOM, room));
      buffer = larger.put(buffer.flip());
    }
  }

  private void send() throws IOException {
    openType = 0;
    if (buffer == null || buffer.position() == 0) {
      return;
    }
    buffer.flip();
    try {
      write(buffer);
    } finally {
      buffer.clear();
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        channel.awaitWritable();
      }
    }
  }
}
