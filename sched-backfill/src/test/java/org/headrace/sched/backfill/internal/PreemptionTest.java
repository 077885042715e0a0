package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.preemption.Candidate;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Preemptables;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.testkit.OtherContext;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.Test;

/** Jobs preempt those of lower priority, in the mode that a test gives each running job. */
class PreemptionTest {
  private static final long MINUTE = 60_000;
  private static final ResourceRequest ONE = ResourceRequest.singleCpu();

  private final Map<Long, PreemptMode> modes = new TreeMap<>();
  private final List<RunningJob> running = new ArrayList<>();
  private TestCluster cluster = TestCluster.of(2, 1, 4, 1, 100);
  private int reorders = 1;

  private static ResourceRequest cpus(int count) {
    return ONE.withLayout(new TaskLayout(1, count, 0, 0, 0, false, ""));
  }

  private static PendingJob job(long id, ResourceRequest request, long minutes, long priority) {
    JobClass jobClass =
        new JobClass((int) (request.hashCode() & 0xFF), request, minutes * MINUTE, 0, "");
    return new PendingJob(id, jobClass, "main", 0, 0, priority, false, 0, 1, "", "", 1);
  }

  /** A job on the cores of a node from {@code first} to before {@code end}. */
  private RunningJob runs(long id, int node, int first, int end, long priority, PreemptMode mode) {
    CoreSet cores = CoreSet.firstOf(end).minus(CoreSet.firstOf(first));
    return runs(
        id, new NodeAllocation(node, cores, cores.size(), 10, List.of(), 1), priority, mode);
  }

  private RunningJob runs(long id, NodeAllocation part, long priority, PreemptMode mode) {
    RunningJob job =
        new RunningJob(
            id, new Allocation(List.of(part), false), "main", 1, false, priority, 0, 1000 * MINUTE);
    running.add(job);
    modes.put(id, mode);
    return job;
  }

  private void replace(RunningJob job, Allocation held, boolean leaving, Allocation goesOnWith) {
    running.remove(job);
    long end = leaving ? 0 : job.endsBy();
    running.add(
        new RunningJob(
            job.id(),
            held,
            "main",
            1,
            false,
            job.priority(),
            0,
            end,
            "",
            leaving,
            false,
            goesOnWith));
  }

  /** The running jobs of lower priority, the lowest and then the youngest first. */
  private List<Candidate> candidates(PendingJobs queue, int row) {
    return running.stream()
        .filter(job -> job.priority() < queue.get(row).priority())
        .filter(job -> modes.get(job.id()) != PreemptMode.OFF)
        .sorted(
            Comparator.comparingLong(RunningJob::priority)
                .thenComparing(Comparator.comparingLong(RunningJob::id).reversed()))
        .map(job -> new Candidate(job, modes.get(job.id())))
        .toList();
  }

  private List<String> plan(PendingJob... jobs) {
    running.sort(Comparator.comparingLong(RunningJob::id));
    TestCluster view = cluster.withRunning(List.copyOf(running));
    TestContext plain =
        new TestContext(
            0,
            new ConsTresSelector(),
            TestContext.selection(view, new FlatTopology(), Map.of()),
            Map.of());
    Plan plan =
        new BackfillScheduler().plan(view, TestContext.queue(List.of(jobs)), new Preempting(plain));
    return plan.decisions().stream().map(PreemptionTest::show).toList();
  }

  private static String show(Decision decision) {
    if (decision instanceof Decision.Start start) {
      String suspends = start.suspends().isEmpty() ? "" : " suspends " + start.suspends();
      return start.jobId() + " starts" + suspends;
    } else if (decision instanceof Decision.Preempt preempt) {
      List<String> victims =
          preempt.victims().stream().map(one -> one.mode() + " " + one.jobId()).toList();
      return preempt.jobId() + " has " + victims;
    } else if (decision instanceof Decision.Reserve reserve) {
      return reserve.jobId() + " at " + reserve.start() / MINUTE;
    }
    return decision.jobId() + " waits";
  }

  /** As a scheduler sees it, with somebody to preempt. */
  private final class Preempting implements OtherContext {
    private final PlanningContext plain;

