package org.headrace.sim.internal.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A workload.
 *
 * @param name where it comes from, for messages
 * @param maxNodes nodes of the machine by the header, or {@link #UNKNOWN}
 * @param maxCpus processors of the machine by the header, or {@link #UNKNOWN}
 * @param jobs jobs, by submission and number
 * @param skipped lines of jobs that never ran, or whose size isn't known
 */
public record Trace(String name, int maxNodes, int maxCpus, List<TraceJob> jobs, int skipped) {
  /** What the trace doesn't say. */
  public static final int UNKNOWN = -1;

  public Trace {
    List<TraceJob> ordered = new ArrayList<>(jobs);
    ordered.sort(Comparator.comparingLong(TraceJob::submit).thenComparingLong(TraceJob::id));
    jobs = List.copyOf(ordered);
  }

  /** The same jobs, with the true run times for estimates. */
  public Trace clairvoyant() {
    List<TraceJob> known =
        jobs.stream()
            .map(job -> new TraceJob(job.id(), job.submit(), job.run(), job.run(), job.cpus()))
            .toList();
    return new Trace(name, maxNodes, maxCpus, known, skipped);
  }
}
