package org.headrace.sched.backfill.internal;

import java.util.BitSet;
import java.util.Collections;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.JobDemand;

/**
 * Resources set aside for a job that has to wait. It is kept as a promise of a start: which
 * resources those are may still change as long as the job can start in time.
 */
final class Reservation {
  final long jobId;
  final JobDemand demand;

  /** When the job starts at the latest. */
  final long start;

  final long end;

  /** What is free at {@link #start}, with everything taken that runs or is promised then. */
  final ResourceLedger atStart;

  private Allocation allocation;
  private BitSet nodes;

  Reservation(
      long jobId,
      JobDemand demand,
      long start,
      long end,
      ResourceLedger atStart,
      Allocation allocation) {
    this.jobId = jobId;
    this.demand = demand;
    this.start = start;
    this.end = end;
    this.atStart = atStart;
    moveTo(allocation);
  }

  /** Its nodes, also those that it only keeps from others. */
  private static BitSet nodesOf(Allocation allocation) {
    BitSet nodes = new BitSet();
    for (NodeAllocation part : allocation.nodes()) {
      nodes.set(part.node());
    }
    allocation.kept().forEach(nodes::set);
    return nodes;
  }

  /** What the job will get, as things stand. */
  Allocation allocation() {
    return allocation;
  }

  /** Sets other resources aside. */
  void moveTo(Allocation other) {
    allocation = other;
    nodes = nodesOf(other);
  }

  private boolean sharesNodes(Allocation other) {
    for (NodeAllocation part : other.nodes()) {
      if (nodes.get(part.node())) {
        return true;
      }
    }
    return other.kept().stream().anyMatch(nodes::get);
  }

  private boolean sharesLicenses(Allocation other) {
    return !Collections.disjoint(allocation.licenses().keySet(), other.licenses().keySet());
  }

  /** True when the promise holds with the same resources if {@code other} runs at that time. */
  boolean standsBeside(Allocation other, int user) {
    if (!sharesNodes(other) && !sharesLicenses(other)) {
      return true;
    }
    if (atStart.problem(other) != null) {
      return false;
    }
    atStart.allocate(other, user);
    boolean stands = atStart.problem(allocation) == null && admitsUser();
    atStart.release(other);
    return stands;
  }

  /** True when no node of the allocation is bound to somebody else, or would have to be. */
  private boolean admitsUser() {
    boolean binds = Promises.userOf(demand) != ResourceLedger.NO_USER;
    for (NodeAllocation part : allocation.nodes()) {
      int sole = atStart.soleUser(part.node());
      boolean mine = sole == demand.user();
      if ((sole != ResourceLedger.NO_USER && !mine)
          || (binds && atStart.jobs(part.node()) > 0 && !mine)) {
        return false;
      }
    }
    return true;
  }

  /** True when nothing that one of them needs could be of use to the other. */
  boolean apartFrom(Reservation other) {
    boolean sameTime = start < other.end && other.start < end;
    return !sameTime || !concerns(other.demand);
  }

  /** True when what is set aside could be of use to a job with that demand. */
  boolean concerns(JobDemand other) {
    return demand.partition().nodes().intersects(other.partition().nodes())
        || !Collections.disjoint(
            demand.request().licenses().keySet(), other.request().licenses().keySet());
  }
}
