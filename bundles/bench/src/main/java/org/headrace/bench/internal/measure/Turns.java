package org.headrace.bench.internal.measure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.cluster.Cluster;
import org.headrace.bench.internal.report.Figure;
import org.headrace.bench.internal.report.Result;
import org.headrace.bench.internal.stat.Samples;

/**
 * Rounds in which the clusters take turns, so that a noisy minute of the machine hits both. A
 * cluster that fails is left out from then on and the reason is kept. For one thread.
 */
public final class Turns {
  private final Bench bench;
  private final String what;
  private final Map<Cluster, String> failures = new LinkedHashMap<>();
  private final Map<Cluster, String> absences = new LinkedHashMap<>();
  private final Map<Cluster, String> notes = new HashMap<>();
  private final Map<String, Map<Cluster, List<Double>>> values = new HashMap<>();

  /** One turn of one cluster. */
  @FunctionalInterface
  public interface Turn {
    void take(Cluster cluster) throws IOException;
  }

  public Turns(Bench bench, String what) {
    this.bench = bench;
    this.what = what;
  }

  /** Says that a cluster can't do this at all. */
  public void skip(Cluster cluster, String why) {
    absences.put(cluster, why);
  }

  void note(Cluster cluster, String note) {
    notes.put(cluster, note);
  }

  public void add(String name, Cluster cluster, double value) {
    add(name, cluster, List.of(value));
  }

  public void add(String name, Cluster cluster, List<Double> more) {
    values
        .computeIfAbsent(name, n -> new HashMap<>())
        .computeIfAbsent(cluster, c -> new ArrayList<>())
        .addAll(more);
  }

  /** Lets each cluster take {@code rounds} turns; who begins alternates. */
  public Turns rounds(int rounds, Turn turn) {
    for (int round = 0; round < rounds; round++) {
      List<Cluster> order = new ArrayList<>(bench.clusters());
      if (round % 2 == 1) {
        Collections.reverse(order);
      }
      for (Cluster cluster : order) {
        if (failures.containsKey(cluster) || absences.containsKey(cluster)) {
          continue;
        }
        String turnName = cluster.label() + ", round " + (round + 1) + " of " + rounds;
        bench.progress().step(what + ": " + turnName);
        try {
          turn.take(cluster);
        } catch (BenchException | IOException e) {
          failures.put(cluster, String.valueOf(e.getMessage()));
          bench.progress().tell(what + ": " + turnName + " failed: " + e.getMessage());
        }
      }
    }
    return this;
  }

  public Result result(String name, String unit, Result.Better better, String conditions) {
    List<Figure> figures = new ArrayList<>();
    for (Cluster cluster : bench.clusters()) {
      List<Double> found = values.getOrDefault(name, Map.of()).getOrDefault(cluster, List.of());
      if (failures.containsKey(cluster)) {
        figures.add(Figure.failed(cluster.label(), failures.get(cluster)));
      } else if (found.isEmpty()) {
        figures.add(Figure.absent(cluster.label(), absences.getOrDefault(cluster, "not measured")));
      } else {
        figures.add(Figure.of(cluster.label(), Samples.of(found), notes.getOrDefault(cluster, "")));
      }
    }
    return new Result(name, unit, better, conditions, figures);
  }
}
