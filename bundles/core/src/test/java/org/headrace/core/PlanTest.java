package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

class PlanTest {
  private final TestCluster cluster = TestCluster.up(2);

  private void apply(Decision... decisions) {
    cluster.system(
        new Command.ApplyPlan(
            new Plan(0, List.of(decisions), decisions.length), TestCluster.NONE, TestCluster.NONE));
  }

  private static Decision.Start start(long id, int node, int... cores) {
    CoreSet set = CoreSet.of(cores);
    NodeAllocation part = new NodeAllocation(node, set, set.size(), 0, List.of(), 1);
    return new Decision.Start(id, "debug", new Allocation(List.of(part), false));
  }

  @Test
  void whatIsStaleOrNonsenseIsDroppedAndTheRestIsDone() {
    long first = cluster.submit(Specs.job(ANNA));
    long second = cluster.submit(Specs.job(ANNA));
    apply(
        start(first, 7, 0),
        start(first, 0, 8),
        start(99, 0, 0),
        new Decision.Start(first, "nowhere", null),
        start(first, 0, 3),
        start(first, 0, 4),
        start(second, 0, 3),
        start(second, 0, 4));
    assertThat(cluster.machine.counters().stale()).isEqualTo(6);
    assertThat(cluster.state(first)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.state(second)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.machine.publish().ledger().freeCoreCount(0)).isEqualTo(6);
  }

  /** Each node has two GPUs. */
  @Test
  void whoAsksForDevicesIsNotStartedWithFewer() {
    JobSpec spec = Specs.job(ANNA);
    long job =
        cluster.submit(
            spec.withRequest(
                spec.request()
                    .withGres(List.of(new GresRequest("gpu", "", 2, GresRequest.Scope.NODE)))));
    apply(start(job, 0, 0), withGpus(job, 0), withGpus(job, 0, 1));
    assertThat(cluster.machine.counters().stale()).isEqualTo(2);
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
  }

  private static Decision.Start withGpus(long id, int... gpus) {
    CoreSet set = CoreSet.of(gpus);
    GresAllocation given = new GresAllocation("gpu", "a100", set, set.size());
    NodeAllocation part = new NodeAllocation(0, CoreSet.of(0), 1, 0, List.of(given), 1);
    return new Decision.Start(id, "debug", new Allocation(List.of(part), false));
  }

  /** Also on nodes that it only kept from others something comes free when a job ends. */
  @Test
  void whatAJobKeptComesFreeWithIt() {
    JobSpec alone = Specs.job(ANNA);
    alone = alone.withRequest(alone.request().withSharing(Sharing.TOPOLOGY));
    long job = cluster.submit(alone);
    Decision.Start start = start(job, 0, 0);
    apply(new Decision.Start(job, "debug", start.allocation().withKept(List.of(0, 1))));
    assertThat(cluster.state(job)).isEqualTo(JobState.RUNNING);
    PublishedState running = cluster.machine.publish();
    long other = cluster.submit(Specs.job(ANNA));
    apply(start(other, 1, 0));
    assertThat(cluster.state(other)).as("on a node that is kept").isEqualTo(JobState.PENDING);
    assertThat(cluster.machine.publish().freedSince(running)).isEqualTo(NodeMask.EMPTY);
    cluster.finish(job, 0);
    assertThat(cluster.machine.publish().freedSince(running)).isEqualTo(NodeMask.of(0, 1));
    apply(start(other, 1, 0));
    assertThat(cluster.state(other)).isEqualTo(JobState.RUNNING);
  }

  private static JobSpec licensed(int count) {
    ResourceRequest one = Specs.job(ANNA).request();
    return Specs.job(ANNA)
        .withRequest(
            new ResourceRequest(
                1,
                1,
                one.layout(),
                one.memory(),
                List.of(),
                0,
                one.nodes(),
                one.sharing(),
                Map.of("matlab", count)));
  }

  /** A plan that was made before somebody else took the licence. */
  @Test
  void aJobWithoutALicenceSaysSoAndIsLookedAtWhenOneIsBack() {
    long first = cluster.submit(licensed(2));
    long second = cluster.submit(licensed(1));
    apply(start(first, 0, 0), start(second, 0, 1));
    assertThat(cluster.state(second)).isEqualTo(JobState.PENDING);
    assertThat(cluster.reason(second)).isEqualTo(Reason.LICENSES);
    long generation = cluster.machine.planGeneration();
    cluster.finish(first, 0);
    assertThat(cluster.machine.planGeneration()).isGreaterThan(generation);
    apply(start(second, 0, 1));
    assertThat(cluster.state(second)).isEqualTo(JobState.RUNNING);
  }

  @Test
  void whoWaitsBehindAJobIsLookedAtWhenThatIsCancelledOrHeld() {
    long first = cluster.submit(Specs.job(ANNA));
    long second = cluster.submit(Specs.job(ANNA));
    long generation = cluster.machine.planGeneration();
    cluster.apply(new Command.HoldJob(JobTarget.of(first), true), ANNA);
    assertThat(cluster.machine.planGeneration()).isGreaterThan(generation);
    generation = cluster.machine.planGeneration();
    cluster.cancel(second, ANNA);
    assertThat(cluster.machine.planGeneration()).isGreaterThan(generation);
  }

  @Test
  void aJobThatWasHeldHasToBeConsideredAnew() {
    long id = cluster.submit(Specs.job(ANNA));
    apply(new Decision.Wait(id, Reason.PRIORITY, 0, List.of()));
    assertThat(cluster.machine.publish().input().queue().considered(0)).isTrue();
    cluster.apply(new Command.HoldJob(JobTarget.of(id), true), ANNA);
    cluster.apply(new Command.ReleaseJob(JobTarget.of(id)), ANNA);
    assertThat(cluster.machine.publish().input().queue().considered(0)).isFalse();
  }

