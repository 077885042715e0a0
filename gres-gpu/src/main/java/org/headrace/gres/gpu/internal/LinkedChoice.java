package org.headrace.gres.gpu.internal;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;

/**
 * Chooses devices that are well connected: near the cores if they can be, then those with the most
 * connections among them, then those that leave the most among the others, then the first. Of few
 * devices all sets are looked at; of many, one is made from each device by adding the best next.
 */
final class LinkedChoice {
  /** Sets of so few devices are looked at one by one: there are at most 924. */
  private static final int FEW = 12;

  private final List<GresDevice> free;
  private final int[][] links;
  private final boolean[] far;

  private boolean[] best;
  private long[] bestRank;

  /**
   * @param cores that the job would use; empty when that isn't settled
   */
  LinkedChoice(List<GresDevice> free, CoreSet cores) {
    this.free = free;
    int size = free.size();
    links = new int[size][size];
    far = new boolean[size];
    for (int i = 0; i < size; i++) {
      GresDevice one = free.get(i);
      far[i] = !cores.isEmpty() && !one.cores().isEmpty() && !one.cores().intersects(cores);
      for (int j = 0; j < size; j++) {
        // Where two devices say different things of their connection, it's the larger number.
        GresDevice other = free.get(j);
        links[i][j] =
            i == j ? 0 : Math.max(one.linksTo(other.number()), other.linksTo(one.number()));
      }
    }
  }

  /** So many devices, fewer than there are. */
  CoreSet choose(int count) {
    boolean[] chosen = new boolean[free.size()];
    if (free.size() <= FEW) {
      all(chosen, 0, count);
    } else {
      for (int start = 0; start < free.size(); start++) {
        grown(start, count);
      }
    }
    int[] numbers = new int[count];
    int next = 0;
    for (int i = 0; i < best.length; i++) {
      if (best[i]) {
        numbers[next++] = free.get(i).number();
      }
    }
    return CoreSet.of(numbers);
  }

  private void all(boolean[] chosen, int from, int left) {
    if (left == 0) {
      consider(chosen);
      return;
    }
    for (int i = from; i <= chosen.length - left; i++) {
      chosen[i] = true;
      all(chosen, i + 1, left - 1);
      chosen[i] = false;
    }
  }

  private void grown(int start, int count) {
    boolean[] chosen = new boolean[free.size()];
    chosen[start] = true;
    for (int size = 1; size < count; size++) {
      int next = -1;
      long nextRank = 0;
      for (int i = 0; i < chosen.length; i++) {
        long rank = chosen[i] ? -1 : linksTo(chosen, i) * 2 + (far[i] ? 0 : 1);
        if (rank >= 0 && (next < 0 || rank > nextRank)) {
          next = i;
          nextRank = rank;
        }
      }
      chosen[next] = true;
    }
    consider(chosen);
  }

  private long linksTo(boolean[] chosen, int device) {
    long sum = 0;
    for (int i = 0; i < chosen.length; i++) {
      sum += chosen[i] ? links[device][i] : 0;
    }
    return sum;
  }

  private void consider(boolean[] chosen) {
    long distant = 0;
    long inside = 0;
    long outside = 0;
    for (int i = 0; i < chosen.length; i++) {
      distant += chosen[i] && far[i] ? 1 : 0;
      for (int j = 0; j < i; j++) {
        inside += chosen[i] && chosen[j] ? links[i][j] : 0;
        outside += !chosen[i] && !chosen[j] ? links[i][j] : 0;
      }
    }
    long[] rank = {-distant, inside, outside};
    if (best == null || Arrays.compare(rank, bestRank) > 0) {
      best = chosen.clone();
      bestRank = rank;
    }
  }
}
