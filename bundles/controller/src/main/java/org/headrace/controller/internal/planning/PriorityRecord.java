package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.headrace.api.priority.FactorSink;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.core.EligibleJobs;

/**
 * Of what priorities were made when they were computed. Columns of numbers, as there may be a
 * million jobs. Written by the thread that plans, read by any.
 */
final class PriorityRecord {
  private static final PriorityFactor[] FACTORS = PriorityFactor.values();

  private volatile Batch newest;

  /** Jobs whose priorities were computed at once. Whoever computes them fills it. */
  static final class Batch implements FactorSink {
    private final long[] ids;
    private final String[] partitions;
    private final int[] nices;
    private final boolean[] fixed;
    private final long[] priorities;

    /**
     * By factor, as floats: they are shown with seven digits. Most sites use some factors only, so
     * that one which is zero for all jobs has no column.
     */
    private final float[][] values = new float[FACTORS.length][];

    private boolean told;

    private final Map<String, float[]> tres = new LinkedHashMap<>();

    private String plugin;
    private Map<String, String> settings;
    private PriorityWeights weights;
    private Batch older;

    Batch(QueueRows chosen) {
      EligibleJobs queue = chosen.queue();
      int size = chosen.size();
      ids = new long[size];
      partitions = new String[size];
      nices = new int[size];
      fixed = new boolean[size];
      priorities = new long[size];
      for (int i = 0; i < size; i++) {
        copy(queue, chosen.rows()[i], i);
      }
    }

    private void copy(EligibleJobs queue, int row, int to) {
      ids[to] = queue.jobId(row);
      partitions[to] = queue.partition(row);
      nices[to] = queue.nice(row);
      fixed[to] = queue.fixedPriority(row);
      priorities[to] = queue.priority(row);
    }

    @Override
    public void put(int row, PriorityFactor factor, double value) {
      told = true;
      float[] column = values[factor.ordinal()];
      if (column == null && value != 0) {
        column = new float[ids.length];
        values[factor.ordinal()] = column;
      }
      if (column != null) {
        column[row] = (float) value;
      }
    }

    @Override
    public void put(int row, String name, double value) {
      tres.computeIfAbsent(name, key -> new float[ids.length])[row] = (float) value;
    }

    private boolean madeBy(String plugin, Map<String, String> settings) {
      return this.plugin.equals(plugin) && this.settings.equals(settings);
    }

    private PriorityBreakdown.Row row(int row) {
      Map<PriorityFactor, Double> factors = new EnumMap<>(PriorityFactor.class);
      for (int i = 0; told && !fixed[row] && i < FACTORS.length; i++) {
        factors.put(FACTORS[i], values[i] == null ? 0.0 : (double) values[i][row]);
      }
      Map<String, Double> parts = new LinkedHashMap<>();
      tres.forEach((name, column) -> parts.put(name, (double) column[row]));
      return new PriorityBreakdown.Row(
          ids[row],
          partitions[row],
          priorities[row],
          fixed[row],
          nices[row],
          factors,
          fixed[row] ? Map.of() : parts);
    }
  }

  /**
   * Notes a batch.
   *
   * @param all whether it has all jobs of the queue, so that what was noted before is forgotten
   * @param computed the priorities of its jobs
   */
  void note(
      Batch batch,
      boolean all,
      String plugin,
      Map<String, String> settings,
      PriorityWeights weights,
      long[] computed) {
    batch.plugin = plugin;
    batch.settings = settings;
    batch.weights = weights;
    batch.older = all ? null : newest;
    for (int row = 0; row < computed.length; row++) {
      if (!batch.fixed[row]) {
        batch.priorities[row] = computed[row];
      }
    }
    newest = batch;
  }

  /**
   * What was noted of some jobs, also of those that have started since.
   *
   * @return null if the last that was noted isn't of that plugin with these settings
   */
  PriorityBreakdown of(LongPredicate jobs, String plugin, Map<String, String> settings) {
    Batch last = newest;
    if (last == null || !last.madeBy(plugin, settings)) {
      return null;
    }
    List<PriorityBreakdown.Row> rows = new ArrayList<>();
    Set<Place> seen = new HashSet<>();
    for (Batch at = last; at != null && at.madeBy(plugin, settings); at = at.older) {
      for (int row = 0; row < at.ids.length; row++) {
        if (jobs.test(at.ids[row]) && seen.add(new Place(at.ids[row], at.partitions[row]))) {
          rows.add(at.row(row));
        }
      }
    }
    return last.weights.breakdown(plugin, rows);
  }

  /** A job waits once in each of its partitions. */
  private record Place(long job, String partition) {}
}
