package org.headrace.topology.tree.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Chooses the fewest of some units that have room for so much. */
final class Fewest {
  private Fewest() {}

  /**
   * The fewest units; of equally few neighbours, else the ones with the least to spare that taking
   * the largest first leads to.
   *
   * @param room what each has room for
   * @param must what of it has to be there; a unit where that isn't zero is chosen in any case
   * @return positions, ascending, or null if all together have too little
   */
  static int[] units(int[] room, int[] must, int wanted) {
    if (IntStream.range(0, room.length).anyMatch(unit -> must[unit] > room[unit])
        || Arrays.stream(must).sum() > wanted) {
      return null;
    }
    int[] order =
        IntStream.range(0, room.length)
            .boxed()
            .sorted(
                Comparator.comparing((Integer unit) -> must[unit] == 0)
                    .thenComparing(unit -> -room[unit]))
            .mapToInt(Integer::intValue)
            .toArray();
    int count = 0;
    long sum = 0;
    while (count < order.length && (sum < wanted || must[order[count]] > 0)) {
      sum += room[order[count++]];
    }
    if (sum < wanted) {
      return null;
    }
    int[] window = neighbours(room, must, wanted, count);
    return window != null ? window : largestFirst(room, must, wanted, order, count);
  }

  /** {@code count} units in a row with the least to spare, or null. */
  private static int[] neighbours(int[] room, int[] must, int wanted, int count) {
    int best = -1;
    long least = Long.MAX_VALUE;
    long sum = 0;
    int needed = (int) Arrays.stream(must).filter(one -> one > 0).count();
    int held = 0;
    int empty = 0;
    for (int end = 0; end < room.length; end++) {
      sum += room[end];
      held += must[end] > 0 ? 1 : 0;
      empty += room[end] == 0 ? 1 : 0;
      if (end >= count) {
        sum -= room[end - count];
        held -= must[end - count] > 0 ? 1 : 0;
        empty -= room[end - count] == 0 ? 1 : 0;
      }
      boolean suits = end >= count - 1 && sum >= wanted && held == needed && empty == 0;
      if (suits && sum < least) {
        least = sum;
        best = end - count + 1;
      }
    }
    int first = best;
    return best < 0 ? null : IntStream.range(first, first + count).toArray();
  }

  /** The largest ones, but for the last: the smallest that completes. */
  private static int[] largestFirst(int[] room, int[] must, int wanted, int[] order, int count) {
    int[] chosen = Arrays.copyOf(order, count);
    int last = order[count - 1];
    long others = -room[last];
    for (int unit : chosen) {
      others += room[unit];
    }
    for (int i = count; i < order.length && must[last] == 0; i++) {
      if (others + room[order[i]] >= wanted) {
        chosen[count - 1] = order[i];
      }
    }
    Arrays.sort(chosen);
    return chosen;
  }
}
