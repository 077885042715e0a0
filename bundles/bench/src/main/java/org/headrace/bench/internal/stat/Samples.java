package org.headrace.bench.internal.stat;

import java.util.Arrays;
import java.util.List;

/** Measured values of one quantity, in no particular unit. Immutable. */
public final class Samples {
  private final double[] sorted;

  private Samples(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * Values in any order.
   *
   * @throws IllegalArgumentException if there are none, or one is not a number
   */
  public static Samples of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values: at least one measurement is needed");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("a measured value is not a number");
    }
    return new Samples(sorted);
  }

  /** As {@link #of(double...)}. */
  public static Samples of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  public int count() {
    return sorted.length;
  }

  public double min() {
    return sorted[0];
  }

  public double max() {
    return sorted[sorted.length - 1];
  }

  /** The value in the middle, or the mean of the two in the middle. */
  public double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * The smallest value that at least {@code percent} of all values don't exceed (nearest rank).
   *
   * @param percent above 0, at most 100
   */
  public double percentile(double percent) {
    if (!(percent > 0 && percent <= 100)) {
      throw new IllegalArgumentException(
          "percentile " + percent + ": a number above 0 and up to 100 is right");
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }
}
