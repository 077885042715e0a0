package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.controller.testing.PlannedCluster;
import org.junit.jupiter.api.Test;

/** Jobs that name several partitions: a and b have a node each, debug has both. */
class BestDecisionsTest {
  private static final long MINUTE = 60_000;
  private static final int ALL = PlannedCluster.CORES;

  private final PlannedCluster cluster =
      new PlannedCluster(
          PartitionDefinition.open("a", List.of("n1")),
          PartitionDefinition.open("b", List.of("n2")));

  BestDecisionsTest() throws Exception {}

  private static Decision wait(long job, Reason reason, long start, String partition) {
    return new Decision.Wait(job, reason, start, List.of(), partition);
  }

  private static Decision reserve(long job, long start, String partition) {
    return new Decision.Reserve(job, partition, start, List.of(1), Reason.RESOURCES, List.of());
  }

  private Job job(long id) {
    return cluster.state().job(id);
  }

  private void fill(int minutesOfA, int minutesOfB) throws Exception {
    cluster.submitTo(List.of("a"), ALL, minutesOfA);
    cluster.submitTo(List.of("b"), ALL, minutesOfB);
    cluster.plan();
  }

  @Test
  void aJobIsPromisedTheEarlierStartWhicheverPartitionComesFirst() throws Exception {
    fill(60, 30);
    long first = cluster.submitTo(List.of("b", "a"), ALL, 10);
    cluster.plan();
    assertThat(job(first).status().expectedStart()).isBetween(at(30), at(31));
    assertThat(cluster.state().setAside(first)).isEqualTo(nodesOf("b"));
    cluster.cancel(first);
    long second = cluster.submitTo(List.of("a", "b"), ALL, 10);
    cluster.plan();
    assertThat(job(second).status().expectedStart()).isBetween(at(30), at(31));
    assertThat(job(second).status().reason()).isEqualTo(Reason.RESOURCES);
  }

  /** The second has no promise in either; what is expected of b is of b's nodes. */
  @Test
  void anEstimateIsOfThePartitionThatItIsSaidOf() throws Exception {
    fill(30, 60);
    cluster.submitTo(List.of("a"), ALL, 45);
    cluster.submitTo(List.of("b"), ALL, 60);
    long job = cluster.submitTo(List.of("a", "b"), ALL, 10);
    cluster.plan();
    assertThat(job(job).status().expectedStart()).isBetween(at(75), at(80));
    assertThat(job(job).status().reason()).isEqualTo(Reason.PRIORITY);
  }

  @Test
  void ofSeveralThatLetOneJobWaitTheEarliestStays() {
    Decision none = wait(1, Reason.PRIORITY, 0, "b");
    Decision late = wait(1, Reason.PRIORITY, 200, "c");
    Decision early = reserve(1, 100, "a");
    Decision other = wait(2, Reason.PRIORITY, 0, "a");
    assertThat(BestDecisions.of(List.of(none, early, other, late))).containsExactly(early, other);
    assertThat(BestDecisions.of(List.of(late, none))).containsExactly(late);
  }

  /** Where a bit for each id between them would be too many. */
  @Test
  void idsMayLieFarApart() {
    Decision far = wait(1L << 40, Reason.PRIORITY, 200, "a");
    Decision farther = wait(1L << 40, Reason.PRIORITY, 300, "b");
    Decision near = wait(1, Reason.PRIORITY, 200, "a");
    assertThat(BestDecisions.of(List.of(near, farther, far))).containsExactly(near, far);
  }

  @Test
  void whatPassesComesBeforeWhatDoesNot() {
    Decision down = wait(1, Reason.PARTITION_DOWN, 0, "a");
    Decision full = wait(1, Reason.RESOURCES, 0, "b");
    assertThat(BestDecisions.of(List.of(down, full))).containsExactly(full);
    assertThat(BestDecisions.of(List.of(full, down))).containsExactly(full);
  }

  @Test
  void whatStartsDoesNotWaitElsewhere() {
    Decision waits = wait(1, Reason.RESOURCES, 100, "a");
    Decision start = new Decision.Start(1, "b", new Allocation(List.of(), false));
    Decision rest = wait(1, Reason.RESOURCES, 200, "b");
    assertThat(BestDecisions.of(List.of(waits, start))).containsExactly(start);
    assertThat(BestDecisions.of(List.of(waits, start, rest))).containsExactly(start, rest);
  }

  private long at(int minutes) {
    return cluster.now + minutes * MINUTE;
  }

  private NodeMask nodesOf(String partition) {
    return cluster.state().input().view().partition(partition).nodes();
  }
}
