package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Freed;
import org.headrace.api.scheduler.LimitLedger;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

class LimitedPassTest {
  /** One node of sixteen cores. */
  private static final TestCluster CLUSTER = TestCluster.of(1, 1, 16, 1, 1000);

  private static final Blocker TOO_MANY =
      new Blocker(Reason.ASSOCIATION_MAX_JOBS, 0, "three jobs run", Blocker.UNKNOWN);

  /** Each user may run so many jobs, with so many CPUs each. */
  private static final class JobsOfAUser implements LimitLedger {
    private final int most;
    private final int cpus;
    private final int[] running = new int[10];

    JobsOfAUser(int most, int cpus) {
      this.most = most;
      this.cpus = cpus;
    }

    @Override
    public Blocker obstacle(PendingJobs queue, int row) {
      return running[queue.user(row)] >= most ? TOO_MANY : null;
    }

    @Override
    public Blocker obstacle(PendingJobs queue, int row, Allocation allocation) {
      return allocation.cpus() > cpus ? TOO_MANY : null;
    }

    @Override
    public void started(PendingJobs queue, int row, Allocation allocation) {
      running[queue.user(row)]++;
    }

    @Override
    public LimitLedger copy() {
      JobsOfAUser copy = new JobsOfAUser(most, cpus);
      System.arraycopy(running, 0, copy.running, 0, running.length);
      return copy;
    }
  }

  @Test
  void aPassStartsNoMoreThanAUserMayAndOthersOfTheClassGoOn() {
    List<PendingJob> jobs = new ArrayList<>();
    for (int id = 1; id <= 10; id++) {
      jobs.add(job(id, 1, 1));
    }
    jobs.add(job(11, 2, 1));
    List<Decision> decisions = plan(jobs, new JobsOfAUser(3, 16));
    assertThat(started(decisions)).containsExactly(1L, 2L, 3L, 11L);
    assertThat(decisions)
        .filteredOn(Decision.Wait.class::isInstance)
        .hasSize(7)
        .allSatisfy(
            one ->
                assertThat(((Decision.Wait) one).reason()).isEqualTo(Reason.ASSOCIATION_MAX_JOBS));
  }

  @Test
  void anAnswerStartsNoMoreThanAUserMay() {
    List<PendingJob> jobs = new ArrayList<>();
    for (int id = 1; id <= 10; id++) {
      jobs.add(job(id, 1, 1));
    }
    jobs.add(job(11, 2, 1));
    Plan answer =
        new BackfillScheduler()
            .answer(
                CLUSTER,
                TestContext.queue(jobs),
                new Freed(NodeMask.of(0), List.of()),
                context(new JobsOfAUser(3, 16)));
    assertThat(started(answer.decisions())).containsExactly(1L, 2L, 3L, 11L);
  }

  @Test
  void aLimitOfAnAssociationMayKeepBackAllThatComeAfter() {
    List<PendingJob> jobs = new ArrayList<>();
    for (int id = 1; id <= 4; id++) {
      jobs.add(job(id, 1, 1));
    }
    jobs.add(job(5, 2, 1));
    List<Decision> decisions = plan(jobs, new JobsOfAUser(3, 16), "assoc_limit_stop");
    assertThat(started(decisions)).containsExactly(1L, 2L, 3L);
    Decision.Wait last = (Decision.Wait) decisions.get(4);
    assertThat(last.reason()).isEqualTo(Reason.PRIORITY);
    assertThat(last.blockers().get(0).detail()).contains("three jobs run");
    assertThat(started(plan(jobs, new JobsOfAUser(9, 0), "assoc_limit_stop"))).isEmpty();
  }

  @Test
  void tasksOfAnArrayCountOneByOne() {
    List<Decision> decisions = plan(List.of(job(1, 1, 8)), new JobsOfAUser(3, 16));
    assertThat(started(decisions)).containsExactly(1L, 1L, 1L);
    assertThat(decisions.get(3)).isInstanceOf(Decision.Wait.class);
  }

  @Test
  void whatAJobWouldGetMayBeTooMuch() {
    List<Decision> decisions = plan(List.of(job(1, 1, 1)), new JobsOfAUser(3, 0));
    assertThat(started(decisions)).isEmpty();
    assertThat(((Decision.Wait) decisions.get(0)).blockers()).containsExactly(TOO_MANY);
  }

  private static List<Long> started(List<Decision> decisions) {
    return decisions.stream()
        .filter(Decision.Start.class::isInstance)
        .map(Decision::jobId)
        .toList();
  }

  private static PendingJob job(long id, int user, int startable) {
    JobClass plain = new JobClass(0, ResourceRequest.singleCpu(), 60_000, 0, "");
    return new PendingJob(id, plain, "main", 0, 0, 1, false, 0, user, "", "", startable);
  }

  private static List<Decision> plan(
      List<PendingJob> jobs, LimitLedger limits, String... settings) {
    return new BackfillScheduler()
        .plan(CLUSTER, TestContext.queue(jobs), context(limits, settings))
        .decisions();
  }

  private static PlanningContext context(LimitLedger limits, String... settings) {
    PlanningContext plain =
        new TestContext(
            0,
            new ConsTresSelector(),
            TestContext.selection(CLUSTER, new FlatTopology(), Map.of()),
            Stream.of(settings).collect(Collectors.toMap(word -> word, word -> "")));
    return new LimitedContext(plain, limits);
  }
}
