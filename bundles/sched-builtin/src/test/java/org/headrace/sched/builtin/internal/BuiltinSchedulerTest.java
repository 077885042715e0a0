package org.headrace.sched.builtin.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

class BuiltinSchedulerTest {
  /** Two partitions of one node with four cores each. */
  private static final TestCluster CLUSTER =
      TestCluster.of(2, 1, 4, 1, 100)
          .withPartitions(
              TestCluster.partition("a", NodeMask.of(0)),
              TestCluster.partition("b", NodeMask.of(1)));

  @Test
  void nobodyOvertakesInAPartition() {
    assertThat(plan(job(1, "a", 3, 1), job(2, "a", 2, 1), job(3, "a", 1, 1), job(4, "b", 4, 1)))
        .isEqualTo("1:start 2:RESOURCES 3:PRIORITY 4:start");
  }

  @Test
  void theImpossibleHoldsNobodyUp() {
    assertThat(plan(job(1, "a", 5, 1), job(2, "a", 2, 1), job(3, "ghost", 1, 1)))
        .isEqualTo("1:BAD_CONSTRAINTS 2:start 3:PARTITION_DOWN");
  }

  @Test
  void arraysStartTaskByTask() {
    assertThat(plan(job(1, "a", 2, 3), job(2, "b", 3, 1), job(1, "b", 1, 1)))
        .isEqualTo("1:start 1:start 1:RESOURCES 2:start 1:start");
  }

  private static PendingJob job(long id, String partition, int tasks, int startable) {
    ResourceRequest request =
        ResourceRequest.singleCpu().withLayout(TaskLayout.SINGLE.withTasks(tasks));
    return new PendingJob(
        id,
        new JobClass((int) id, request, 60_000, 0, ""),
        partition,
        0,
        0,
        1,
        false,
        0,
        1,
        "",
        "",
        startable);
  }

  private static String plan(PendingJob... jobs) {
    Plan plan =
        new BuiltinScheduler()
            .plan(
                CLUSTER,
                TestContext.queue(Arrays.asList(jobs)),
                new TestContext(
                    0,
                    new ConsTresSelector(),
                    TestContext.selection(CLUSTER, new FlatTopology(), Map.of()),
                    Map.of()));
    assertThat(plan.considered()).isEqualTo(jobs.length);
    List<Decision> decisions = plan.decisions();
    return decisions.stream()
        .map(
            one ->
                one.jobId() + ":" + (one instanceof Decision.Wait wait ? wait.reason() : "start"))
        .collect(Collectors.joining(" "));
  }
}
