package org.headrace.agent.internal;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/**
 * What a step writes, on its way to whoever listens. Sends no more than there is credit for, and
 * keeps the order of what tasks write and how they end.
 *
 * <p>Until somebody has attached, output waits and holds the tasks back; once the controller says
 * that nobody listens, it is dropped. A broken connection takes the credit with it, and the next
 * one grants it anew. A listener that counts says what it has safe; the rest is kept and sent again
 * to whoever attaches next, and the step's end waits for it.
 *
 * <p>Safe for any thread; locks are held for moments only.
 */
final class StepStream {
  private final long jobId;
  private final int stepId;
  private final Consumer<FromNode> send;
  private final Runnable resume;
  private final ArrayDeque<Item> waiting = new ArrayDeque<>();
  private final ArrayDeque<Item> unsafe = new ArrayDeque<>();
  private boolean connected;
  private Listener listener = Listener.UNKNOWN;
  private boolean counting;
  private boolean placed;
  private long safe;
  private long position;
  private long credit;
  private boolean heldBack;

  private enum Listener {
    UNKNOWN,
    ATTACHED,
    GONE
  }

  /** Output, or something that comes after it: a message, or an action. */
  private record Item(Output output, FromNode message, Runnable action) {
    int size() {
      return output == null ? 0 : output.data().length;
    }
  }

  private record Output(int task, boolean error, byte[] data) {}

  /**
   * @param send sends to the controller
   * @param resume lets the step's output flow again
   * @param connected whether there is a connection
   */
  StepStream(long jobId, int stepId, Consumer<FromNode> send, Runnable resume, boolean connected) {
    this.jobId = jobId;
    this.stepId = stepId;
    this.send = send;
    this.resume = resume;
    this.connected = connected;
  }

  /** Takes output; false to hold back more of it until {@code resume} is run. */
  synchronized boolean output(int task, boolean error, byte[] data) {
    if (listener == Listener.GONE) {
      return true;
    }
    waiting.add(new Item(new Output(task, error, data), null, null));
    flush();
    heldBack = credit <= 0 || !waiting.isEmpty();
    return !heldBack;
  }

  /** Sends a message after all output so far; it needs no credit. */
  synchronized void after(FromNode message) {
    waiting.add(new Item(null, message, null));
    flush();
  }

  /** Runs an action after all output so far has been sent. */
  synchronized void after(Runnable action) {
    waiting.add(new Item(null, null, action));
    flush();
  }

  /** True if output waits for somebody to listen. */
  synchronized boolean waitsForListener() {
    return connected && listener == Listener.UNKNOWN && !waiting.isEmpty();
  }

  synchronized void connected(boolean now) {
    connected = now;
    credit = 0;
    if (listener == Listener.ATTACHED) {
      listener = Listener.UNKNOWN;
    }
    flush();
  }

  /**
   * Somebody listens, or nobody does any more. Word of a listener that has less than is safe with
   * it comes late, from an earlier connection of the same one, and counts for nothing. Where this
   * agent has been restarted, only the listener knows the place.
   */
  synchronized void attached(boolean somebody, long received) {
    if (somebody && placed && received != ToNode.Attach.UNCOUNTED && received < safe) {
      return;
    }
    listener = somebody ? Listener.ATTACHED : Listener.GONE;
    credit = somebody ? credit : 0;
    if (somebody) {
      counting = received != ToNode.Attach.UNCOUNTED;
      received(received);
      // What is left is sent again, before all else, and counts from where the listener is.
      while (!unsafe.isEmpty()) {
        waiting.addFirst(unsafe.pollLast());
      }
      safe = Math.max(0, received);
      position = safe;
      placed = true;
    }
    flush();
    resumeIfPossible();
  }

  private void received(long bytes) {
    while (!unsafe.isEmpty() && (!counting || safe + unsafe.peek().size() <= bytes)) {
      safe += unsafe.poll().size();
    }
  }

  synchronized void credit(long bytes, long received) {
    received(received);
    if (bytes > 0 && listener == Listener.ATTACHED) {
      credit = Math.min(credit + bytes, Integer.MAX_VALUE);
      flush();
      resumeIfPossible();
    }
  }

  /** Nobody is going to listen any more: lets go of everything. */
  synchronized void abandon() {
    listener = Listener.GONE;
    flush();
    resumeIfPossible();
  }

  private void resumeIfPossible() {
    if (heldBack && waiting.isEmpty() && (credit > 0 || listener == Listener.GONE)) {
      heldBack = false;
      resume.run();
    }
  }

  private void send(Output output) {
    send.accept(
        new FromNode.Output(jobId, stepId, output.task(), output.error(), output.data(), position));
    position += output.data().length;
  }

  private void flush() {
    if (listener == Listener.GONE) {
      unsafe.clear();
    }
    while (!waiting.isEmpty()) {
      Item item = waiting.peek();
      if (item.size() > 0 && listener != Listener.GONE) {
        if (!connected || listener != Listener.ATTACHED || credit <= 0) {
          return;
        }
        // A chunk may exceed what is left: the debt is paid by what is granted next.
        credit -= item.size();
        send(item.output());
        if (counting) {
          unsafe.add(item);
        }
      } else if (item.action() != null) {
        if (!unsafe.isEmpty()) {
          return;
        }
        item.action().run();
      } else if (item.message() != null) {
        if (!connected) {
          return;
        }
        send.accept(item.message());
      }
      waiting.poll();
    }
  }
}
