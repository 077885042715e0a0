package org.headrace.control.query;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.headrace.api.priority.PriorityFactor;

/**
 * How the priorities of pending jobs came about, as it was recorded when they were computed.
 *
 * @param plugin name of the plugin, such as {@code multifactor}
 * @param weights weight of each factor; empty where priorities are no weighted sums
 * @param tresWeights weights of trackable resources, by name
 * @param jobs jobs that waited for nothing but resources and their turn, once for each partition in
 *     which they did; some may have started since
 * @param problem why nothing could be worked out, or empty
 */
public record PriorityBreakdown(
    String plugin,
    Map<PriorityFactor, Double> weights,
    Map<String, Double> tresWeights,
    List<Row> jobs,
    String problem) {
  public PriorityBreakdown {
    weights = Map.copyOf(weights);
    tresWeights = Map.copyOf(tresWeights);
    jobs = List.copyOf(jobs);
  }

  /** Without trackable resources. */
  public PriorityBreakdown(
      String plugin, Map<PriorityFactor, Double> weights, List<Row> jobs, String problem) {
    this(plugin, weights, Map.of(), jobs, problem);
  }

  /** Nothing could be worked out. */
  public static PriorityBreakdown failed(String problem) {
    return new PriorityBreakdown("", Map.of(), List.of(), problem);
  }

  /**
   * The priority of a job.
   *
   * @param priority from 1 to 4,294,967,295
   * @param fixed whether it was set by hand; then there are no factors
   * @param nice what its user takes away
   * @param factors mostly from 0 to 1; one that isn't there is zero
   * @param tres parts of trackable resources from 0 to 1, by name, in the order to show them in
   */
  public record Row(
      long jobId,
      String partition,
      long priority,
      boolean fixed,
      int nice,
      Map<PriorityFactor, Double> factors,
      Map<String, Double> tres) {
    public Row {
      factors = Map.copyOf(factors);
      tres = Collections.unmodifiableMap(new LinkedHashMap<>(tres));
    }

    /** Without trackable resources. */
    public Row(
        long jobId,
        String partition,
        long priority,
        boolean fixed,
        int nice,
        Map<PriorityFactor, Double> factors) {
      this(jobId, partition, priority, fixed, nice, factors, Map.of());
    }

    public double factor(PriorityFactor factor) {
      return factors.getOrDefault(factor, 0.0);
    }
  }

  /** The weight of a factor. */
  public double weight(PriorityFactor factor) {
    return weights.getOrDefault(factor, 0.0);
  }

  /** What a factor adds to the priority of a job. */
  public double weighted(Row row, PriorityFactor factor) {
    return weight(factor) * row.factor(factor);
  }

  /** What was recorded of a job in a partition, or null. */
  public Row row(long jobId, String partition) {
    for (Row row : jobs) {
      if (row.jobId() == jobId && row.partition().equals(partition)) {
        return row;
      }
    }
    return null;
  }

  /**
   * The priority of a job as a sum for people, such as {@code age 12 + qos 5000 - nice 10}; empty
   * if nothing was recorded of it, or there is nothing to add up.
   */
  public String sum(long jobId, String partition) {
    Row row = row(jobId, partition);
    if (row == null || row.fixed()) {
      return row == null ? "" : "set by hand";
    }
    StringJoiner sum = new StringJoiner(" + ");
    for (PriorityFactor factor : PriorityFactor.values()) {
      long value = Math.round(weighted(row, factor));
      if (value != 0) {
        sum.add(factor.word() + " " + value);
      }
    }
    if (row.nice() == 0) {
      return sum.toString();
    }
    String nice = (row.nice() > 0 ? " - nice " : " + nice ") + Math.abs((long) row.nice());
    return (sum + nice).strip();
  }

  /** The priority before it is made a whole number; of a fixed one that number. */
  public double exact(Row row) {
    double sum = row.fixed() ? row.priority() : -row.nice();
    for (PriorityFactor factor : PriorityFactor.values()) {
      sum += weighted(row, factor);
    }
    return sum;
  }
}
