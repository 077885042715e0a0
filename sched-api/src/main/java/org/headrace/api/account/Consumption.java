package org.headrace.api.account;

/**
 * What somebody uses now, and has used. Immutable; arrays are by the index in {@link Tres}, may be
 * shorter than there are resources, and aren't changed by anybody.
 *
 * @param jobs running jobs
 * @param submitted jobs that wait or run
 * @param held resources that running jobs hold
 * @param spent resource seconds of the past, decayed
 * @param wall seconds of the past that jobs took, decayed
 * @param ends for each resource, what is held times the minute at which it is given back; see
 *     {@link #runMinutes}
 */
public record Consumption(
    long jobs, long submitted, long[] held, double[] spent, double wall, long[] ends) {
  private static final long[] NO_NUMBERS = {};
  private static final double[] NO_SUMS = {};
  private static final long MINUTE = 60_000;

  /** From where minutes are counted, so that they stay small. */
  private static final long BASE = 1_600_000_000_000L / MINUTE;

  /** Nothing. */
  public static final Consumption NONE = new Consumption(0, 0, NO_NUMBERS, NO_SUMS, 0, NO_NUMBERS);

  /** How much of a resource is held. */
  public long held(int tres) {
    return tres < held.length ? held[tres] : 0;
  }

  /** Resource seconds of the past, decayed. */
  public double spent(int tres) {
    return tres < spent.length ? spent[tres] : 0;
  }

  /** Resource minutes that running jobs may still use, as far as they keep their time limits. */
  public double runMinutes(int tres, long now) {
    return tres < ends.length ? Math.max(0, ends[tres] - held(tres) * minute(now)) : 0;
  }

  /** One or more jobs more, or fewer, that wait or run. */
  public Consumption submitted(long more) {
    return new Consumption(jobs, submitted + more, held, spent, wall, ends);
  }

  /**
   * A running job more or less.
   *
   * @param counts what it holds
   * @param endsBy when it gives it back, in epoch milliseconds
   * @param sign 1 or −1
   */
  public Consumption running(long[] counts, long endsBy, int sign) {
    long[] nowHeld = java.util.Arrays.copyOf(held, Math.max(held.length, counts.length));
    long[] nowEnds = java.util.Arrays.copyOf(ends, Math.max(ends.length, counts.length));
    long at = minute(endsBy);
    for (int i = 0; i < counts.length; i++) {
      nowHeld[i] += sign * counts[i];
      nowEnds[i] += sign * counts[i] * at;
    }
    return new Consumption(jobs + sign, submitted, nowHeld, spent, wall, nowEnds);
  }

  /** So many seconds of a job that holds that much, times a factor. */
  public Consumption spent(long[] counts, double seconds, double factor) {
    double[] more = java.util.Arrays.copyOf(spent, Math.max(spent.length, counts.length));
    for (int i = 0; i < counts.length; i++) {
      more[i] += counts[i] * seconds * factor;
    }
    return new Consumption(jobs, submitted, held, more, wall + seconds * factor, ends);
  }

  /** What was used, times a factor; nothing of it for a factor of zero. */
  public Consumption decayed(double factor) {
    double[] less = factor == 0 ? NO_SUMS : spent.clone();
    for (int i = 0; i < less.length; i++) {
      less[i] *= factor;
    }
    return new Consumption(jobs, submitted, held, less, wall * factor, ends);
  }

  /** The past alone, without what jobs use now. */
  public Consumption past() {
    return new Consumption(0, 0, NO_NUMBERS, spent, wall, NO_NUMBERS);
  }

  private static long minute(long time) {
    return time / MINUTE - BASE;
  }
}
