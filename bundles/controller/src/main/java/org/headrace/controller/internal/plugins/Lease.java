package org.headrace.controller.internal.plugins;

import java.util.concurrent.TimeUnit;

/**
 * One plugin and the calls in flight on it. Closing waits for them, so that a plugin isn't stopped
 * under a call.
 */
final class Lease {
  private final Object plugin;
  private int inFlight;
  private boolean closed;

  Lease(Object plugin) {
    this.plugin = plugin;
  }

  Object plugin() {
    return plugin;
  }

  /** True when the call may be made; then {@link #exit} has to follow. */
  synchronized boolean enter() {
    if (closed) {
      return false;
    }
    inFlight++;
    return true;
  }

  synchronized void exit() {
    inFlight--;
    notifyAll();
  }

  /**
   * Lets no further call in and waits for those in flight.
   *
   * @return false if calls are still in flight after the time
   */
  synchronized boolean close(long time, TimeUnit unit) {
    closed = true;
    long deadline = System.nanoTime() + unit.toNanos(time);
    boolean interrupted = false;
    while (inFlight > 0) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        break;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return inFlight == 0;
  }
}
