package org.headrace.topology.flat.internal;

import java.util.Arrays;
import org.headrace.api.topology.TopologyRequest;

/** Finds the shortest stretch of neighbouring nodes that serves a request. */
final class BestWindow {
  private final FlatTopology.Row row;
  private final TopologyRequest request;
  private int bestStart = -1;
  private int bestLength = Integer.MAX_VALUE;
  private long bestSum;
  private int bestRun;

  BestWindow(FlatTopology.Row row, TopologyRequest request) {
    this.row = row;
    this.request = request;
  }

  /** Node ids in their order, or null. */
  int[] find() {
    int start = 0;
    while (start < row.count) {
      int end = start + 1;
      while (end < row.count && row.place[end] == row.place[end - 1] + 1) {
        end++;
      }
      scan(start, end);
      start = end;
    }
    return bestStart < 0 ? null : Arrays.copyOfRange(row.ids, bestStart, bestStart + bestLength);
  }

  /** For each right end, the shortest window that suffices; lengths and sums move with it. */
  private void scan(int from, int to) {
    int min = Math.max(1, request.minNodes());
    long sum = 0;
    int must = 0;
    int left = from;
    for (int right = from; right < to; right++) {
      sum += row.capacity[right];
      must += row.must[right] ? 1 : 0;
      while (right - left + 1 > min
          && sum - row.capacity[left] >= request.needed()
          && !(row.must[left] && must == row.required)) {
        sum -= row.capacity[left];
        must -= row.must[left] ? 1 : 0;
        left++;
      }
      int length = right - left + 1;
      if (length >= min
          && length <= request.maxNodes()
          && sum >= request.needed()
          && must == row.required) {
        offer(left, length, sum, to - from);
      }
    }
  }

  private void offer(int start, int length, long sum, int run) {
    boolean better =
        length != bestLength ? length < bestLength : sum != bestSum ? sum < bestSum : run < bestRun;
    if (better) {
      bestStart = start;
      bestLength = length;
      bestSum = sum;
      bestRun = run;
    }
  }
}