  @Test
  void waitingJobsRememberWhy() {
    long id = cluster.submit(Specs.job(ANNA));
    Blocker blocker = new Blocker(Reason.RESOURCES, 2, "busy", 5);
    apply(
        new Decision.Reserve(
            id, "debug", cluster.now + 9, List.of(1), Reason.RESOURCES, List.of(blocker)));
    PublishedState state = cluster.machine.publish();
    assertThat(state.job(id).status().reason()).isEqualTo(Reason.RESOURCES);
    assertThat(state.job(id).status().expectedStart()).isEqualTo(cluster.now + 9);
    assertThat(state.job(id).status().lastConsidered()).isEqualTo(cluster.now);
    assertThat(state.blockers(id)).containsExactly(blocker);
    assertThat(state.nodeStatus("n2").view().state().flags()).hasSize(1);
  }

  /** The state as a snapshot brings it back. */
  private PublishedState restored() {
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    ClusterMachine other = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    other.load(items.iterator());
    assertThat(other.stateHash()).isEqualTo(cluster.machine.stateHash());
    return other.publish();
  }

  /** What was estimated for a job must not come back to a scheduler as its promise. */
  @Test
  void aPromiseIsToldFromAnEstimate() {
    long id = cluster.submit(Specs.job(ANNA));
    apply(
        new Decision.Reserve(
            id, "debug", cluster.now + 9, List.of(1), Reason.RESOURCES, List.of()));
    PublishedState state = cluster.machine.publish();
    assertThat(state.promised(id)).isTrue();
    assertThat(state.setAside(id)).isEqualTo(NodeMask.of(1));
    assertThat(state.input().queue().get(0).expectedStart()).isEqualTo(cluster.now + 9);
    PublishedState restored = restored();
    assertThat(restored.promised(id)).isTrue();
    assertThat(restored.setAside(id)).isEqualTo(NodeMask.of(1));

    apply(new Decision.Wait(id, Reason.PRIORITY, cluster.now + 7, List.of()));
    state = cluster.machine.publish();
    assertThat(state.promised(id)).isFalse();
    assertThat(state.setAside(id).isEmpty()).isTrue();
    assertThat(state.job(id).status().expectedStart()).isEqualTo(cluster.now + 7);
    assertThat(state.input().queue().get(0).expectedStart()).isZero();
    assertThat(restored().promised(id)).isFalse();
  }

  @Test
  void prioritiesOrderTheQueue() {
    long first = cluster.submit(Specs.job(ANNA));
    long second = cluster.submit(Specs.job(ANNA));
    cluster.system(
        new Command.ApplyPlan(
            new Plan(0, List.of(), 0), new long[] {first, second, 55}, new long[] {10, 20, 1}));
    EligibleJobs queue = cluster.machine.publish().input().queue();
    assertThat(queue.jobId(0)).isEqualTo(second);
    EligibleJobs other = queue.withPriorities(new int[] {0, 1}, new long[] {5, 6});
    assertThat(other.jobId(0)).isEqualTo(first);
    assertThat(other.get(0).priority()).isEqualTo(6);
    assertThat(cluster.job(second).status().priority()).isEqualTo(20);
  }

  @Test
  void aPublishedStateStaysAsItWas() {
    long id = cluster.submit(Specs.job(ANNA));
    PublishedState before = cluster.machine.publish();
    cluster.schedule();
    cluster.submit(Specs.job(ANNA));
    assertThat(before.jobCount()).isEqualTo(1);
    assertThat(before.job(id).status().state()).isEqualTo(JobState.PENDING);
    assertThat(before.running()).isEmpty();
    assertThat(before.ledger().freeCoreCount(0)).isEqualTo(8);
    assertThat(before.input().queue().size()).isEqualTo(1);
    PublishedState after = cluster.machine.publish();
    assertThat(after.job(id).status().state()).isEqualTo(JobState.RUNNING);
    assertThat(after.version()).isGreaterThan(before.version());
  }

  @Test
  void somethingThatCouldStartAJobAsksForAPlan() {
    long before = cluster.machine.planGeneration();
    long id = cluster.submit(Specs.job(ANNA));
    long submitted = cluster.machine.planGeneration();
    assertThat(submitted).isGreaterThan(before);
    cluster.schedule();
    assertThat(cluster.machine.planGeneration()).isEqualTo(submitted);
    cluster.finish(id, 0);
    assertThat(cluster.machine.planGeneration()).isGreaterThan(submitted);
  }

  @Test
  void aJobThatMayHaveOneNodeOrThreeIsNotStartedOnTwo() {
    TestCluster three = TestCluster.up(3);
    JobSpec one = Specs.job(ANNA);
    ResourceRequest request =
        one.request().withLayout(one.request().layout().withTasks(3)).withCounts(List.of(1, 3));
    long id = three.submit(one.withRequest(request));
    for (int nodes : List.of(2, 3)) {
      List<NodeAllocation> parts = new ArrayList<>();
      for (int node = 0; node < nodes; node++) {
        CoreSet cores = CoreSet.of(0, 1);
        parts.add(new NodeAllocation(node, cores, 2, 0, List.of(), 1));
      }
      Plan plan =
          new Plan(0, List.of(new Decision.Start(id, "debug", new Allocation(parts, false))), 1);
      three.system(new Command.ApplyPlan(plan, TestCluster.NONE, TestCluster.NONE));
      assertThat(three.state(id)).isEqualTo(nodes == 3 ? JobState.RUNNING : JobState.PENDING);
    }
  }
}
