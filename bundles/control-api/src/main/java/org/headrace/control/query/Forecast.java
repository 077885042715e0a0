package org.headrace.control.query;

import java.util.List;
import org.headrace.control.command.Outcome;

/**
 * What would become of a job that isn't submitted.
 *
 * @param jobId id that the next job will get
 * @param start when it would start, in epoch milliseconds, or {@link #UNKNOWN}
 * @param cpus CPUs that it would hold
 * @param nodes names of its nodes; empty when not known
 * @param partition partition that it would run in
 * @param refusal why it would be refused, or null
 */
public record Forecast(
    long jobId,
    long start,
    int cpus,
    List<String> nodes,
    String partition,
    Outcome.Rejected refusal) {
  /** No time is known. */
  public static final long UNKNOWN = 0;

  public Forecast {
    nodes = List.copyOf(nodes);
  }

  /** The job would be refused. */
  public static Forecast refused(Outcome.Rejected refusal) {
    return new Forecast(0, UNKNOWN, 0, List.of(), "", refusal);
  }

  /** Nothing is known. */
  public static Forecast unknown() {
    return new Forecast(0, UNKNOWN, 0, List.of(), "", null);
  }
}
