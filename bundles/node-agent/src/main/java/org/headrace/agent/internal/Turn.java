package org.headrace.agent.internal;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an agent's actions one after the other on threads that many agents may share. Idle, it costs
 * nothing: threads sleep until there is an action or the time of the next one has come.
 */
final class Turn implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

  private final ScheduledExecutorService threads;
  private final ArrayDeque<Runnable> actions = new ArrayDeque<>();
  private boolean running;
  private boolean closed;

  Turn(ScheduledExecutorService threads) {
    this.threads = threads;
  }

  /** Something that will happen unless it is cancelled. */
  interface Timer {
    void cancel();
  }

  /** Runs an action soon; from any thread. */
  void execute(Runnable action) {
    synchronized (this) {
      if (closed) {
        return;
      }
      actions.add(action);
      if (running) {
        return;
      }
      running = true;
    }
    try {
      threads.execute(this::drain);
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent's threads are gone");
    }
  }

  /** Runs an action later; from any thread. */
  Timer schedule(long millis, Runnable action) {
    try {
      ScheduledFuture<?> future =
          threads.schedule(() -> execute(action), millis, TimeUnit.MILLISECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.debug("The agent's threads are gone");
      return () -> {};
    }
  }

  private void drain() {
    for (Runnable action = next(); action != null; action = next()) {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.error("An action of the agent failed; going on", e);
      }
    }
  }

  private synchronized Runnable next() {
    Runnable action = closed ? null : actions.poll();
    running = action != null;
    return action;
  }

  /** Drops what is left to do. */
  @Override
  public synchronized void close() {
    closed = true;
    actions.clear();
  }
}
