package org.headrace.bench.internal.deep;

import java.util.HashMap;
import java.util.Map;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;

/**
 * What {@code sdiag} says of backfill since it was reset.
 *
 * @param cycles passes
 * @param micros time of the last one, in microseconds
 * @param depth jobs that the last one tried
 */
record Diagnosis(long cycles, long micros, long depth) {
  static Diagnosis of(Cluster cluster) {
    return parse(cluster.commands().need("sdiag").out());
  }

  static Diagnosis parse(String text) {
    int begin = text.indexOf("Backfilling stats");
    if (begin < 0) {
      throw new BenchException("sdiag says nothing of backfilling");
    }
    Map<String, Long> values = new HashMap<>();
    for (String line : text.substring(begin).lines().skip(1).toList()) {
      if (line.isBlank()) {
        break;
      }
      String[] parts = line.strip().split(": *", 2);
      if (parts.length == 2 && parts[1].matches("[0-9]+")) {
        values.put(parts[0], Long.parseLong(parts[1]));
      }
    }
    // Before the first pass, Slurm leaves some of these lines out.
    return new Diagnosis(
        values.getOrDefault("Total cycles", 0L),
        values.getOrDefault("Last cycle", 0L),
        values.getOrDefault("Last depth cycle (try sched)", 0L));
  }
}
