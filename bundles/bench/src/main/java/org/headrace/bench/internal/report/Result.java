package org.headrace.bench.internal.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * One measure's outcome: a line of the table.
 *
 * @param name for instance {@code latency.squeue}
 * @param unit for instance {@code ms}
 * @param better whether less or more of it is better
 * @param conditions how it was measured
 * @param figures ours first, then the peer's if there is one
 */
public record Result(
    String name, String unit, Better better, String conditions, List<Figure> figures) {

  /** Which way is better. */
  public enum Better {
    LESS,
    MORE
  }

  public Result {
    figures = List.copyOf(figures);
  }

  /** Our median divided by the peer's, if both were measured and the peer's isn't 0. */
  public OptionalDouble ratio() {
    if (figures.size() != 2
        || figures.get(0).samples().isEmpty()
        || figures.get(1).samples().isEmpty()) {
      return OptionalDouble.empty();
    }
    double theirs = figures.get(1).samples().get().median();
    return theirs == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(figures.get(0).samples().get().median() / theirs);
  }

  public boolean failed() {
    return figures.stream().anyMatch(Figure::failed);
  }
}
