package org.headrace.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.testkit.FirstFitSelector;
import org.headrace.testkit.FirstFitTopology;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.testkit.Workloads;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * What every scheduler must do, on generated clusters and queues. A message names the seed; {@link
 * Workloads} makes the same from it again.
 */
public abstract class SchedulerContract {
  private static final int SEEDS = 60;
  private static final int JOBS = 40;
  private static final int LONG_QUEUE = 5_000;

  /** A new instance of the scheduler. */
  protected abstract Scheduler scheduler();

  /** Settings of the scheduler; none unless overridden. */
  protected Map<String, String> options() {
    return Map.of();
  }

  /** How often a plan may ask whether it is wanted before it must have looked at the answer. */
  private Plan plan(Scheduler scheduler, TestCluster cluster, List<PendingJob> jobs, int patience) {
    PlanningContext context =
        new TestContext(
            Workloads.NOW,
            new FirstFitSelector(),
            TestContext.selection(cluster, new FirstFitTopology(), Map.of()),
            options());
    return scheduler.plan(
        cluster, TestContext.queue(jobs), new ImpatientContext(context, patience));
  }

  private Plan plan(TestCluster cluster, List<PendingJob> jobs) {
    Plan plan = plan(scheduler(), cluster, jobs, ImpatientContext.NEVER);
    assertNotNull(plan, "the plan is null");
    return plan;
  }

  @Test
  void anEmptyQueueGivesAnEmptyPlan() {
    Plan plan = plan(Workloads.cluster(1), List.of());
    assertTrue(plan.decisions().isEmpty(), () -> "decisions for no jobs: " + plan.decisions());
    assertEquals(0, plan.considered());
  }

