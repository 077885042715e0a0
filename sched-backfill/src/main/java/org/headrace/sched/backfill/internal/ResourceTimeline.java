package org.headrace.sched.backfill.internal;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;

/**
 * What becomes free when, as far as running jobs keep their time limits. Ends are kept in one
 * primitive column and sorted only when somebody looks ahead; ledgers are made for the moments that
 * are asked for, and only then.
 */
final class ResourceTimeline {
  /** Ends of jobs without a limit: far enough to be last, near enough to add to. */
  static final long YEAR = 365L * 24 * 3600 * 1000;

  private static final int INDEX_BITS = 22;

  private long[] ends;
  private Allocation[] allocations;
  private int count;

  /** So many of the first ends are in order. */
  private int sorted;

  private int changes;

  private ResourceTimeline(int capacity) {
    ends = new long[capacity];
    allocations = new Allocation[capacity];
  }

  /** The jobs that run. Those that overstay their limits are about to go: they end at once. */
  static ResourceTimeline of(ClusterView view, long now) {
    List<RunningJob> running = view.running();
    ResourceTimeline timeline = new ResourceTimeline(running.size() + 64);
    for (RunningJob job : running) {
      long end = job.endsBy() == JobClass.UNLIMITED ? job.started() + YEAR : job.endsBy();
      timeline.add(Math.max(now, end), job.allocation());
    }
    return timeline;
  }

  /** Grows with each change. */
  int changes() {
    return changes;
  }

  /** A job that holds {@code allocation} until {@code end}. */
  void add(long end, Allocation allocation) {
    changes++;
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      allocations = Arrays.copyOf(allocations, 2 * count);
    }
    boolean inOrder = sorted == count && (count == 0 || ends[count - 1] <= end);
    ends[count] = end;
    allocations[count++] = allocation;
    sorted = inOrder ? count : sorted;
  }

  /** Has a job, known by what it holds, end at another time. */
  void endsAt(Allocation allocation, long end) {
    int index = indexOf(allocation);
    ends[index] = end;
    sorted = Math.min(sorted, index);
    changes++;
  }

  /** Has a job, known by what it holds, hold something else. */
  void replace(Allocation allocation, Allocation other) {
    allocations[indexOf(allocation)] = other;
    changes++;
  }

  private int indexOf(Allocation allocation) {
    int index = 0;
    while (allocations[index] != allocation) {
      index++;
    }
    return index;
  }

  int size() {
    return count;
  }

  /** The {@code i}-th end, ascending. */
  long end(int i) {
    sort();
    return ends[i];
  }

  /** How many jobs end at {@code moment} or before. */
  int endedBy(long moment) {
    sort();
    return firstAfter(moment, count);
  }

  /** Gives back in {@code ledger} what the jobs from {@code from} to before {@code to} hold. */
  void release(ResourceLedger ledger, int from, int to) {
    sort();
    for (int i = from; i < to; i++) {
      ledger.release(allocations[i]);
    }
  }

  /**
   * The first moment at which so many cores can be free on {@code nodes}, if {@code free} are now:
   * zero when they are enough, {@link Long#MAX_VALUE} when that never happens.
   */
  long coresFree(NodeMask nodes, long free, long wanted) {
    if (free >= wanted) {
      return 0;
    }
    sort();
    long sum = free;
    for (int i = 0; i < count; i++) {
      List<NodeAllocation> parts = allocations[i].nodes();
      for (int j = 0; j < parts.size(); j++) {
        NodeAllocation part = parts.get(j);
        sum += nodes.contains(part.node()) ? part.cores().size() : 0;
      }
      if (sum >= wanted) {
        return ends[i];
      }
    }
    return Long.MAX_VALUE;
  }

  /**
   * Stable, so that equal ends keep the order in which they came. Those that are in order stay, and
   * what has come since goes between them: it is little, and asked for after each start.
   */
  private void sort() {
    if (sorted == count) {
      return;
    }
    int[] order = order(sorted, count);
    long[] laterEnds = new long[order.length];
    Allocation[] laterAllocations = new Allocation[order.length];
    for (int i = 0; i < order.length; i++) {
      laterEnds[i] = ends[order[i]];
      laterAllocations[i] = allocations[order[i]];
    }
    merge(laterEnds, laterAllocations);
    sorted = count;
  }

  /** From the last one down; at equal ends those that were in order are first. */
  private void merge(long[] laterEnds, Allocation[] laterAllocations) {
    int before = sorted;
    int at = count;
    for (int later = laterEnds.length; later > 0; later--) {
      int from = firstAfter(laterEnds[later - 1], before);
      int moved = before - from;
      System.arraycopy(ends, from, ends, at - moved, moved);
      System.arraycopy(allocations, from, allocations, at - moved, moved);
      at -= moved + 1;
      before = from;
      ends[at] = laterEnds[later - 1];
      allocations[at] = laterAllocations[later - 1];
    }
  }

  /** How many of the first {@code limit} ends, which are in order, come by {@code moment}. */
  private int firstAfter(long moment, int limit) {
    int low = 0;
    int high = limit;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= moment) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** End and index in one number where both fit, which is sorted several times faster. */
  private int[] order(int from, int to) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      least = Math.min(least, ends[i]);
      most = Math.max(most, ends[i]);
    }
    int[] order = new int[to - from];
    if (to < 1 << INDEX_BITS && most - least >= 0 && most - least < Long.MAX_VALUE >> INDEX_BITS) {
      long[] keys = new long[order.length];
      for (int i = from; i < to; i++) {
        keys[i - from] = (ends[i] - least) << INDEX_BITS | i;
      }
      Arrays.sort(keys);
      for (int i = 0; i < order.length; i++) {
        order[i] = (int) keys[i] & (1 << INDEX_BITS) - 1;
      }
      return order;
    }
    Integer[] boxed = new Integer[order.length];
    Arrays.setAll(boxed, i -> from + i);
    long[] keys = ends;
    Arrays.sort(boxed, (a, b) -> Long.compare(keys[a], keys[b]));
    Arrays.setAll(order, i -> boxed[i]);
    return order;
  }
}
