package org.headrace.bench.internal;

import java.io.PrintStream;
import org.headrace.bench.internal.stat.Stopwatch;

/** Tells on standard error what takes long, at most once a second. Thread-safe. */
public final class Progress {
  private static final double PAUSE_SECONDS = 1;

  private final PrintStream err;
  private final Stopwatch begun = Stopwatch.start();
  private double last = -PAUSE_SECONDS;

  public Progress(PrintStream err) {
    this.err = err;
  }

  /** Shown unless something was shown less than a second ago. */
  public synchronized void step(String text) {
    if (begun.seconds() - last >= PAUSE_SECONDS) {
      tell(text);
    }
  }

  /** Shown in any case. */
  public synchronized void tell(String text) {
    last = begun.seconds();
    err.printf("bench %4.0f s  %s%n", last, text);
  }
}