  @Test
  void sameArgumentsGiveTheSamePlan() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      Scheduler one = scheduler();
      Plan first = plan(one, cluster, jobs, ImpatientContext.NEVER);
      String where = "seed " + seed;
      assertEquals(first, plan(one, cluster, jobs, ImpatientContext.NEVER), where + ", 2nd call");
      assertEquals(first, plan(cluster, jobs), where + ", another instance");
    }
  }

  @Test
  void whatIsPassedInStaysAsItIs() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      List<Object> before = Fingerprint.of(cluster);
      plan(cluster, jobs);
      assertEquals(before, Fingerprint.of(cluster), "seed " + seed);
    }
  }

  @Test
  void aPlanIsOfTheViewItWasGiven() {
    TestCluster cluster = Workloads.cluster(7);
    assertEquals(cluster.version(), plan(cluster, Workloads.queue(7, JOBS)).viewVersion());
  }

  @Test
  void everyJobThatWasConsideredIsDecidedOnWithAReason() {
    for (long seed = 0; seed < SEEDS; seed++) {
      String where = "seed " + seed;
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      Plan plan = plan(Workloads.cluster(seed), jobs);
      assertEquals(jobs.size(), plan.considered(), where + ": jobs left out without need");
      Set<Long> decided = new HashSet<>();
      for (Decision decision : plan.decisions()) {
        decided.add(decision.jobId());
        Reason reason = reason(decision);
        assertNotEquals(Reason.NONE, reason, where + ", job " + decision.jobId());
        assertNotNull(reason, where + ", job " + decision.jobId());
      }
      for (PendingJob job : jobs) {
        assertTrue(decided.contains(job.id()), where + ": nothing said of job " + job.id());
      }
    }
  }

  private static Reason reason(Decision decision) {
    if (decision instanceof Decision.Wait wait) {
      return wait.reason();
    }
    return decision instanceof Decision.Reserve reserve ? reserve.reason() : Reason.PRIORITY;
  }

  @Test
  void startsFitIntoWhatIsFreeAndAreOfJobsThatMayStart() {
    for (long seed = 0; seed < SEEDS; seed++) {
      TestCluster cluster = Workloads.cluster(seed);
      List<PendingJob> jobs = Workloads.queue(seed, JOBS);
      checkStarts(plan(cluster, jobs), cluster, jobs, "seed " + seed);
    }
  }

  private static void checkStarts(
      Plan plan, TestCluster cluster, List<PendingJob> jobs, String where) {
    ResourceLedger free = cluster.ledger();
    Map<Long, Integer> startable = new HashMap<>();
    Map<Long, Set<String>> partitions = new HashMap<>();
    for (PendingJob job : jobs) {
      startable.put(job.id(), job.startable());
      partitions.computeIfAbsent(job.id(), id -> new HashSet<>()).add(job.partition());
    }
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start start) {
        String what = where + ", job " + start.jobId();
        int left = startable.merge(start.jobId(), -1, Integer::sum);
        assertTrue(left >= 0, what + ": started more often than it may");
        assertTrue(
            partitions.get(start.jobId()).contains(start.partition()),
            what + ": started in " + start.partition());
        inPartition(start.allocation(), cluster.partition(start.partition()), what);
        assertNull(free.problem(start.allocation()), what);
        free.allocate(start.allocation(), ResourceLedger.NO_USER);
      }
    }
  }

  private static void inPartition(Allocation allocation, PartitionView partition, String what) {
    for (NodeAllocation part : allocation.nodes()) {
      assertTrue(
          partition.nodes().contains(part.node()),
          what + ": node id " + part.node() + " isn't in partition " + partition.name());
    }
  }

  @Test
  void aFreeClusterIsUsed() {
    TestCluster cluster = TestCluster.of(2, 1, 4, 1, 1_000);
    PendingJob job = Workloads.job(1, "main", ResourceRequest.singleCpu(), 3_600_000, 1, 1);
    assertTrue(
        plan(cluster, List.of(job)).decisions().stream()
            .anyMatch(decision -> decision instanceof Decision.Start),
        "the only job does not start on an empty cluster");
  }

  @Test
  void whatCannotRunIsToldSoAndHoldsUpNoPlan() {
    TestCluster cluster = TestCluster.of(2, 1, 4, 1, 1_000);
    ResourceRequest huge =
        ResourceRequest.singleCpu().withLayout(TaskLayout.SINGLE.withTasks(1_000));
    List<PendingJob> jobs =
        List.of(
            Workloads.job(1, "ghost", ResourceRequest.singleCpu(), 60_000, 9, 1),
            Workloads.job(2, "main", huge, JobClass.UNLIMITED, 8, 1),
            Workloads.job(3, "main", huge, 60_000, 7, 100));
    Plan plan = plan(cluster, jobs);
    assertEquals(3, plan.considered());
    assertTrue(
        plan.decisions().stream().noneMatch(decision -> decision instanceof Decision.Start),
        () -> "something started: " + plan.decisions());
  }

  @Test
  void aPlanThatIsNotWantedAnyMoreEndsEarlyWithWhatItHas() {
    TestCluster cluster = Workloads.cluster(3);
    List<PendingJob> jobs = Workloads.queue(3, LONG_QUEUE);
    for (int patience : new int[] {0, 1, 5}) {
      Plan plan =
          Assertions.assertTimeoutPreemptively(
              Duration.ofSeconds(20), () -> plan(scheduler(), cluster, jobs, patience));
      assertTrue(
          plan.considered() < LONG_QUEUE / 2,
          "cancelled() was true from the "
              + (patience + 1)
              + ". time on, and "
              + plan.considered()
              + " of "
              + LONG_QUEUE
              + " jobs were considered all the same");
      checkStarts(plan, cluster, jobs, "cancelled plan");
    }
  }

  @Test
  void noThreadIsLeftBehind() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    plan(Workloads.cluster(5), Workloads.queue(5, JOBS));
    List<Thread> after = new ArrayList<>(Thread.getAllStackTraces().keySet());
    after.removeAll(before);
    after.removeIf(thread -> !thread.getThreadGroup().getName().equals("main"));
    assertTrue(after.isEmpty(), () -> "threads of the plugin's own: " + after);
  }

  /** Rows of a queue in the order given; for tests of one's own. */
  protected static PendingJobs queue(PendingJob... jobs) {
    return TestContext.queue(List.of(jobs));
  }
}
