package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.model.PendingJob;
import org.headrace.api.sitefactor.SiteFactor;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.testkit.Workloads;
import org.junit.jupiter.api.Test;

/** What every plugin of site factors must do, on generated queues. Messages name the seed. */
public abstract class SiteFactorContract {
  private static final int SEEDS = 60;
  private static final int JOBS = 40;

  /** A new instance of the plugin. */
  protected abstract SiteFactor siteFactor();

  /** {@code PrioritySiteFactorParameters}; empty unless overridden. */
  protected String parameters() {
    return "";
  }

  private int[] compute(SiteFactor plugin, TestCluster cluster, List<PendingJob> jobs) {
    int[] factors = jobs.stream().mapToInt(PendingJob::siteFactor).toArray();
    plugin.compute(TestContext.queue(jobs), cluster, parameters(), Workloads.NOW, factors);
    return factors;
  }

  @Test
  void valuesAreInRange() {
    for (long seed = 0; seed < SEEDS; seed++) {
      int[] factors = compute(siteFactor(), Workloads.cluster(seed), Workloads.queue(seed, JOBS));
      for (int row = 0; row < factors.length; row++) {
        assertTrue(
            Math.abs((long) factors[row]) <= SiteFactor.MOST,
            "seed " + seed + ", row " + row + ": " + factors[row]);
      }
    }
  }

  @Test
  void sameArgumentsGiveTheSameValuesAndStayAsTheyAre() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      List<Object> before = Fingerprint.of(cluster);
      SiteFactor one = siteFactor();
      int[] first = compute(one, cluster, jobs);
      assertArrayEquals(first, compute(one, cluster, jobs), "seed " + seed + ", 2nd call");
      assertArrayEquals(first, compute(siteFactor(), cluster, jobs), "seed " + seed + ", another");
      assertEquals(before, Fingerprint.of(cluster), "seed " + seed);
    }
  }

  /** The controller asks about some rows at a time, in no particular order. */
  @Test
  void theOrderOfRowsDoesNotMatter() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      List<PendingJob> reversed = new ArrayList<>(jobs);
      Collections.reverse(reversed);
      assertEquals(
          byJob(jobs, compute(siteFactor(), cluster, jobs)),
          byJob(reversed, compute(siteFactor(), cluster, reversed)),
          "seed " + seed);
    }
  }

  private static Map<Long, Integer> byJob(List<PendingJob> jobs, int[] factors) {
    Map<Long, Integer> byJob = new HashMap<>();
    for (int row = 0; row < factors.length; row++) {
      byJob.put(jobs.get(row).id(), factors[row]);
    }
    return byJob;
  }

  @Test
  void anEmptyQueueIsNoProblem() {
    assertEquals(0, compute(siteFactor(), Workloads.cluster(1), List.of()).length);
  }
}
