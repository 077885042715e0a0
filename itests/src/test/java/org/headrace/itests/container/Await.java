package org.headrace.itests.container;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for conditions, up to a deadline. */
final class Await {
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Await() {}

  /**
   * Waits until a condition holds, as long as there is progress: a loaded machine takes longer.
   *
   * @param progress something that changes while there is progress
   */
  static void whileMoving(
      String what,
      Duration patience,
      Callable<Boolean> condition,
      Callable<String> progress,
      Supplier<String> otherwise)
      throws Exception {
    String before = "";
    long deadline = 0;
    while (!condition.call()) {
      String now = progress.call();
      if (!now.equals(before)) {
        before = now;
        deadline = System.nanoTime() + patience.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new AssertionError(
            what + ": no progress for " + patience.toSeconds() + " s\n" + otherwise.get());
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /**
   * Waits until a condition holds.
   *
   * @param otherwise says how things stand, for the message when the time is up
   */
  static void until(
      String what, Duration patience, Callable<Boolean> condition, Supplier<String> otherwise)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            what + ": not within " + patience.toSeconds() + " s\n" + otherwise.get());
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }
}
