package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.Plan;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Words of {@code SchedulerParameters} that change what is decided. On a node of sixteen cores job
 * 1 starts, job 2 wants all of them and waits, and small ones come after it.
 */
class BackfillSettingsTest {
  private static final long NOW = 1_000_000;
  private static final long MINUTE = 60_000;
  private static final TestCluster CLUSTER = TestCluster.of(1, 1, 16, 1, 1000);

  /** Those that a pass starts, with the jobs that resources are set aside for behind them. */
  private record Result(List<Long> started, List<Long> promised, List<Decision> all) {}

  private static Result plan(TestCluster cluster, List<PendingJob> jobs, String... settings) {
    Plan plan =
        new BackfillScheduler().plan(cluster, TestContext.queue(jobs), context(cluster, settings));
    List<Long> started = new ArrayList<>();
    List<Long> promised = new ArrayList<>();
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start) {
        started.add(decision.jobId());
      } else if (decision instanceof Decision.Reserve) {
        promised.add(decision.jobId());
      }
    }
    return new Result(started, promised, plan.decisions());
  }

  private static TestContext context(TestCluster cluster, String... settings) {
    Map<String, String> options = new HashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      options.put(
          equals < 0 ? setting : setting.substring(0, equals),
          equals < 0 ? "" : setting.substring(equals + 1));
    }
    return new TestContext(
        NOW,
        new ConsTresSelector(),
        TestContext.selection(cluster, new FlatTopology(), Map.of()),
        options);
  }

  private static PendingJob job(long id, int user, String account, int cpus, long limit) {
    return job(id, user, account, cpus, limit, "main", NOW, 100);
  }

  private static PendingJob job(
      long id,
      int user,
      String account,
      int cpus,
      long limit,
      String partition,
      long eligible,
      long priority) {
    ResourceRequest one = ResourceRequest.singleCpu();
    ResourceRequest request = one.withLayout(one.layout().withTasks(cpus));
    JobClass jobClass = new JobClass((int) (cpus * 100 + limit / MINUTE), request, limit, 0, "");
    return new PendingJob(
        id, jobClass, partition, eligible, eligible, priority, false, 0, user, account, "", 1);
  }

  /** Jobs 1 and 2 of user 1, then small ones of users 2, 2, 3, 2 and 3. */
  private static List<PendingJob> queue() {
    return List.of(
        job(1, 1, "a", 8, MINUTE),
        job(2, 1, "a", 16, MINUTE),
        job(3, 2, "a", 1, MINUTE),
        job(4, 2, "b", 1, MINUTE),
        job(5, 3, "a", 1, MINUTE),
        job(6, 2, "a", 1, MINUTE),
        job(7, 3, "a", 1, MINUTE));
  }

  private static Decision.Wait waits(Result result, long id) {
    return (Decision.Wait)
        result.all().stream().filter(one -> one.jobId() == id).findFirst().orElseThrow();
  }

  @Test
  void withoutThemAllThatFitsStarts() {
    assertThat(plan(CLUSTER, queue()).started()).containsExactly(1L, 3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void soManyOfAUserAreLookedAt() {
    Result result = plan(CLUSTER, queue(), "bf_max_job_user=1");
    assertThat(result.started()).containsExactly(1L, 3L, 5L);
    assertThat(waits(result, 4).reason()).isEqualTo(Reason.PRIORITY);
    assertThat(waits(result, 4).blockers().get(0).detail()).contains("bf_max_job_user=1");
    assertThat(plan(CLUSTER, queue(), "bf_max_job_user=2").started())
        .containsExactly(1L, 3L, 4L, 5L, 7L);
  }

  @Test
  void soManyOfAPartitionAreLookedAt() {
    assertThat(plan(CLUSTER, queue(), "bf_max_job_part=3").started())
        .containsExactly(1L, 3L, 4L, 5L);
  }

  @Test
  void soManyOfAUserInAPartitionAreLookedAt() {
    TestCluster two =
        CLUSTER.withPartitions(
            TestCluster.partition("main", NodeMask.of(0)),
            TestCluster.partition("more", NodeMask.of(0)));
    List<PendingJob> jobs = new ArrayList<>(queue());
    jobs.add(job(8, 2, "a", 1, MINUTE, "more", NOW, 1));
    assertThat(plan(two, jobs, "bf_max_job_user_part=1").started()).containsExactly(1L, 3L, 5L, 8L);
    assertThat(plan(two, jobs, "bf_max_job_user=1").started()).containsExactly(1L, 3L, 5L);
  }

  @Test
  void soManyOfAnAssociationAreLookedAt() {
    assertThat(plan(CLUSTER, queue(), "bf_max_job_assoc=1").started())
        .containsExactly(1L, 3L, 4L, 5L);
  }

  @Test
  void soManyStartBeforeTheirTurn() {
    assertThat(plan(CLUSTER, queue(), "bf_max_job_start=2").started()).containsExactly(1L, 3L, 4L);
  }

  /** Job 3 would delay the one that resources are set aside for. */
  @Test
  void whoHasntWaitedLongGetsNothingSetAside() {
    List<PendingJob> jobs = new ArrayList<>(queue().subList(0, 2));
    jobs.add(job(3, 2, "a", 1, 100 * MINUTE));
    assertThat(plan(CLUSTER, jobs, "bf_min_age_reserve=0").started()).containsExactly(1L);
    Result young = plan(CLUSTER, jobs, "bf_min_age_reserve=60");
    assertThat(young.started()).containsExactly(1L, 3L);
    assertThat(young.promised()).isEmpty();
    jobs.set(1, job(2, 1, "a", 16, MINUTE, "main", NOW - MINUTE, 100));
    Result old = plan(CLUSTER, jobs, "bf_min_age_reserve=60");
    assertThat(old.started()).containsExactly(1L);
    assertThat(old.promised()).containsExactly(2L);
  }

  @Test
  void whoseTurnIsntNearGetsNothingSetAside() {
    List<PendingJob> jobs = new ArrayList<>(queue().subList(0, 2));
    jobs.add(job(3, 2, "a", 1, 100 * MINUTE));
    assertThat(plan(CLUSTER, jobs, "bf_min_prio_reserve=100").promised()).containsExactly(2L);
    assertThat(plan(CLUSTER, jobs, "bf_min_prio_reserve=101").started()).containsExactly(1L, 3L);
  }

  @Test
  void theFirstOfEachPartitionGetThem() {
    List<PendingJob> jobs = new ArrayList<>(queue().subList(0, 2));
    LongStream.rangeClosed(3, 6).forEach(id -> jobs.add(job(id, 2, "a", 16, MINUTE)));
    assertThat(plan(CLUSTER, jobs).promised()).containsExactly(2L);
    assertThat(plan(CLUSTER, jobs, "bf_job_part_count_reserve=3").promised())
        .containsExactly(2L, 3L, 4L);
    assertThat(
            plan(CLUSTER, jobs, "bf_job_part_count_reserve=3", "bf_max_reservations=2").promised())
        .containsExactly(2L, 3L);
  }

  @Test
  void aJobOfSeveralPartitionsHasThemInOne() {
    TestCluster two =
        CLUSTER.withPartitions(
            TestCluster.partition("main", NodeMask.of(0)),
            TestCluster.partition("more", NodeMask.of(0)));
    List<PendingJob> jobs =
        List.of(
            job(1, 1, "a", 8, MINUTE),
            job(2, 1, "a", 16, MINUTE),
            job(2, 1, "a", 16, MINUTE, "more", NOW, 1));
    assertThat(plan(two, jobs).promised()).containsExactly(2L, 2L);
    assertThat(plan(two, jobs, "bf_one_resv_per_job").promised()).containsExactly(2L);
  }

  /** What they say is a whole pass's to follow. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bf_max_job_user=1",
        "bf_max_job_part=1",
        "bf_max_job_user_part=1",
        "bf_max_job_assoc=1",
        "bf_max_job_start=1",
        "bf_min_age_reserve=60",
        "bf_min_prio_reserve=60",
        "bf_one_resv_per_job",
        "assoc_limit_stop"
      })
  void eventsAreAnsweredByWholePasses(String setting) {
    Freed freed = new Freed(NodeMask.of(0), List.of());
    BackfillScheduler scheduler = new BackfillScheduler();
    assertThat(scheduler.answer(CLUSTER, TestContext.queue(queue()), freed, context(CLUSTER)))
        .isNotNull();
    assertThat(
            scheduler.answer(CLUSTER, TestContext.queue(queue()), freed, context(CLUSTER, setting)))
        .isNull();
  }

  private static PendingJob onNodes(long id, int cpus, long limit, String... names) {
    ResourceRequest one = ResourceRequest.singleCpu();
    NodeConstraint there =
        new NodeConstraint("", "", List.of(names), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
    ResourceRequest request = one.withLayout(one.layout().withTasks(cpus)).withConstraint(there);
    JobClass jobClass = new JobClass((int) id, request, limit, 0, "");
    return new PendingJob(id, jobClass, "main", NOW, NOW, 100, false, 0, 1, "a", "", 1);
  }

  /** One promise gives way to who can start on idle nodes; of two that are on them, neither. */
  @Test
  void whoStartsLaterHasNodesSetAsideThatAreInUse() {
    TestCluster six = TestCluster.of(6, 1, 4, 1, 1000);
    List<PendingJob> jobs =
        List.of(
            onNodes(1, 16, MINUTE, "n2", "n3", "n4", "n5"),
            onNodes(2, 8, MINUTE, "n2"),
            onNodes(3, 8, MINUTE, "n5"),
            onNodes(4, 8, 10 * MINUTE, "n0", "n1"));
    assertThat(plan(six, jobs, "bf_max_reservations=5").started()).containsExactly(1L);
    Result busy = plan(six, jobs, "bf_max_reservations=5", "bf_busy_nodes");
    assertThat(busy.started()).containsExactly(1L, 4L);
    assertThat(busy.promised()).containsExactly(2L, 3L);
  }

  /** What doesn't fit on those in use alone is set aside as without the word. */
  @Test
  void whoWantsMoreThanIsInUseHasIdleNodesToo() {
    TestCluster three = TestCluster.of(3, 1, 4, 1, 1000);
    List<PendingJob> jobs =
        List.of(
            onNodes(1, 8, MINUTE, "n1", "n2"), onNodes(2, 12, MINUTE), onNodes(3, 4, 10 * MINUTE));
    Result all = plan(three, jobs, "bf_max_reservations=5", "bf_busy_nodes");
    assertThat(all.started()).containsExactly(1L);
    assertThat(all.promised()).contains(2L);
  }

  @Test
  void valuesBeyondWhatSlurmTakesAreNamed() {
    assertThatThrownBy(() -> plan(CLUSTER, queue(), "bf_max_job_start=10001"))
        .hasMessageContaining("bf_max_job_start=10001 is not a whole number from 0 to 10000");
  }
}