    Preempting(PlanningContext plain) {
      this.plain = plain;
    }

    @Override
    public PlanningContext plain() {
      return plain;
    }

    @Override
    public Preemptables preemptables() {
      return new Preemptables() {
        @Override
        public List<Candidate> of(PendingJobs queue, int row) {
          return candidates(queue, row);
        }

        @Override
        public int reorders() {
          return reorders;
        }
      };
    }
  }

  @Test
  void theLowestGoesAndOnlyWhoeverHasTo() {
    runs(1, 0, 0, 4, 30, PreemptMode.CANCEL);
    runs(2, 1, 0, 2, 20, PreemptMode.REQUEUE);
    runs(3, 1, 2, 4, 10, PreemptMode.CANCEL);
    assertThat(plan(job(9, cpus(2), 10, 100))).containsExactly("9 has [CANCEL 3]");
    assertThat(plan(job(9, cpus(3), 10, 100))).containsExactly("9 has [CANCEL 1]");
    reorders = 0;
    assertThat(plan(job(9, cpus(3), 10, 100))).containsExactly("9 has [CANCEL 3, REQUEUE 2]");
  }

  @Test
  void nobodyGoesWhereThatDoesNotHelp() {
    runs(1, 0, 0, 4, 30, PreemptMode.OFF);
    runs(2, 1, 0, 2, 20, PreemptMode.CANCEL);
    runs(3, 1, 2, 4, 10, PreemptMode.OFF);
    assertThat(plan(job(9, cpus(4), 10, 100))).containsExactly("9 at 1000");
    assertThat(plan(job(9, cpus(2), 10, 15))).containsExactly("9 at 1000");
    assertThat(plan(job(9, cpus(5), 10, 100))).containsExactly("9 waits");
  }

  @Test
  void aJobThatFitsDisturbsNobody() {
    runs(1, 0, 0, 4, 30, PreemptMode.CANCEL);
    assertThat(plan(job(9, cpus(4), 10, 100))).containsExactly("9 starts");
  }

  /** Two who need the same resources have different jobs preempted, and then wait for these. */
  @Test
  void nobodyIsPreemptedForWhatIsComingFree() {
    RunningJob first = runs(1, 0, 0, 4, 10, PreemptMode.CANCEL);
    RunningJob second = runs(2, 1, 0, 4, 20, PreemptMode.CANCEL);
    PendingJob one = job(8, cpus(4), 10, 100);
    PendingJob other = job(9, cpus(4), 10, 100);
    assertThat(plan(one, other)).containsExactly("8 has [CANCEL 1]", "9 has [CANCEL 2]");
    replace(first, first.allocation(), true, null);
    assertThat(plan(one)).containsExactly("8 at 0");
    assertThat(plan(one, other)).containsExactly("8 at 0", "9 has [CANCEL 2]");
    replace(second, second.allocation(), true, null);
    assertThat(plan(one, other)).containsExactly("8 at 0", "9 at 0");
  }

  /** A core that is free already is kept for the one that waits for the others. */
  @Test
  void whatIsMadeRoomForIsNotTakenByOthers() {
    cluster = TestCluster.of(1, 1, 4, 1, 100);
    runs(1, 0, 0, 3, 10, PreemptMode.CANCEL);
    assertThat(plan(job(8, cpus(4), 10, 100), job(9, cpus(1), 10, 5)))
        .containsExactly("8 has [CANCEL 1]", "9 at 10");
  }

  @Test
  void aStoppedJobMakesRoomAtOnceButKeepsItsMemory() {
    cluster = TestCluster.of(1, 1, 4, 1, 100);
    runs(
        1, new NodeAllocation(0, CoreSet.firstOf(4), 4, 60, List.of(), 1), 10, PreemptMode.SUSPEND);
    assertThat(plan(job(9, cpus(2), 10, 100))).containsExactly("9 starts suspends [1]");
    ResourceRequest large = cpus(2).withMemory(org.headrace.api.model.MemoryRequest.perNode(50));
    assertThat(plan(job(9, large, 10, 100))).containsExactly("9 at 1000");
  }

