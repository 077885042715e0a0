package org.headrace.rest.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections on which a request has begun and doesn't come to its end: a client that sends
 * a byte now and then is never idle, and would hold its connection for ever. Where no request has
 * begun, the idle time of the connection counts, which is HTTP's matter.
 */
final class PatienceWatch implements Connection.Listener {
  private static final long LOOK_MILLIS = 500;
  private static final long NOT_BEGUN = 0;

  /**
   * What is waited for on a connection.
   *
   * @param bytes that had come when the wait began
   * @param since when more had come, or {@link #NOT_BEGUN}
   */
  private record Wait(long bytes, long since) {}

  private final Map<EndPoint, Wait> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final long nanos;
  private volatile Scheduler scheduler;

  /**
   * @param millis how long the head of a request may take
   */
  PatienceWatch(long millis) {
    nanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Before this connections are noted, and looked at from now on. */
  void start(Scheduler clock) {
    scheduler = clock;
    look();
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
      waiting.put(connection, new Wait(bytes(connection), NOT_BEGUN));
      look();
    }
  }

  private static long bytes(EndPoint connection) {
    Connection protocol = connection.getConnection();
    return protocol == null ? 0 : Math.max(0, protocol.getBytesIn());
  }

  /** The head of a request has come. */
  void complete(EndPoint connection) {
    waiting.remove(connection);
  }

  /** Looks again as long as somebody is waited for, and not when nobody is. */
  private void look() {
    Scheduler clock = scheduler;
    if (clock != null && !waiting.isEmpty() && looking.compareAndSet(false, true)) {
      clock.schedule(this::sweep, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    try {
      long now = System.nanoTime();
      waiting.forEach((connection, wait) -> look(connection, wait, now));
    } finally {
      looking.set(false);
      look();
    }
  }

  private void look(EndPoint connection, Wait wait, long now) {
    if (!connection.isOpen()) {
      waiting.remove(connection);
    } else if (wait.since() == NOT_BEGUN) {
      if (bytes(connection) != wait.bytes()) {
        waiting.replace(connection, wait, new Wait(wait.bytes(), now == NOT_BEGUN ? 1 : now));
      }
    } else if (now - wait.since() > nanos && waiting.remove(connection, wait)) {
      connection.close();
    }
  }
}
