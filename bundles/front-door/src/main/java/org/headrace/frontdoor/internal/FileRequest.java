package org.headrace.frontdoor.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireReader;
import org.headrace.control.front.FilePart;

/** A file that a client is asked for; filled by the loop's thread, awaited by the command's. */
final class FileRequest {
  private final int id;
  private final String name;
  private final long maxBytes;
  private final Budget budget;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private long reserved;
  private boolean complete;
  private String failure;
  private Facts facts;

  private record Facts(int mode, long size, long modified, long accessed) {}

  FileRequest(int id, String name, long maxBytes, Budget budget) {
    this.id = id;
    this.name = name;
    this.maxBytes = maxBytes;
    this.budget = budget;
  }

  int id() {
    return id;
  }

  /** Takes a FILE message. */
  synchronized void message(int type, WireReader in) throws ProtocolException {
    int answered = in.u32();
    if (answered != id) {
      throw new ProtocolException("file content for request " + answered + ", expected " + id);
    }
    switch (type) {
      case Frames.FILE_DATA -> data(in.rest());
      case Frames.FILE_END -> end(in);
      default -> error(in.u32(), in.string("error"));
    }
    if (complete || failure != null) {
      notifyAll();
    }
  }

  /** The client is gone. */
  synchronized void disconnect() {
    fail("the client has disconnected");
    notifyAll();
  }

  synchronized byte[] await() throws IOException {
    try {
      while (!complete && failure == null) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading " + name, e);
    } finally {
      budget.release(reserved);
      reserved = 0;
    }
    if (failure != null) {
      throw new IOException(failure);
    }
    return content.toByteArray();
  }

  private void end(WireReader in) throws ProtocolException {
    if (in.remaining() > 0) {
      facts = new Facts(in.u32(), in.u64(), in.u64(), in.u64());
    }
    complete = true;
  }

  /** What was asked for, once {@link #await} has returned. */
  synchronized FilePart part() throws IOException {
    if (facts == null) {
      throw new IOException("the client did not say what " + name + " is like");
    }
    return new FilePart(
        content.toByteArray(), facts.mode(), facts.size(), facts.modified(), facts.accessed());
  }

  private void data(byte[] bytes) throws ProtocolException {
    if (content.size() + (long) bytes.length > maxBytes) {
      throw new ProtocolException(name + " has more bytes than the " + maxBytes + " asked for");
    }
    if (failure != null) {
      return; // The rest of what no longer fits.
    }
    if (!budget.reserve(bytes.length)) {
      fail("the controller is receiving too many files; try again in a moment");
      return;
    }
    reserved += bytes.length;
    content.writeBytes(bytes);
  }

  private void error(int errno, String text) {
    int tooLarge = 27;
    fail(errno == tooLarge ? name + " is larger than " + maxBytes + " bytes" : text);
  }

  private void fail(String reason) {
    failure = complete || failure != null ? failure : reason;
  }
}
