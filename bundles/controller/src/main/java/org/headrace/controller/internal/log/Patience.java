package org.headrace.controller.internal.log;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How long to wait for what should take next to no time. Time in which there is a reason to wait
 * doesn't count. For one thread.
 */
final class Patience {
  private final long nanos;
  private final LongSupplier clock;
  private final BooleanSupplier reason;
  private long since;

  /**
   * Begins to wait.
   *
   * @param clock in nanoseconds
   * @param reason whether there is a reason to wait now
   */
  Patience(long nanos, LongSupplier clock, BooleanSupplier reason) {
    this.nanos = nanos;
    this.clock = clock;
    this.reason = reason;
    since = clock.getAsLong();
  }

  /** Whether it has been too long without a reason. */
  boolean isOver() {
    long now = clock.getAsLong();
    if (reason.getAsBoolean()) {
      since = now;
    }
    return now - since > nanos;
  }
}
