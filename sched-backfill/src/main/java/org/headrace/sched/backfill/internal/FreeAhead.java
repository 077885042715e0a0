package org.headrace.sched.backfill.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.ResourceLedger;

/**
 * What is free once so many of the running jobs have ended, apart from promises. It is kept for
 * some of these numbers, so that not every look ahead ends all jobs anew.
 */
final class FreeAhead {
  private static final int MOST_KEPT = 16;
  private static final int LEAST_APART = 512;

  private final ResourceTimeline timeline;
  private final ResourceLedger now;

  /** The {@code i}-th is what is free once {@code i * apart} jobs have ended. */
  private final List<ResourceLedger> kept = new ArrayList<>();

  private int apart;
  private int changes;

  /**
   * @param now what is free now; changes together with the timeline, or is {@link #forget told}
   */
  FreeAhead(ResourceTimeline timeline, ResourceLedger now) {
    this.timeline = timeline;
    this.now = now;
  }

  /** What is free now has changed without the timeline. */
  void forget() {
    kept.clear();
  }

  /** A ledger, the caller's own, once the first {@code count} jobs have ended. */
  ResourceLedger after(int count) {
    if (kept.isEmpty() || changes != timeline.changes()) {
      kept.clear();
      kept.add(now.copy());
      changes = timeline.changes();
      apart = Math.max(LEAST_APART, timeline.size() / MOST_KEPT);
    }
    int before = count / apart;
    while (kept.size() <= before) {
      kept.add(later(kept.size() - 1, kept.size() * apart));
    }
    return later(before, count);
  }

  private ResourceLedger later(int from, int count) {
    ResourceLedger ledger = kept.get(from).copy();
    timeline.release(ledger, from * apart, count);
    return ledger;
  }
}
