package org.headrace.slurmconf.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Allowed numbers, as {@code --nodes} takes them: {@code 4}, {@code 2-8}, {@code 2,4,8}, {@code
 * 1-15:4}, each with an optional k or m.
 *
 * @param ranges at least one, in the order written
 */
public record RangeList(List<Range> ranges) {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,10}[kKmM]?)(?:-(\\d{1,10}[kKmM]?)(?::(\\d{1,9}))?)?");
  private static final int MAX_PARTS = 4096;

  /**
   * Numbers from {@code low} to {@code high}, {@code step} apart.
   *
   * @param step at least 1
   */
  public record Range(long low, long high, long step) {
    /** Whether a number is one of them. */
    public boolean contains(long number) {
      return number >= low && number <= high && (number - low) % step == 0;
    }

    long last() {
      return low + (high - low) / step * step;
    }
  }

  /** A range that ends before it begins. */
  public static final class Backwards extends TextFormatException {
    private static final long serialVersionUID = 1L;

    Backwards(long low, long high) {
      super("Maximum node count " + high + " is less than minimum node count " + low);
    }
  }

  /** Copies its argument. */
  public RangeList {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads such a list.
   *
   * @throws TextFormatException when it is malformed or a range runs backwards
   */
  public static RangeList parse(String text) {
    String[] parts = text.split(",", MAX_PARTS + 1);
    if (parts.length > MAX_PARTS) {
      throw new TextFormatException("more than " + MAX_PARTS + " parts in a list of numbers");
    }
    List<Range> ranges = new ArrayList<>();
    for (String part : parts) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw new TextFormatException(
            TextFormatException.quote(text) + " is not N, MIN-MAX, MIN-MAX:STEP or a list of them");
      }
      long low = Sizes.parseCount(matcher.group(1));
      long high = matcher.group(2) == null ? low : Sizes.parseCount(matcher.group(2));
      long step = matcher.group(3) == null ? 1 : Long.parseLong(matcher.group(3));
      if (high < low) {
        throw new Backwards(low, high);
      }
      if (step == 0) {
        throw new TextFormatException(TextFormatException.quote(text) + " has a step of 0");
      }
      ranges.add(new Range(low, high, step));
    }
    return new RangeList(ranges);
  }

  /** The smallest allowed number. */
  public long min() {
    return ranges.stream().mapToLong(Range::low).min().orElseThrow();
  }

  /** The largest allowed number. */
  public long max() {
    return ranges.stream().mapToLong(Range::last).max().orElseThrow();
  }

  /** Whether a number is allowed. */
  public boolean contains(long number) {
    return ranges.stream().anyMatch(range -> range.contains(number));
  }

  /** Whether every number from {@link #min()} to {@link #max()} is allowed. */
  public boolean isContiguous() {
    return ranges.size() == 1 && (ranges.get(0).step() == 1 || min() == max());
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (Range range : ranges) {
      if (out.length() > 0) {
        out.append(',');
      }
      out.append(range.low());
      if (range.high() != range.low()) {
        out.append('-').append(range.high());
        if (range.step() != 1) {
          out.append(':').append(range.step());
        }
      }
    }
    return out.toString();
  }
}
