package org.headrace.sim.internal;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/**
 * Tells on standard error how far a run is, once it has taken two seconds, and then each second.
 */
public final class Progress {
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int LOOK_EVERY = 64;

  private final PrintStream err;
  private final String unit;
  private final int of;
  private final long begun = System.nanoTime();
  private long next = begun + FIRST_NANOS;

  /**
   * @param unit what is counted, for example {@code jobs}
   * @param of how many there are
   */
  public Progress(PrintStream err, String unit, int of) {
    this.err = err;
    this.unit = unit;
    this.of = of;
  }

  public void done(int count) {
    if (count % LOOK_EVERY != 0) {
      return;
    }
    long now = System.nanoTime();
    if (now - next >= 0) {
      err.printf("sim: %,d of %,d %s after %d s%n", count, of, unit, seconds(now));
      next = now + EVERY_NANOS;
    }
  }

  private long seconds(long now) {
    return TimeUnit.NANOSECONDS.toSeconds(now - begun);
  }
}
