package org.headrace.sched.backfill.internal;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.LongStream;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;

/**
 * Finds the earliest moment at which a job that doesn't fit now can start.
 *
 * <p>That is when something ends, a job or a promise. Between two moments at which a promise begins
 * or ends to matter, more and more becomes free, so that a few moments have to be tried and not
 * all.
 */
final class LookAhead {
  private final ResourceTimeline timeline;
  private final Promises promises;
  private final ReservedNodes reserved;
  private final ResourceLedger now;
  private final FreeAhead ahead;
  private final long time;
  private final boolean busyFirst;

  /**
   * Begins.
   *
   * @param busyFirst true where nodes that are in use now are preferred for what starts later
   */
  LookAhead(
      ResourceTimeline timeline,
      Promises promises,
      ReservedNodes reserved,
      ResourceLedger now,
      long time,
      boolean busyFirst) {
    this.busyFirst = busyFirst;
    this.reserved = reserved;
    this.time = time;
    this.timeline = timeline;
    this.promises = promises;
    this.now = now;
    ahead = new FreeAhead(timeline, now);
  }

  /** What is free now has changed otherwise than by a start. */
  void changed() {
    ahead.forget();
  }

  /** A reservation at the earliest moment up to {@code horizon}, or null. */
  Reservation find(long jobId, JobDemand demand, long duration, long horizon, boolean flexible) {
    Search search = new Search(demand, duration, flexible);
    if (!search.run(horizon)) {
      return null;
    }
    long start = search.moment;
    if (busyFirst) {
      search.preferBusyNodes();
    }
    promises.settle(search.fit);
    return new Reservation(
        jobId, demand, start, start + duration, search.ledger, search.fit.allocation());
  }

  /** The search for one job. */
  private final class Search {
    private final JobDemand demand;
    private final long duration;
    private final boolean flexible;

    /** True when promises could be in the way. */
    private final boolean touched;

    /** The earliest moment that is known to serve, and what is free then. */
    private long moment;

    private ResourceLedger ledger;
    private Promises.Fit fit;

    Search(JobDemand demand, long duration, boolean flexible) {
      this.demand = demand;
      this.duration = duration;
      this.flexible = flexible;
      touched = promises.touch(demand);
    }

    boolean run(long horizon) {
      long[] bounds = bounds();
      long[] moments = moments(horizon);
      int from = 0;
      for (int i = 0; i <= bounds.length && from < moments.length; i++) {
        int to = i == bounds.length ? moments.length : firstAt(moments, bounds[i]);
        boolean last = to == moments.length;
        if (from < to && (last || !fails(moments[to - 1])) && between(moments, from, to)) {
          return true;
        }
        from = Math.max(from, to);
      }
      return false;
    }

    /** When promises or reservations begin or cease to matter, ascending. */
    private long[] bounds() {
      long[] promised = touched ? promises.bounds(duration) : new long[0];
      return reserved.isEmpty()
          ? promised
          : LongStream.concat(LongStream.of(promised), LongStream.of(reserved.bounds(duration)))
              .sorted()
              .toArray();
    }

    /** Ends of jobs and promises at which there may be enough cores, ascending. */
    private long[] moments(long horizon) {
      long first = coresFree();
      long[] reservedEnds = reserved.ends();
      long[] all = new long[timeline.size() + promises.all().size() + reservedEnds.length];
      int count = 0;
      for (int i = timeline.endedBy(first - 1); i < timeline.size(); i++) {
        if (count == 0 || all[count - 1] != timeline.end(i)) {
          all[count++] = timeline.end(i);
        }
      }
      for (Reservation one : promises.all()) {
        if (touched && one.end >= first) {
          all[count++] = one.end;
        }
      }
      for (long end : reservedEnds) {
        if (end >= Math.max(time, first)) {
          all[count++] = end;
        }
      }
      all = Arrays.copyOf(all, count);
      if (touched || reservedEnds.length > 0) {
        Arrays.sort(all);
      }
      return Arrays.copyOf(all, horizon == Long.MAX_VALUE ? count : firstAt(all, horizon + 1));
    }

    /** A bound that costs little: no selector gives a job fewer CPUs than it wants. */
    private long coresFree() {
      if (CoreTerms.of(demand.partition(), demand.request()).beyondFree()) {
        return 0;
      }
      NodeMask nodes = demand.partition().nodes();
      long free = 0;
      int threads = 1;
      for (int id = nodes.next(0); id >= 0; id = nodes.next(id + 1)) {
        if (now.node(id) != null) {
          free += now.freeCoreCount(id);
          threads = Math.max(threads, now.node(id).hardware().threadsPerCore());
        }
      }
      long wanted = (demand.request().minCpus() + threads - 1) / threads;
      return timeline.coresFree(nodes, free, wanted);
    }

    private static int firstAt(long[] moments, long bound) {
      int found = Arrays.binarySearch(moments, bound);
      while (found > 0 && moments[found - 1] == bound) {
        found--;
      }
      return found < 0 ? -found - 1 : found;
    }

    /**
     * The first moment that serves of those from {@code from} to before {@code to}, all of them
     * under the same promises: far steps until one serves, then halves of what lies before it.
     */
    private boolean between(long[] moments, int from, int to) {
      int low = from;
      int high = to;
      boolean found = false;
      int step = 1;
      while (low < high) {
        int next = found ? (low + high) >>> 1 : Math.min(to - 1, low + step - 1);
        if (fails(moments[next])) {
          low = next + 1;
          step *= 2;
        } else {
          found = true;
          high = next;
        }
      }
      return found;
    }

    /** What is idle is left to jobs that can start at once and would take too long elsewhere. */
    void preferBusyNodes() {
      Promises.Fit there = promises.fitOn(busy(), demand, ledger, moment, moment + duration);
      fit = there == null ? fit : there;
    }

    private NodeMask busy() {
      BitSet busy = new BitSet();
      demand.partition().nodes().forEach(id -> busy.set(id, now.jobs(id) > 0));
      return NodeMask.copyOf(busy);
    }

    private boolean fails(long at) {
      ResourceLedger then = ahead.after(timeline.endedBy(at));
      if (touched) {
        promises.takeHeldAt(at, then);
      }
      Promises.Fit tried = promises.fit(demand, then, at, at + duration, flexible);
      if (tried == null) {
        return true;
      }
      moment = at;
      ledger = then;
      fit = tried;
      return false;
    }
  }
}
