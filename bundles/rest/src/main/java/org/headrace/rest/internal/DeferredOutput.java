package org.headrace.rest.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Holds an answer back until it is complete or too large to be held: so long it can still be
 * replaced by another one, with another status.
 */
final class DeferredOutput extends OutputStream {
  private static final int MOST_HELD = 256 * 1024;

  /** Where it goes in the end. */
  interface Target {
    /** Sends the head of an answer of unknown length, and says where the rest goes. */
    OutputStream begin(int status) throws IOException;

    /** Sends a whole answer. */
    void send(int status, byte[] answer) throws IOException;
  }

  private final Target target;
  private ByteArrayOutputStream held = new ByteArrayOutputStream();
  private OutputStream out;
  private int status = 200;

  DeferredOutput(Target target) {
    this.target = target;
  }

  void status(int number) {
    status = number;
  }

  /** Whether the client may have seen something already. */
  boolean committed() {
    return out != null;
  }

  /** Forgets what was written. */
  void restart() {
    if (committed()) {
      throw new IllegalStateException("the answer is on its way already");
    }
    held.reset();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (out == null && held.size() + length > MOST_HELD) {
      commit();
    }
    (out == null ? held : out).write(bytes, from, length);
  }

  private void commit() throws IOException {
    out = target.begin(status);
    held.writeTo(out);
    held = new ByteArrayOutputStream();
  }

  /** Sends all. */
  @Override
  public void close() throws IOException {
    if (out == null) {
      target.send(status, held.toByteArray());
    } else {
      out.close();
    }
  }
}
