package org.headrace.slurmconf.text;

import java.util.List;

/**
 * One comma-separated part of a hostlist: literals and ranges in turn, {@code literals[0] ranges[0]
 * literals[1] ...}, with one literal more than there are bracketed parts.
 */
record HostTerm(List<String> literals, List<List<NumberRange>> dimensions) {

  /** Consecutive numbers written with at least {@code width} digits. */
  record NumberRange(long low, long high, int width) {
    long size() {
      return high - low + 1;
    }

    String format(long number) {
      String digits = Long.toString(number);
      return digits.length() >= width ? digits : "0".repeat(width - digits.length()) + digits;
    }
  }

  long size() {
    long product = 1;
    for (List<NumberRange> dimension : dimensions) {
      long sum = 0;
      for (NumberRange range : dimension) {
        sum += range.size();
      }
      if (sum < 0 || product > Long.MAX_VALUE / sum) {
        return Long.MAX_VALUE;
      }
      product *= sum;
    }
    return product;
  }

  /**
   * Slurm's order: the last bracket runs fastest, then the first, the second and so on; with two
   * brackets that is the order one expects.
   */
  void appendTo(List<String> names) {
    int count = dimensions.size();
    Cursor[] cursors = new Cursor[count];
    for (int i = 0; i < count; i++) {
      cursors[i] = new Cursor(dimensions.get(i));
    }
    while (true) {
      names.add(name(cursors));
      if (count == 0 || !advance(cursors)) {
        return;
      }
    }
  }

  private static boolean advance(Cursor[] cursors) {
    int last = cursors.length - 1;
    if (cursors[last].next()) {
      return true;
    }
    for (int i = 0; i < last; i++) {
      if (cursors[i].next()) {
        return true;
      }
    }
    return false;
  }

  private String name(Cursor[] cursors) {
    if (cursors.length == 0) {
      return literals.get(0);
    }
    StringBuilder name = new StringBuilder(literals.get(0));
    for (int i = 0; i < cursors.length; i++) {
      name.append(cursors[i].text()).append(literals.get(i + 1));
    }
    return name.toString();
  }

  /** Walks the numbers of one bracket, and starts again after the last. */
  private static final class Cursor {
    private final List<NumberRange> ranges;
    private int index;
    private long number;

    Cursor(List<NumberRange> ranges) {
      this.ranges = ranges;
      this.number = ranges.get(0).low();
    }

    String text() {
      return ranges.get(index).format(number);
    }

    boolean next() {
      if (number < ranges.get(index).high()) {
        number++;
        return true;
      }
      boolean more = index + 1 < ranges.size();
      index = more ? index + 1 : 0;
      number = ranges.get(index).low();
      return more;
    }
  }
}
