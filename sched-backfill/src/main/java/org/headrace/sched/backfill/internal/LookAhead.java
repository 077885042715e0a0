package org.headrace.sched.backfill.internal;

import java.util.TreeSet;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;

/** Finds the earliest moment at which a job that doesn't fit now can start. */
final class LookAhead {
  private final ResourceTimeline timeline;
  private final Promises promises;
  private final ResourceLedger now;
  private final long time;

  LookAhead(ResourceTimeline timeline, Promises promises, ResourceLedger now, long time) {
    this.time = time;
    this.timeline = timeline;
    this.promises = promises;
    this.now = now;
  }

  /** A reservation at the earliest moment up to {@code horizon}, or null. */
  Reservation find(long jobId, JobDemand demand, long duration, long horizon, boolean flexible) {
    return promises.touch(demand)
        ? betweenPromises(jobId, demand, duration, horizon, flexible)
        : whenEnoughEnds(jobId, demand, duration, horizon);
  }

  /** Without promises in the way, more and more becomes free: halve the ends that come. */
  private Reservation whenEnoughEnds(long jobId, JobDemand demand, long duration, long horizon) {
    int high = timeline.size();
    if (high == 0) {
      return null;
    }
    ResourceLedger base = now.copy();
    int low = 0;
    Allocation found = null;
    ResourceLedger foundAt = null;
    int foundIndex = -1;
    int next = high - 1;
    while (low < high) {
      int to = timeline.after(next);
      ResourceLedger ledger = base.copy();
      timeline.release(ledger, low, to);
      Allocation allocation = promises.select(demand, ledger);
      if (allocation == null) {
        base = ledger;
        low = to;
      } else {
        found = allocation;
        foundAt = ledger;
        foundIndex = next;
        high = firstOf(next);
      }
      next = (low + high) >>> 1;
      if (found == null && low >= timeline.size()) {
        return null;
      }
    }
    // A job that overstays its limit counts as ended at its limit, but nothing starts in the past.
    long start = Math.max(time, timeline.end(foundIndex));
    return start > horizon
        ? null
        : new Reservation(jobId, demand, start, start + duration, foundAt, found);
  }

  private int firstOf(int index) {
    int first = index;
    while (first > 0 && timeline.end(first - 1) == timeline.end(index)) {
      first--;
    }
    return first;
  }

  /** With promises in the way, each end of a job, running or promised, has to be looked at. */
  private Reservation betweenPromises(
      long jobId, JobDemand demand, long duration, long horizon, boolean flexible) {
    TreeSet<Long> moments = new TreeSet<>();
    for (int i = 0; i < timeline.size(); i++) {
      moments.add(timeline.end(i));
    }
    for (Reservation one : promises.all()) {
      moments.add(one.end);
    }
    ResourceLedger base = now.copy();
    int released = 0;
    for (long moment : moments.headSet(horizon, true)) {
      int to = released;
      while (to < timeline.size() && timeline.end(to) <= moment) {
        to++;
      }
      timeline.release(base, released, to);
      released = to;
      ResourceLedger ledger = base.copy();
      promises.takeHeldAt(moment, ledger);
      Allocation allocation = promises.select(demand, ledger);
      if (allocation == null) {
        continue;
      }
      allocation =
          promises.compatible(demand, allocation, ledger, moment, moment + duration, flexible);
      if (allocation != null) {
        long start = Math.max(time, moment);
        return new Reservation(jobId, demand, start, start + duration, ledger, allocation);
      }
    }
    return null;
  }
}
