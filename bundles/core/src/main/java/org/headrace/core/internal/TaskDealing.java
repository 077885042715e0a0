package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Deals a step's tasks out to its nodes, each of which gets one at least, by the first word of
 * {@code --distribution} (manual page of srun):
 *
 * <ul>
 *   <li>block: neighbours share a node; nodes get as many as each other, as far as they have room.
 *       With {@code ,Pack} a node is filled before the next;
 *   <li>cyclic: in turn;
 *   <li>plane=N: in turn, N at a time.
 * </ul>
 */
final class TaskDealing {
  private final int[] most;
  private final int tasks;

  /**
   * @param most most tasks of each node, above 0
   * @param tasks at least as many as there are nodes, at most the sum of {@code most}
   */
  TaskDealing(int[] most, int tasks) {
    this.most = most;
    this.tasks = tasks;
  }

  /** Numbers of the tasks of each node. */
  List<List<Integer>> deal(String distribution) {
    String wish = distribution.toLowerCase(Locale.ROOT);
    if (wish.startsWith("cyclic")) {
      return inTurn(1);
    }
    if (wish.startsWith("plane=")) {
      return inTurn(plane(wish));
    }
    return inBlocks(wish.endsWith(",pack") ? packed() : even());
  }

  private static int plane(String wish) {
    String digits = wish.substring("plane=".length()).replaceAll("[^0-9].*", "");
    return digits.isEmpty() || digits.length() > 6 ? 1 : Math.max(1, Integer.parseInt(digits));
  }

  private int[] packed() {
    int[] counts = new int[most.length];
    int left = tasks;
    for (int i = 0; i < counts.length; i++) {
      int after = counts.length - 1 - i;
      counts[i] = Math.min(most[i], left - after);
      left -= counts[i];
    }
    return counts;
  }

  private int[] even() {
    int[] counts = new int[most.length];
    int left = tasks;
    while (left > 0) {
      for (int i = 0; i < counts.length && left > 0; i++) {
        if (counts[i] < most[i]) {
          counts[i]++;
          left--;
        }
      }
    }
    return counts;
  }

  private static List<List<Integer>> inBlocks(int[] counts) {
    List<List<Integer>> ranks = new ArrayList<>();
    int next = 0;
    for (int count : counts) {
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        own.add(next++);
      }
      ranks.add(own);
    }
    return ranks;
  }

  private List<List<Integer>> inTurn(int block) {
    List<List<Integer>> ranks = new ArrayList<>();
    Arrays.stream(most).forEach(node -> ranks.add(new ArrayList<>()));
    int next = 0;
    for (boolean first = true; next < tasks; first = false) {
      for (int i = 0; i < most.length; i++) {
        List<Integer> own = ranks.get(i);
        int after = first ? most.length - 1 - i : 0;
        int count = Math.min(Math.min(block, most[i] - own.size()), tasks - next - after);
        for (int task = 0; task < count; task++) {
          own.add(next++);
        }
      }
    }
    return ranks;
  }
}
