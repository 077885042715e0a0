package org.headrace.rest.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which a request doesn't come to its end: a client that sends a byte now and
 * then is never idle, and would hold its connection for ever.
 */
final class PatienceWatch implements Connection.Listener {
  private static final long LOOK_MILLIS = 1000;

  private final Map<EndPoint, Long> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final long nanos;
  private volatile Scheduler scheduler;

  /**
   * @param millis how long the head of a request may take
   */
  PatienceWatch(long millis) {
    nanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  void start(Scheduler clock) {
    scheduler = clock;
  }

  @Override
  public void onOpened(Connection connection) {
    expect(connection.getEndPoint());
  }

  @Override
  public void onClosed(Connection connection) {
    waiting.remove(connection.getEndPoint());
  }

  /** From now on the next request is waited for. */
  void expect(EndPoint connection) {
    if (connection.isOpen()) {
      waiting.put(connection, System.nanoTime());
      look();
    }
  }

  /** The head of a request has come. */
  void complete(EndPoint connection) {
    waiting.remove(connection);
  }

  /** Looks again as long as somebody is waited for, and not when nobody is. */
  private void look() {
    if (!waiting.isEmpty() && looking.compareAndSet(false, true)) {
      scheduler.schedule(this::sweep, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    long now = System.nanoTime();
    waiting.forEach(
        (connection, since) -> {
          if (!connection.isOpen()) {
            waiting.remove(connection);
          } else if (now - since > nanos && waiting.remove(connection, since)) {
            connection.close();
          }
        });
    looking.set(false);
    look();
  }
}
