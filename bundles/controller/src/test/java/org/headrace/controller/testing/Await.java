package org.headrace.controller.testing;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions. */
public final class Await {
  private static final long STEP_NANOS = 2_000_000;

  private Await() {}

  /** Waits until it is true, half a minute at most. */
  public static void until(String what, BooleanSupplier condition) {
    until(what, 30, condition);
  }

  /** Waits until it is true, so many seconds at most. */
  public static void until(String what, int seconds, BooleanSupplier condition) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + seconds + " s: " + what);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