  /** Job 1 was stopped for job 2, which has two of its cores. */
  @Test
  void coresOfAStoppedJobAreKeptFromThoseThatMayNotPreemptIt() {
    cluster = TestCluster.of(1, 1, 4, 1, 100);
    RunningJob stopped = runs(1, 0, 0, 4, 50, PreemptMode.SUSPEND);
    replace(stopped, stopped.allocation().withoutCores(), false, stopped.allocation());
    runs(2, 0, 0, 2, 100, PreemptMode.OFF);
    assertThat(plan(job(8, cpus(1), 10, 40))).containsExactly("8 at 1000");
    assertThat(plan(job(9, cpus(2), 10, 60))).containsExactly("9 starts");
    assertThat(plan(job(9, cpus(1), 10, 60), job(8, cpus(1), 10, 40)))
        .first()
        .isEqualTo("9 starts");
    assertThat(plan(job(9, cpus(1), 10, 60), job(8, cpus(1), 10, 40))).doesNotContain("8 starts");
  }

  /** Jobs 1 to 4 have more CPUs together, and a device each; job 5 has four devices. */
  @Test
  void oneGoesThatHasAllTheDevicesRatherThanFourWithOneEach() {
    NodeView node =
        TestCluster.withGres(
            TestCluster.node(0, "n0", 1, 16, 1, 100), TestCluster.gpus("", 0, 8, CoreSet.EMPTY));
    cluster = TestCluster.of(List.of(node));
    for (int i = 0; i < 4; i++) {
      GresAllocation gpu = new GresAllocation("gpu", "", CoreSet.of(i), 1);
      CoreSet cores = CoreSet.of(2 * i, 2 * i + 1);
      runs(1 + i, new NodeAllocation(0, cores, 2, 10, List.of(gpu), 1), 10, PreemptMode.CANCEL);
    }
    GresAllocation gpus = new GresAllocation("gpu", "", CoreSet.of(4, 5, 6, 7), 4);
    runs(5, new NodeAllocation(0, CoreSet.of(8), 1, 10, List.of(gpus), 1), 20, PreemptMode.CANCEL);
    ResourceRequest four =
        ONE.withGres(List.of(new GresRequest("gpu", "", 4, GresRequest.Scope.NODE)));
    assertThat(plan(job(9, four, 10, 100))).containsExactly("9 has [CANCEL 5]");
  }

  /** It has the cores of all, and leaves them their memory. */
  @Test
  void aJobThatWantsItsNodeAloneRunsBesideStoppedJobs() {
    cluster = TestCluster.of(1, 1, 4, 1, 100);
    runs(1, 0, 0, 2, 10, PreemptMode.SUSPEND);
    runs(2, 0, 2, 4, 10, PreemptMode.SUSPEND);
    ResourceRequest alone = cpus(1).withSharing(Sharing.EXCLUSIVE);
    assertThat(plan(job(9, alone, 10, 100))).containsExactly("9 starts suspends [2, 1]");
    modes.put(2L, PreemptMode.OFF);
    assertThat(plan(job(9, alone, 10, 100))).containsExactly("9 at 1000");
  }

  @Test
  void whoHasTheGpuGoes() {
    NodeView node =
        TestCluster.withGres(
            TestCluster.node(0, "n0", 1, 8, 1, 100), TestCluster.gpus("", 0, 2, CoreSet.EMPTY));
    cluster = TestCluster.of(List.of(node));
    GresAllocation gpus = new GresAllocation("gpu", "", CoreSet.firstOf(2), 2);
    runs(1, 0, 0, 2, 10, PreemptMode.CANCEL);
    runs(2, new NodeAllocation(0, CoreSet.of(2), 1, 10, List.of(gpus), 1), 20, PreemptMode.CANCEL);
    ResourceRequest gpu =
        ONE.withGres(List.of(new GresRequest("gpu", "", 1, GresRequest.Scope.NODE)));
    assertThat(plan(job(9, gpu, 10, 100))).containsExactly("9 has [CANCEL 2]");
    modes.put(2L, PreemptMode.SUSPEND);
    assertThat(plan(job(9, gpu, 10, 100)))
        .as("its devices stay its own")
        .containsExactly("9 at 1000");
  }
}
