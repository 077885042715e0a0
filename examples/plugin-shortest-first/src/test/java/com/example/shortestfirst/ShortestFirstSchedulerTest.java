package com.example.shortestfirst;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.testkit.FirstFitSelector;
import org.headrace.testkit.FirstFitTopology;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.testkit.Workloads;
import org.junit.jupiter.api.Test;

/** What this scheduler is for. One node of four cores; each job wants some of them. */
class ShortestFirstSchedulerTest {
  private static final TestCluster CLUSTER = TestCluster.of(1, 1, 4, 1, 1_000);
  private static final long MINUTE = 60_000;

  @Test
  void theShortestStartsFirst() {
    assertEquals(
        "3 starts, 2 RESOURCES, 1 PRIORITY",
        plan(Map.of(), job(1, 3, 60), job(2, 3, 30), job(3, 3, 5)));
  }

  @Test
  void withinOneLimitTheOrderOfTheQueueStays() {
    assertEquals(
        "1 starts, 2 starts, 3 RESOURCES",
        plan(Map.of(), job(1, 2, 9), job(2, 2, 9), job(3, 2, 9)));
  }

  @Test
  void nobodyOvertakesTheOneThatWaits() {
    assertEquals(
        "2 starts, 3 RESOURCES, 1 PRIORITY",
        plan(Map.of(), job(1, 1, 60), job(2, 3, 5), job(3, 4, 30)));
  }

  @Test
  void aJobWithoutLimitIsTheLongest() {
    PendingJob endless = Workloads.job(1, "main", request(3), JobClass.UNLIMITED, 1, 1);
    assertEquals("2 starts, 1 RESOURCES", plan(Map.of(), endless, job(2, 3, 60)));
  }

  @Test
  void whoHasWaitedTooLongGoesFirst() {
    // The kit's jobs have been eligible for ten minutes.
    assertEquals(
        "1 starts, 2 RESOURCES",
        plan(Map.of(ShortestFirstScheduler.MAX_WAIT, "5"), job(1, 3, 60), job(2, 3, 5)));
    assertEquals(
        "2 starts, 1 RESOURCES",
        plan(Map.of(ShortestFirstScheduler.MAX_WAIT, "nonsense"), job(1, 3, 60), job(2, 3, 5)));
  }

  private static PendingJob job(long id, int cores, long minutes) {
    return Workloads.job(id, "main", request(cores), minutes * MINUTE, 1, 1);
  }

  private static ResourceRequest request(int cores) {
    return ResourceRequest.singleCpu().withLayout(TaskLayout.SINGLE.withTasks(cores));
  }

  private static String plan(Map<String, String> options, PendingJob... jobs) {
    TestContext context =
        new TestContext(
            Workloads.NOW,
            new FirstFitSelector(),
            TestContext.selection(CLUSTER, new FirstFitTopology(), Map.of()),
            options);
    return new ShortestFirstScheduler()
        .plan(CLUSTER, TestContext.queue(List.of(jobs)), context).decisions().stream()
        .map(ShortestFirstSchedulerTest::text)
        .collect(Collectors.joining(", "));
  }

  private static String text(Decision decision) {
    return decision.jobId()
        + (decision instanceof Decision.Wait wait ? " " + wait.reason() : " starts");
  }
}
