package org.headrace.api.job;

import java.util.List;

/**
 * Indexes of a job array.
 *
 * @param ranges indexes, ascending and without overlap; empty for a job that is no array
 * @param maxRunning how many tasks may run at once, or zero for any number
 */
public record JobArray(List<Range> ranges, int maxRunning) {
  /** Not an array. */
  public static final JobArray NONE = new JobArray(List.of(), 0);

  public JobArray {
    ranges = List.copyOf(ranges);
  }

  /**
   * Indexes {@code first, first + step … last}.
   *
   * @param first lowest index, at least 0
   * @param last highest index, a whole number of steps above {@code first}
   * @param step at least 1
   */
  public record Range(int first, int last, int step) {
    public int count() {
      return (last - first) / step + 1;
    }

    public boolean contains(int index) {
      return index >= first && index <= last && (index - first) % step == 0;
    }
  }

  public boolean isArray() {
    return !ranges.isEmpty();
  }

  public boolean contains(int index) {
    return ranges.stream().anyMatch(range -> range.contains(index));
  }

  /** Number of indexes. */
  public int count() {
    return ranges.stream().mapToInt(Range::count).sum();
  }
}
