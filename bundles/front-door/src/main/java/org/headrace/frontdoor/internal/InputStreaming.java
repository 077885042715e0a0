package org.headrace.frontdoor.internal;

import java.net.ProtocolException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;

/** Passes standard input on, and lets the client send more as it is consumed. Thread-safe. */
final class InputStreaming {
  /** Consumed bytes are reported in lumps, so that typing doesn't cost a message per key. */
  private static final int LUMP = Invocation.INPUT_WINDOW / 8;

  private final InputListener listener;
  private final Executor events;
  private final IntConsumer grant;
  private int allowed = Invocation.INPUT_WINDOW;
  private int consumed;
  private boolean ended;

  InputStreaming(InputListener listener, Executor events, IntConsumer grant) {
    this.listener = listener;
    this.events = events;
    this.grant = grant;
  }

  synchronized void data(byte[] bytes) throws ProtocolException {
    if (bytes.length > allowed) {
      throw new ProtocolException(
          "standard input runs ahead: " + bytes.length + " bytes, " + allowed + " were allowed");
    }
    allowed -= bytes.length;
    if (!ended) {
      events.execute(() -> pass(bytes));
    }
  }

  void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    events.execute(listener::end);
  }

  private void pass(byte[] bytes) {
    CompletionStage<Void> done;
    try {
      done = listener.data(bytes);
    } catch (RuntimeException e) {
      end();
      throw e;
    }
    done.whenComplete(
        (nothing, failure) -> {
          if (failure != null) {
            end();
          } else {
            events.execute(() -> consumed(bytes.length));
          }
        });
  }

  private void consumed(int bytes) {
    int lump;
    synchronized (this) {
      consumed += bytes;
      if (consumed < LUMP || ended) {
        return;
      }
      lump = consumed;
      consumed = 0;
      allowed += lump;
    }
    grant.accept(lump);
  }
}
