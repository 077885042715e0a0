package org.headrace.controller.internal.planning;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.controller.internal.plugins.PluginFault;

/**
 * Jobs for which schedulers gave nonsense.
 *
 * <p>One scheduler that does is broken. When another one does for the same job, it is the job that
 * none can plan: left in the queue it would cost the cluster one scheduler after the other, and any
 * user who finds such a request could stop all scheduling.
 *
 * <p>For the planning thread only.
 */
final class Suspects {
  private final Map<Long, Set<String>> failed = new HashMap<>();

  /**
   * Notes a fault.
   *
   * @param scheduler whose fault it seems to be
   * @return the job that is at fault instead, or zero
   */
  long blame(PluginFault fault, String scheduler) {
    NonsenseFault nonsense = NonsenseFault.in(fault);
    if (nonsense == null || scheduler == null) {
      return 0;
    }
    Set<String> schedulers = failed.computeIfAbsent(nonsense.jobId(), id -> new TreeSet<>());
    schedulers.add(scheduler);
    return schedulers.size() > 1 ? nonsense.jobId() : 0;
  }

  /** Takes a job off; returns the schedulers that failed for it. */
  Set<String> acquitted(long job) {
    return failed.remove(job);
  }

  /** A scheduler has planned all jobs. */
  void clear() {
    failed.clear();
  }
}
