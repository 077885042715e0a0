package org.headrace.controller.internal.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.Decision;
import org.headrace.controller.testing.PlannedCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** First come, first served in charge of one free node, and backfill in its shadow. */
class ShadowFiguresTest {
  private static final int CORES = PlannedCluster.CORES;
  private static final long MINUTE = 60_000;

  private PlannedCluster cluster;

  @BeforeEach
  void halfFull() throws Exception {
    cluster = new PlannedCluster();
    cluster.submit(CORES, 30);
    cluster.plan();
    cluster.registry.choose("sched", "builtin");
    cluster.registry.shadow("sched", "backfill");
  }

  private List<String> report() {
    return cluster.registry.shadowReport("sched");
  }

  @Test
  void aJobThatBackfillWouldHaveStartedIsEarlierByWhatItWaits() throws Exception {
    long wide = cluster.submit(2 * CORES, 30);
    cluster.submit(CORES, 10);
    cluster.plan();
    assertThat(report())
        .contains(
            "would have started earlier: 0 jobs; 1 more wait that would have started",
            "would have started later: 0 jobs");

    cluster.now += 10 * MINUTE;
    cluster.cancel(wide);
    cluster.plan();
    assertThat(report())
        .contains(
            "would have started earlier: 1 jobs, by 600 s in the mean;"
                + " 0 more wait that would have started",
            "CPUs in use after each plan: 50.0 % carried out, 100.0 % in shadow",
            "slowdown of 1 jobs that started, by time limits: 2.00 carried out, 1.00 in shadow");
  }

  @Test
  void aJobThatIsCancelledWaitsNoMore() throws Exception {
    cluster.submit(2 * CORES, 30);
    long small = cluster.submit(CORES, 10);
    cluster.plan();
    cluster.cancel(small);
    cluster.plan();
    assertThat(report()).anyMatch(line -> line.contains("; 0 more wait"));
  }

  @Test
  void anOrderInShadowIsPlannedByTheSchedulerThatServesAndNotObeyed() throws Exception {
    Priority latest =
        (queue, view, options, now, priorities) -> {
          for (int row = 0; row < queue.size(); row++) {
            priorities[row] = 1_000 + queue.jobId(row);
          }
        };
    cluster.registry.add("priority", "latest", "1", latest);
    cluster.registry.shadow("priority", "latest");
    long first = cluster.submit(CORES, 30);
    long second = cluster.submit(CORES, 30);
    assertThat(cluster.plan().plan().decisions())
        .filteredOn(Decision.Start.class::isInstance)
        .extracting(Decision::jobId)
        .containsExactly(first);
    assertThat(cluster.registry.shadowReport("priority"))
        .contains(
            "started now and not in shadow: 1",
            "started in shadow and not now: 1",
            "  job " + second + " would start by latest, and waits");
  }

  @Test
  void anOrderInShadowThatFailsCostsNothingButItself() throws Exception {
    Priority bad =
        (queue, view, options, now, priorities) -> {
          throw new IllegalStateException("no order");
        };
    cluster.registry.add("priority", "bad", "1", bad);
    cluster.registry.shadow("priority", "bad");
    long job = cluster.submit(CORES, 30);
    assertThat(cluster.plan().plan().decisions())
        .anyMatch(decision -> decision instanceof Decision.Start && decision.jobId() == job);
    assertThat(cluster.registry.shadowReport("priority"))
        .contains("plans that failed in shadow: 1");
  }
}
