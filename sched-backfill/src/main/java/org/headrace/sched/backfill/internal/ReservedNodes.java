package org.headrace.sched.backfill.internal;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;

/** What administrators' reservations leave of a partition, and when that changes. */
final class ReservedNodes {
  private final List<ReservationView> all;

  ReservedNodes(List<ReservationView> all) {
    this.all = all;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Nodes of its partition that a job may have from {@code start} to before {@code end}. */
  NodeMask open(JobDemand demand, long start, long end) {
    NodeMask nodes = demand.partition().nodes();
    return all.isEmpty()
        ? nodes
        : ReservationView.open(all, nodes, demand.reservation(), start, end);
  }

  /** What it may have of these, of what is free at {@code start}. */
  ResourceLedger left(ResourceLedger free, JobDemand demand, long start, long end) {
    return all.isEmpty()
        ? free
        : ReservationView.ledger(all, free, demand.reservation(), start, end);
  }

  /** What keeps nodes from the job in that time, or null. */
  Blocker inTheWay(JobDemand demand, long start, long end) {
    NodeMask nodes = demand.partition().nodes();
    ReservationView one = ReservationView.inTheWay(all, nodes, demand.reservation(), start, end);
    if (one == null) {
      return null;
    }
    int kept = nodes.intersection(one.nodes()).size();
    return new Blocker(
        one.maintenance() ? Reason.RESERVED_FOR_MAINTENANCE : Reason.RESERVED_FOR_OTHERS,
        kept,
        "in reservation " + one.name(),
        one.end());
  }

  /** Moments at which one begins or ceases to matter to a job of that duration that starts then. */
  long[] bounds(long duration) {
    long[] bounds = new long[3 * all.size()];
    int count = 0;
    for (ReservationView one : all) {
      bounds[count++] = one.start() - duration + 1;
      bounds[count++] = one.start();
      bounds[count++] = one.end();
    }
    Arrays.sort(bounds);
    return bounds;
  }

  /** Moments at which nodes may come free. */
  long[] ends() {
    return all.stream().mapToLong(ReservationView::end).sorted().toArray();
  }
}
