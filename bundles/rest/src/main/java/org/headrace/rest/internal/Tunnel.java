package org.headrace.rest.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.headrace.control.front.InputListener;

/**
 * A connection whose bytes come as standard input of a command, and go as its standard output. What
 * is under way is bounded on both sides: input by the front door's window, output here. Safe for
 * any thread.
 */
class Tunnel extends AbstractEndPoint implements InputListener {
  private static final int ROOM = 64 * 1024;

  /** A place without an address of its own, by the words of who brought the connection. */
  private static final class Place extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private final String words;

    Place(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private record Piece(ByteBuffer bytes, CompletableFuture<Void> passed) {}

  private final Executor executor;
  private final Proof proof;
  private final SocketAddress place;
  private final Queue<Piece> input = new ArrayDeque<>();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private boolean inputEnded;
  private boolean outputEnded;

  /**
   * @param executor runs what goes on when bytes have come or gone
   * @param proof of who asks
   * @param place where the client is, in words
   */
  Tunnel(Scheduler scheduler, Executor executor, Proof proof, String place) {
    super(scheduler);
    this.executor = executor;
    this.proof = proof;
    this.place = new Place(place);
  }

  Proof proof() {
    return proof;
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return place;
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return place;
  }

  @Override
  public Object getTransport() {
    return this;
  }

  @Override
  public CompletionStage<Void> data(byte[] bytes) {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    synchronized (input) {
      if (outputEnded || bytes.length == 0) {
        passed.complete(null); // Nobody reads it any more.
        return passed;
      }
      input.add(new Piece(ByteBuffer.wrap(bytes), passed));
    }
    goOn(() -> getFillInterest().fillable());
    return passed;
  }

  @Override
  public void end() {
    synchronized (input) {
      inputEnded = true;
    }
    goOn(() -> getFillInterest().fillable());
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    Piece done = null;
    int count;
    synchronized (input) {
      if (!isOpen()) {
        throw new EofException("the connection is closed");
      }
      Piece first = input.peek();
      if (first == null) {
        count = inputEnded ? -1 : 0;
      } else {
        count = BufferUtil.append(buffer, first.bytes());
        done = first.bytes().hasRemaining() ? null : input.remove();
      }
    }
    if (count < 0) {
      shutdownInput();
    } else if (count > 0) {
      notIdle();
    }
    if (done != null) {
      done.passed().complete(null);
    }
    return count;
  }

  @Override
  protected void needsFillInterest() {
    synchronized (input) {
      if (input.isEmpty() && !inputEnded) {
        return;
      }
    }
    goOn(() -> getFillInterest().fillable());
  }

  @Override
  public boolean flush(ByteBuffer... buffers) throws IOException {
    boolean all = true;
    synchronized (input) {
      if (outputEnded) {
        throw new EofException("the connection is closed");
      }
      for (ByteBuffer buffer : buffers) {
        byte[] some = new byte[Math.min(buffer.remaining(), ROOM - output.size())];
        buffer.get(some);
        output.writeBytes(some);
        all &= !buffer.hasRemaining();
      }
      input.notifyAll();
    }
    notIdle();
    return all;
  }

  @Override
  protected void onIncompleteFlush() {
    // Who takes output says that there is room again.
  }

  /**
   * Waits for output.
   *
   * @return null at its end
   */
  byte[] take() throws InterruptedException {
    byte[] taken;
    synchronized (input) {
      while (output.size() == 0 && !outputEnded) {
        input.wait();
      }
      if (output.size() == 0) {
        return null;
      }
      taken = output.toByteArray();
      output.reset();
    }
    notIdle();
    goOn(() -> getWriteFlusher().completeWrite());
    return taken;
  }

  @Override
  protected void doShutdownOutput() {
    super.doShutdownOutput();
    endOutput();
  }

  @Override
  protected void doClose() {
    super.doClose();
    endOutput();
    synchronized (input) {
      input.forEach(piece -> piece.passed().complete(null));
      input.clear();
    }
  }

  private void endOutput() {
    synchronized (input) {
      outputEnded = true;
      input.notifyAll();
    }
  }

  private void goOn(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      close(e); // The server has ended.
    }
  }
}
