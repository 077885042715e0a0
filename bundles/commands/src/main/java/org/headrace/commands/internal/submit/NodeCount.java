package org.headrace.commands.internal.submit;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.headrace.api.model.ResourceRequest;
import org.headrace.slurmconf.text.RangeList;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * A number of nodes: {@code 4}, {@code 2-8}, {@code 1k}, {@code 2,4,8}, {@code 1-15:4}.
 *
 * @param min fewest
 * @param max most
 * @param counts those that are allowed, ascending; empty where all from {@code min} to {@code max}
 *     are
 */
public record NodeCount(int min, int max, List<Integer> counts) {
  /** Any number of a range. */
  NodeCount(int min, int max) {
    this(min, max, List.of());
  }

  /**
   * Reads it.
   *
   * @throws TextFormatException when it is no such number
   */
  public static NodeCount parse(String text) {
    RangeList list = RangeList.parse(text);
    if (list.max() >= Integer.MAX_VALUE) {
      throw new TextFormatException(
          "node count " + TextFormatException.quote(text) + " is larger than any cluster");
    }
    int min = (int) list.min();
    int max = (int) list.max();
    return list.isContiguous() ? new NodeCount(min, max) : of(counts(text, list));
  }

  private static TreeSet<Integer> counts(String text, RangeList list) {
    TreeSet<Integer> counts = new TreeSet<>();
    for (RangeList.Range range : list.ranges()) {
      for (long count = range.low(); count <= range.high(); count += range.step()) {
        counts.add((int) count);
        if (counts.size() > ResourceRequest.MOST_COUNTS) {
          throw new TextFormatException(
              "%s is a list of more than %d node counts; MIN-MAX is any of a range"
                  .formatted(TextFormatException.quote(text), ResourceRequest.MOST_COUNTS));
        }
      }
    }
    return counts;
  }

  private static NodeCount of(TreeSet<Integer> counts) {
    int min = counts.first();
    int max = counts.last();
    boolean all = max - min < counts.size();
    return new NodeCount(min, max, all ? List.of() : List.copyOf(counts));
  }

  /** Those of at least and at most so many nodes; null where there are none. */
  public NodeCount within(int least, int most) {
    if (counts.isEmpty()) {
      int low = Math.max(min, least);
      int high = Math.min(max, most);
      return low > high ? null : new NodeCount(low, high);
    }
    TreeSet<Integer> left =
        counts.stream()
            .filter(count -> count >= least && count <= most)
            .collect(Collectors.toCollection(TreeSet::new));
    return left.isEmpty() ? null : of(left);
  }

  /** The request with these numbers of nodes. */
  public ResourceRequest in(ResourceRequest request) {
    return counts.isEmpty() ? request.withNodes(min, max) : request.withCounts(counts);
  }
}
