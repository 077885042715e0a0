package org.headrace.sched.backfill.internal;

import java.util.Arrays;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
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

  private long[] ends = new long[64];
  private Allocation[] allocations = new Allocation[64];
  private int count;
  private boolean sorted = true;

  /** The jobs that run. */
  static ResourceTimeline of(ClusterView view) {
    ResourceTimeline timeline = new ResourceTimeline();
    for (RunningJob job : view.running()) {
      long end = job.endsBy() == JobClass.UNLIMITED ? job.started() + YEAR : job.endsBy();
      timeline.add(end, job.allocation());
    }
    return timeline;
  }

  /** A job that holds {@code allocation} until {@code end}. */
  void add(long end, Allocation allocation) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      allocations = Arrays.copyOf(allocations, 2 * count);
    }
    sorted &= count == 0 || ends[count - 1] <= end;
    ends[count] = end;
    allocations[count++] = allocation;
  }

  int size() {
    return count;
  }

  /** The {@code i}-th end, ascending. */
  long end(int i) {
    sort();
    return ends[i];
  }

  /** Index behind the last end that is not later than the {@code i}-th. */
  int after(int i) {
    sort();
    int next = i + 1;
    while (next < count && ends[next] == ends[i]) {
      next++;
    }
    return next;
  }

  /** Gives back in {@code ledger} what the jobs from {@code from} to before {@code to} hold. */
  void release(ResourceLedger ledger, int from, int to) {
    sort();
    for (int i = from; i < to; i++) {
      ledger.release(allocations[i]);
    }
  }

  /** Stable, so that equal ends keep the order in which they came. */
  private void sort() {
    if (sorted) {
      return;
    }
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    long[] keys = ends;
    Arrays.sort(order, (a, b) -> Long.compare(keys[a], keys[b]));
    long[] newEnds = new long[ends.length];
    Allocation[] newAllocations = new Allocation[ends.length];
    for (int i = 0; i < count; i++) {
      newEnds[i] = ends[order[i]];
      newAllocations[i] = allocations[order[i]];
    }
    ends = newEnds;
    allocations = newAllocations;
    sorted = true;
  }
}
