package org.headrace.itests.system;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions of other processes, up to a deadline. */
final class Patience {
  /** Long enough for a JVM to start on a machine that does other work as well. */
  static final Duration LONG = Duration.ofSeconds(90);

  /** For what a running cluster does in well under a second when it is alone. */
  static final Duration USUAL = Duration.ofSeconds(40);

  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private Patience() {}

  /** A condition, and how things stand. */
  interface Attempt<T> {
    /** The value if the condition holds, else null. */
    T get() throws Exception;
  }

  /**
   * Waits for a value.
   *
   * @param state says how things stand, for the message when the time is up
   * @throws AssertionError if the time is up
   */
  static <T> T value(String what, Duration patience, Attempt<T> attempt, Callable<String> state)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      T value = attempt.get();
      if (value != null) {
        return value;
      }
      if (System.nanoTime() > deadline) {
        // In one line, as a summary of failures shows the first.
        String stand = state.call().strip().replace("\n", " | ");
        throw new AssertionError(what + ": not within " + patience.toSeconds() + " s; " + stand);
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Waits until a condition holds. */
  static void until(
      String what, Duration patience, Callable<Boolean> condition, Callable<String> state)
      throws Exception {
    value(what, patience, () -> condition.call() ? Boolean.TRUE : null, state);
  }
}
