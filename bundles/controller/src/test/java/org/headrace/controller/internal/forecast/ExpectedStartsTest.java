package org.headrace.controller.internal.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobState;
import org.headrace.api.scheduler.Decision;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.testing.PlannedCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cluster that is full for an hour. */
class ExpectedStartsTest {
  private static final long HOUR = 3_600_000;

  private PlannedCluster cluster;

  @BeforeEach
  void full() throws Exception {
    cluster = new PlannedCluster();
    cluster.submit(2 * PlannedCluster.CORES, 60);
    cluster.plan();
  }

  private double hoursToStart(long id) {
    Job job = cluster.state().job(id);
    long start = job.status().expectedStart();
    return start == 0 ? -1 : (double) (start - cluster.now) / HOUR;
  }

  /** In pairs, as two of them fit side by side; the first is promised its start. */
  @Test
  void jobsBehindTheFirstOneAreExpectedOneAfterTheOther() throws Exception {
    List<Long> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(cluster.submit(PlannedCluster.CORES, 60));
    }
    cluster.plan();
    for (int i = 0; i < 6; i++) {
      double hours = 1 + i / 2;
      assertThat(hoursToStart(jobs.get(i))).as("job %d", i).isBetween(hours, 1.05 * hours + 0.05);
      assertThat(cluster.state().promised(jobs.get(i))).isEqualTo(i == 0);
    }
  }

  /** The published schedules hang on it that promises stay what the scheduler made. */
  @Test
  void thePlanItselfStaysAsTheSchedulerMadeIt() throws Exception {
    cluster.submit(PlannedCluster.CORES, 60);
    cluster.submit(PlannedCluster.CORES, 60);
    PlanningCycle.Turn turn = cluster.plan();
    assertThat(turn.plan().decisions()).hasSize(2);
    assertThat(turn.plan().decisions().get(1))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.expectedStart()).isZero());
  }

  @Test
  void aShortNarrowJobIsExpectedInTheGapThatIsLeft() throws Exception {
    cluster.submit(2 * PlannedCluster.CORES - 1, 60);
    cluster.submit(2 * PlannedCluster.CORES, 60);
    long small = cluster.submit(1, 30);
    cluster.plan();
    assertThat(hoursToStart(small)).isBetween(1.0, 1.1);
  }

  @Test
  void allTasksOfAnArrayAreBeforeTheNextJob() throws Exception {
    cluster.submit(PlannedCluster.CORES, 60, new JobArray(List.of(new JobArray.Range(0, 7, 1)), 0));
    long behind = cluster.submit(PlannedCluster.CORES, 60);
    cluster.plan();
    assertThat(hoursToStart(behind)).isBetween(5.0, 5.4);
  }

  /** Nodes are free then: they were expected within a minute, and went on being so. */
  @Test
  void jobsThatWaitForLicencesAreExpectedWhenThoseComeFree() throws Exception {
    cluster = new PlannedCluster();
    cluster.submitLicensed(3, 60);
    cluster.plan();
    long next = cluster.submitLicensed(2, 30);
    long afterThat = cluster.submitLicensed(4, 60);
    long few = cluster.submitLicensed(1, 30);
    cluster.plan();
    assertThat(hoursToStart(next)).isBetween(1.0, 1.1);
    assertThat(hoursToStart(afterThat)).isBetween(1.5, 1.65);
    assertThat(cluster.state().job(few).status().state()).isEqualTo(JobState.RUNNING);
  }

  @Test
  void aNewJobHasAnExpectedStartFromItsFirstPassOn() throws Exception {
    cluster.submit(PlannedCluster.CORES, 60);
    cluster.plan();
    long late = cluster.submit(2 * PlannedCluster.CORES, 60);
    assertThat(hoursToStart(late)).isNegative();
    cluster.plan();
    assertThat(hoursToStart(late)).isBetween(2.0, 2.2);
  }
}
