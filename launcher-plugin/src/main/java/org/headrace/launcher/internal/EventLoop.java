package org.headrace.launcher.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The launcher's one thread: sockets, work handed in, and the few timers. It sleeps in the kernel
 * when there is nothing to do.
 */
final class EventLoop implements AutoCloseable {

  /** Called when a channel is ready; runs on the loop's thread. */
  interface Handler {
    void ready(SelectionKey key);
  }

  private record Timer(long atNanos, Runnable work) {}

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private final Selector selector;
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos));
  private final Thread thread;
  private volatile boolean closed;

  EventLoop(String name) throws IOException {
    selector = Selector.open();
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Runs the work on the loop's thread, in order of arrival. */
  void execute(Runnable runnable) {
    work.add(runnable);
    selector.wakeup();
  }

  /** Runs the work after a delay; to be called on the loop's thread. */
  void schedule(long millis, Runnable runnable) {
    timers.add(new Timer(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), runnable));
  }

  SelectionKey register(SelectableChannel channel, int operations, Handler handler)
      throws ClosedChannelException {
    return channel.register(selector, operations, handler);
  }

  private void run() {
    while (!closed) {
      try {
        selector.select(this::dispatch, untilNextTimer());
      } catch (IOException | UncheckedIOException e) {
        LOG.error("waiting for the supervisors' sockets failed", e);
      } catch (ClosedSelectorException e) {
        return;
      }
      runTimers();
      runWork();
    }
    runWork(); // what was handed in before closing is still done
  }

  private void runWork() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      guard(next);
    }
  }

  /** Milliseconds to wait; 0 waits without end. */
  private long untilNextTimer() {
    if (timers.isEmpty()) {
      return 0;
    }
    long nanos = timers.peek().atNanos() - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
  }

  private void runTimers() {
    while (!timers.isEmpty() && timers.peek().atNanos() - System.nanoTime() <= 0) {
      guard(timers.poll().work());
    }
  }

  private void dispatch(SelectionKey key) {
    guard(() -> ((Handler) key.attachment()).ready(key));
  }

  /** One step's trouble, or a listener's, must not end the others. */
  private static void guard(Runnable runnable) {
    try {
      runnable.run();
    } catch (RuntimeException e) {
      LOG.error("the launcher went on after an unexpected failure", e);
    }
  }

  /** Ends the thread and closes every registered channel. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      if (Thread.currentThread() != thread) {
        thread.join(TimeUnit.SECONDS.toMillis(10));
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("closing the supervisors' sockets failed", e);
    }
  }
}
