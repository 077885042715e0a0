package org.headrace.bench.internal.stat;

/** Elapsed time since its making, by the monotonic clock. */
public final class Stopwatch {
  private final long begun = System.nanoTime();

  private Stopwatch() {}

  public static Stopwatch start() {
    return new Stopwatch();
  }

  public double seconds() {
    return (System.nanoTime() - begun) / 1e9;
  }
}
