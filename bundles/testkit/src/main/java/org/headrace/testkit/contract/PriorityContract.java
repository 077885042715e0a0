package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.PendingJob;
import org.headrace.api.priority.Priority;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.testkit.Workloads;
import org.junit.jupiter.api.Test;

/** What every priority plugin must do, on generated queues. Messages name the seed. */
public abstract class PriorityContract {
  private static final int SEEDS = 60;
  private static final int JOBS = 40;
  private static final long HIGHEST = 0xffff_ffffL;

  /** A new instance of the plugin. */
  protected abstract Priority priority();

  /** Settings by the names of the configuration; none unless overridden. */
  protected Map<String, String> options() {
    return Map.of();
  }

  private long[] compute(Priority priority, TestCluster cluster, List<PendingJob> jobs) {
    long[] priorities = new long[jobs.size()];
    priority.compute(TestContext.queue(jobs), cluster, options(), Workloads.NOW, priorities);
    return priorities;
  }

  @Test
  void valuesAreInRange() {
    for (long seed = 0; seed < SEEDS; seed++) {
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      long[] priorities = compute(priority(), Workloads.cluster(seed), jobs);
      for (int row = 0; row < priorities.length; row++) {
        long value = priorities[row];
        assertTrue(
            value >= 1 && value <= HIGHEST,
            "seed " + seed + ", row " + row + ": " + value + " is not in 1 to " + HIGHEST);
      }
    }
  }

  @Test
  void sameArgumentsGiveTheSameValuesAndStayAsTheyAre() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      List<Object> before = Fingerprint.of(cluster);
      Priority one = priority();
      long[] first = compute(one, cluster, jobs);
      assertArrayEquals(first, compute(one, cluster, jobs), "seed " + seed + ", 2nd call");
      assertArrayEquals(first, compute(priority(), cluster, jobs), "seed " + seed + ", another");
      assertEquals(before, Fingerprint.of(cluster), "seed " + seed);
    }
  }

  /** The controller computes some rows at a time, in no particular order. */
  @Test
  void theOrderOfRowsDoesNotMatter() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      List<PendingJob> reversed = new ArrayList<>(jobs);
      Collections.reverse(reversed);
      assertEquals(
          byJob(jobs, compute(priority(), cluster, jobs)),
          byJob(reversed, compute(priority(), cluster, reversed)),
          "seed " + seed);
    }
  }

  private static Map<Long, Long> byJob(List<PendingJob> jobs, long[] priorities) {
    Map<Long, Long> byJob = new HashMap<>();
    for (int row = 0; row < priorities.length; row++) {
      byJob.put(jobs.get(row).id(), priorities[row]);
    }
    return byJob;
  }

  /** What users are shown of a sum adds up to the priority. */
  @Test
  void factorsAddUpToThePriority() {
    Map<PriorityFactor, Double> weights = priority().weights(options());
    for (long seed = 0; seed < SEEDS && !weights.isEmpty(); seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      long[] priorities = compute(priority(), cluster, jobs);
      double[] sums = new double[jobs.size()];
      BitSet told = new BitSet();
      long[] again = new long[jobs.size()];
      priority()
          .compute(
              TestContext.queue(jobs),
              cluster,
              options(),
              Workloads.NOW,
              again,
              (row, factor, value) -> {
                told.set(row);
                sums[row] += weights.getOrDefault(factor, 0.0) * value;
              });
      for (int row = 0; row < priorities.length; row++) {
        String where = "seed " + seed + ", row " + row;
        if (jobs.get(row).fixedPriority()) {
          assertFalse(told.get(row), where);
          continue;
        }
        assertEquals(priorities[row], again[row], where);
        double expected = Math.max(1, Math.min(HIGHEST, sums[row] - jobs.get(row).nice()));
        assertTrue(
            Math.abs(expected - priorities[row]) <= 1,
            where + ": " + priorities[row] + ", but the factors make " + sums[row]);
      }
    }
  }

  @Test
  void anEmptyQueueIsNoProblem() {
    assertEquals(0, compute(priority(), Workloads.cluster(1), List.of()).length);
  }
}
