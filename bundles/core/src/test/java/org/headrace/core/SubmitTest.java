package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

class SubmitTest {
  private final TestCluster cluster = TestCluster.up(2);

  private static JobSpec with(ResourceRequest request) {
    return Specs.job(ANNA).withRequest(request);
  }

  private static ResourceRequest nodes(int count) {
    ResourceRequest one = ResourceRequest.singleCpu();
    return one.withLayout(one.layout().withTasks(TaskLayout.UNSET)).withNodes(count, count);
  }

  @Test
  void theNextIdIsPublished() {
    // Also before there is a configuration: the first state of a new cluster is such.
    assertThat(new ClusterMachine(new HeapJobStore(), new HeapFileStore()).publish().nextJobId())
        .isOne();
    long id = cluster.submit(Specs.job(ANNA));
    assertThat(cluster.machine.publish().nextJobId()).isEqualTo(id + 1);
    assertThat(cluster.submit(Specs.job(ANNA))).isEqualTo(id + 1);
  }

  @Test
  void moreNodesThanTasksAreRefusedWhoeverAsks() {
    ResourceRequest one = ResourceRequest.singleCpu();
    Outcome.Rejected refused = cluster.refused(with(one.withNodes(2, 2)), ANNA);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_TASK_COUNT);
    assertThat(refused.message()).contains("1 tasks on 2 nodes", "at most as many nodes as tasks");
    cluster.submit(with(one.withNodes(1, 2)));
    cluster.submit(with(one.withLayout(one.layout().withTasks(2)).withNodes(2, 2)));
    cluster.submit(with(nodes(2)));
  }

  @Test
  void whatCanNeverRunIsRefusedWithWhatThereIs() {
    ResourceRequest one = ResourceRequest.singleCpu();
    Outcome.Rejected nodes = cluster.refused(with(nodes(3)), ANNA);
    assertThat(nodes.code()).isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(nodes.message()).contains("asked for 3 nodes", "2 nodes with at most 8 CPUs");
    assertThat(code(with(one.withMemory(MemoryRequest.perNode(16_001)))))
        .isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(code(with(one.withLayout(one.layout().withTasks(17)))))
        .isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(
            code(
                with(one.withGres(List.of(new GresRequest("gpu", "", 3, GresRequest.Scope.NODE))))))
        .isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(
            code(with(one.withGres(List.of(new GresRequest("gpu", "", 5, GresRequest.Scope.JOB))))))
        .isEqualTo(ErrorCode.NODES_UNAVAILABLE);
  }

  @Test
  void theNearestThatCouldRunIsNamed() {
    ResourceRequest one = ResourceRequest.singleCpu();
    assertThat(cluster.refused(with(nodes(3)), ANNA).message())
        .endsWith("; it could run with 2 nodes");
    assertThat(cluster.refused(with(one.withLayout(one.layout().withTasks(17))), ANNA).message())
        .endsWith("; it could run with 16 tasks");
    assertThat(cluster.refused(with(one.withMemory(MemoryRequest.perNode(16_001))), ANNA).message())
        .endsWith("; it could run with 16000 MiB of memory");
    ResourceRequest gpus =
        one.withGres(List.of(new GresRequest("gpu", "", 3, GresRequest.Scope.NODE)));
    assertThat(cluster.refused(with(gpus), ANNA).message()).endsWith("; it could run with 2 gpu");
    ResourceRequest both = gpus.withMemory(MemoryRequest.perNode(16_001));
    assertThat(cluster.refused(with(both), ANNA).message()).doesNotContain("it could run");
  }

  @Test
  void whereNodesHaveNoLocalDiskNoneIsTheNearest() {
    ClusterDefinition usual = Specs.cluster(1);
    NodeHardware diskless = new NodeHardware(1, 2, 4, 1, 16_000, 0);
    cluster.system(
        new Command.Configure(
            new ClusterDefinition(
                usual.name(),
                List.of(Specs.node("n1", diskless)),
                usual.partitions(),
                usual.topology(),
                usual.licenses(),
                usual.limits(),
                usual.administrators(),
                usual.settings())));
    assertThat(refusal(on("", 0, 1, 0, 0, 0))).endsWith("; it could run with no local disk");
  }

  private String refusal(ResourceRequest request) {
    return cluster.refused(with(request), ANNA).message();
  }

  private static ResourceRequest on(
      String features, int cpus, long disk, int sockets, int cores, int threads) {
    return ResourceRequest.singleCpu()
        .withConstraint(
            new NodeConstraint(
                features, "", List.of(), List.of(), cpus, disk, sockets, cores, threads, false, 0,
                0));
  }

  /** Nodes of two sockets of four cores, with 1000 MiB of disk and two GPUs of type a100. */
  @Test
  void theNearestThatCouldRunIsNamedWhereLessIsAskedOfANode() {
    ResourceRequest one = ResourceRequest.singleCpu();
    assertThat(refusal(one.withNodes(2, 2).withLayout(one.layout().withTasks(17))))
        .endsWith("; it could run with 16 tasks");
    ResourceRequest perNode =
        one.withLayout(new TaskLayout(TaskLayout.UNSET, 1, 9, 0, 0, false, ""));
    assertThat(refusal(perNode)).endsWith("; it could run with 8 tasks on each node");
    assertThat(refusal(on("", 9, 0, 0, 0, 0))).endsWith("; it could run with nodes of 8 CPUs");
    assertThat(refusal(on("", 0, 1001, 0, 0, 0)))
        .endsWith("; it could run with 1000 MiB of local disk");
    assertThat(refusal(on("", 0, 0, 3, 0, 0)))
        .endsWith("; it could run with 2 sockets on each node");
    assertThat(refusal(on("", 0, 0, 0, 5, 0)))
        .endsWith("; it could run with 4 cores on each socket");
    assertThat(refusal(on("", 0, 0, 0, 0, 2)))
        .endsWith("; it could run with 1 thread on each core");
    ResourceRequest type =
        one.withGres(List.of(new GresRequest("gpu", "h100", 1, GresRequest.Scope.NODE)));
    assertThat(refusal(type)).endsWith("; it could run with gpu of any type");
    assertThat(refusal(on("fast&!fast", 0, 0, 0, 0, 0))).contains("no feature fast&!fast");
  }

  /** The partition's nodes have 2 sockets of 4 cores. */
  @Test
  void tasksOfASocketOrCoreMustHaveSocketsAndCoresEnough() {
    ResourceRequest one = ResourceRequest.singleCpu();
    int nodes = cluster.machine.publish().definition().nodes().size();
    int sockets = 2 * nodes;
    assertThat(refusal(one.withLayout(new TaskLayout(sockets + 1, 1, 0, 1, 0, false, ""))))
        .contains("tasks of 1 CPUs, but there is room for " + sockets + " only");
    int cores = 4 * sockets;
    assertThat(refusal(one.withLayout(new TaskLayout(cores + 1, 1, 0, 0, 1, false, ""))))
        .contains("but there is room for " + cores + " only");
    cluster.submit(with(one.withLayout(new TaskLayout(sockets, 1, 0, 1, 0, false, ""))));
  }

  @Test
  void devicesForEachTaskAndCountedFeaturesMustBeThere() {
    ResourceRequest one = ResourceRequest.singleCpu();
    ResourceRequest perTask =
        one.withGres(List.of(new GresRequest("gpu", "", 1, GresRequest.Scope.TASK)));
    assertThat(refusal(perTask.withLayout(one.layout().withTasks(5))))
        .contains("asked for 5 tasks of 1 CPUs and 1 gpu, but there is room for 4 only")
        .endsWith("; it could run with 4 tasks");
    cluster.submit(with(perTask.withLayout(one.layout().withTasks(4))));
    assertThat(refusal(on("fast*3", 0, 0, 0, 0, 0).withNodes(1, 3)))
        .startsWith("asked for 3 nodes with feature fast, but only 2 have it");
    assertThat(refusal(on("[fast*1&fast*2]", 0, 0, 0, 0, 0).withNodes(1, 2)))
        .isEqualTo("features [fast*1&fast*2] want 3 nodes; the job has at most 2");
    assertThat(refusal(one.withLicenses(Map.of("matlb", 1))))
        .isEqualTo("1 licences of matlb; this cluster has none; there are: matlab");
  }

  /** All memory of a node is more than its jobs may have of one. */
  @Test
  void whatAPartitionAllowsOfANodeIsHeldForAllOfItToo() {
    Command.UpdatePartition limit =
        new Command.UpdatePartition("debug", Map.of("MaxMemPerNode", "6000"));
    assertThat(cluster.apply(limit, Specs.ROOT)).isInstanceOf(Outcome.Done.class);
    ResourceRequest one = ResourceRequest.singleCpu();
    assertThat(refusal(one.withMemory(MemoryRequest.perNode(6001))))
        .isEqualTo("6001 MiB of memory; partition debug allows at most 6000 MiB of a node");
    assertThat(refusal(one.withMemory(MemoryRequest.perNode(0))))
        .startsWith("16000 MiB of memory; partition debug allows at most 6000");
    cluster.submit(with(one.withMemory(MemoryRequest.perNode(6000))));
  }

  /** Nodes have 8 CPUs, 16000 MiB and 2 GPUs each. */
  @Test
  void cpusAndMemoryOfGpusMustBeThere() {
    ResourceRequest one = ResourceRequest.singleCpu();
    ResourceRequest gpus =
        one.withGres(List.of(new GresRequest("gpu", "", 2, GresRequest.Scope.NODE)));
    assertThat(refusal(gpus.withCpusPerGpu(5)))
        .contains("fewer than 10 CPUs")
        .endsWith("; it could run with 1 gpu");
    assertThat(refusal(gpus.withCpusPerGpu(9))).endsWith("; it could run with 4 CPUs for each GPU");
    cluster.submit(with(gpus.withCpusPerGpu(4)));
    MemoryRequest half = new MemoryRequest(MemoryRequest.Basis.GPU, 8001);
    assertThat(refusal(gpus.withMemory(half)))
        .contains("less than 16002 MiB")
        .endsWith("; it could run with 8000 MiB of memory");
    ResourceRequest four =
        one.withLayout(one.layout().withTasks(TaskLayout.UNSET))
            .withGres(List.of(new GresRequest("gpu", "", 4, GresRequest.Scope.JOB)));
    cluster.submit(with(four.withCpusPerGpu(4)));
    assertThat(refusal(four.withCpusPerGpu(5)))
        .startsWith("asked for 4 gpu, but at most 2 can be had")
        .endsWith("; it could run with 2 gpu");
    ResourceRequest ofTask =
        one.withLayout(one.layout().withTasks(4))
            .withGres(List.of(new GresRequest("gpu", "", 1, GresRequest.Scope.TASK)));
    assertThat(refusal(ofTask.withCpusPerGpu(5))).contains("there is room for 2 only");
  }

  @Test
  void devicesOfMoreNodesThanThereAreTasksCanNeverBeHad() {
    ResourceRequest three =
        ResourceRequest.singleCpu()
            .withGres(List.of(new GresRequest("gpu", "", 3, GresRequest.Scope.JOB)));
    Outcome.Rejected refused = cluster.refused(with(three), ANNA);
    assertThat(refused.code()).isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(refused.message()).contains("asked for 3 gpu", "at most 2 can be had on 1 of");
    cluster.submit(with(three.withLayout(three.layout().withTasks(2))));
    ResourceRequest fewer =
        ResourceRequest.singleCpu()
            .withLayout(TaskLayout.SINGLE.withTasks(2))
            .withGres(List.of(new GresRequest("gpu", "", 1, GresRequest.Scope.JOB)))
            .withNodes(2, 2);
    assertThat(refusal(fewer))
        .startsWith("asked for 1 gpu on 2 nodes, each of which has one at least")
        .endsWith("; it could run with 1 node");
    cluster.submit(with(three.withLayout(three.layout().withTasks(TaskLayout.UNSET))));
  }

  @Test
  void aPartitionsMemoryAndSharingAreChanged() {
    partition("debug", Map.of("DefMemPerCPU", "10", "OverSubscribe", "EXCLUSIVE"));
    long id = cluster.submit(Specs.job(ANNA));
    assertThat(cluster.job(id).spec().request().memory()).isEqualTo(MemoryRequest.perCpu(10));
    assertThat(cluster.machine.publish().partition("debug").sharing()).isEqualTo(Sharing.EXCLUSIVE);
    partition("debug", Map.of("OverSubscribe", "NO", "DefMemPerCPU", "0"));
    long other = cluster.submit(Specs.job(ANNA));
    assertThat(cluster.job(other).spec().request().memory()).isNotEqualTo(MemoryRequest.perCpu(10));
  }

  @Test
  void withoutATimeLimitOfItsOwnAJobMayStartInAllOfItsPartitions() {
    long both = cluster.submit(Specs.job(ANNA).withPartitions(List.of("long", "debug")));
    assertThat(cluster.job(both).status().timeLimit()).isEqualTo(60 * Specs.MINUTE);
    long one = cluster.submit(Specs.job(ANNA).withPartitions(List.of("long")));
    assertThat(cluster.job(one).status().timeLimit()).isEqualTo(JobClass.UNLIMITED);
  }

  private static JobSpec constrained(String features, String prefer) {
    NodeConstraint nodes =
        new NodeConstraint(features, prefer, List.of(), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
    return with(ResourceRequest.singleCpu().withConstraint(nodes));
  }

  /** It would wait for ever. */
  @Test
  void aNodeIsNotAskedForAndExcluded() {
    NodeConstraint nodes =
        new NodeConstraint("", "", List.of("n1", "n2"), List.of("n2"), 0, 0, 0, 0, 0, false, 0, 0);
    Outcome.Rejected refused =
        cluster.refused(with(ResourceRequest.singleCpu().withConstraint(nodes)), ANNA);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_NODE_NAME);
    assertThat(refused.message()).isEqualTo("node n2 is both asked for and excluded");
  }

  @Test
  void aPriorityFollowsTheSiteFactorAtOnce() {
    long id = cluster.submit(Specs.job(ANNA));
    JobTarget job = JobTarget.of(id);
    cluster.apply(new Command.UpdateJob(job, List.of(new JobChange.Priority(9000))), ROOT);
    cluster.apply(new Command.UpdateJob(job, List.of(new JobChange.SiteFactor(500))), ROOT);
    assertThat(cluster.job(id).status().priority()).isEqualTo(9500);
    cluster.apply(new Command.UpdateJob(job, List.of(new JobChange.SiteFactor(-9999))), ROOT);
    assertThat(cluster.job(id).status().priority()).isEqualTo(1);
    assertThat(cluster.machine.publish().input().queue().get(0).siteFactor()).isEqualTo(-9999);
  }

  @Test
  void aPriorityFollowsTheNiceValueAtOnce() {
    long id = cluster.submit(Specs.job(ANNA));
    JobTarget job = JobTarget.of(id);
    cluster.apply(
        new Command.UpdateJob(job, List.of(new JobChange.Priority(9000), new JobChange.Nice(5))),
        ROOT);
    assertThat(cluster.job(id).status().priority()).isEqualTo(8995);
    assertThat(cluster.job(id).spec().timing().priority()).isEqualTo(8995);
    cluster.apply(new Command.UpdateJob(job, List.of(new JobChange.Nice(-5))), ROOT);
    assertThat(cluster.job(id).status().priority()).isEqualTo(9005);
    cluster.apply(new Command.HoldJob(job, false), ROOT);
    cluster.apply(new Command.UpdateJob(job, List.of(new JobChange.Nice(0))), ROOT);
    assertThat(cluster.job(id).status().priority()).isZero();
  }

  @Test
  void featuresMustBeThoseOfSomeNode() {
    for (String features :
        List.of("big", "fast|big", "!big", "[fast|big]", "fast&big", "big*2", "(fast)&big")) {
      Outcome.Rejected refused = cluster.refused(constrained(features, ""), ANNA);
      assertThat(refused.code()).as(features).isEqualTo(ErrorCode.INVALID_FEATURE);
      assertThat(refused.message()).isEqualTo("no node has feature big; there are: fast");
    }
    assertThat(code(constrained("fast", "big"))).isEqualTo(ErrorCode.INVALID_PREFERENCE);
    cluster.submit(constrained("fast", "fast"));
    cluster.submit(constrained("fast*2", ""));
    JobSpec one = constrained("fast*2", "");
    assertThat(code(one.withRequest(one.request().withNodes(1, 1))))
        .isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    cluster.system(new Command.AdjustNodes(List.of("n2"), -1, List.of("big"), null));
    cluster.submit(constrained("(fast|big)", "big"));
    assertThat(code(constrained("fast&huge", ""))).isEqualTo(ErrorCode.INVALID_FEATURE);
  }

  private ErrorCode code(JobSpec spec) {
    return cluster.refused(spec, ANNA).code();
  }

  @Test
  void partitionsMustExistAndBeUp() {
    Outcome.Rejected unknown =
        cluster.refused(Specs.job(ANNA).withPartitions(List.of("gpu")), ANNA);
    assertThat(unknown.code()).isEqualTo(ErrorCode.INVALID_PARTITION);
    assertThat(unknown.message()).contains("gpu", "debug, long");
    partition("debug", Map.of("State", "INACTIVE"));
    assertThat(code(Specs.job(ANNA))).isEqualTo(ErrorCode.PARTITION_INACTIVE);
    partition("debug", Map.of("State", "DRAIN"));
    assertThat(code(Specs.job(ANNA))).isEqualTo(ErrorCode.PARTITION_DOWN);
    partition("debug", Map.of("State", "DOWN"));
    long id = cluster.submit(Specs.job(ANNA));
    assertThat(cluster.reason(id)).isEqualTo(Reason.PARTITION_DOWN);
    assertThat(cluster.schedule()).isEmpty();
    partition("debug", Map.of("State", "UP"));
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void partitionsOfGroupsAreForTheirMembers() {
    partition("debug", Map.of("AllowGroups", "chem,optics"));
    JobSpec job = Specs.job(ANNA);
    assertThat(code(job)).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(code(job.withExecution(Specs.memberOf(job.execution(), "bio"))))
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    cluster.submit(job.withExecution(Specs.memberOf(job.execution(), "bio", "optics")));
    partition("debug", Map.of("AllowGroups", "users")); // The owner's first group.
    cluster.submit(job);
  }

  private void partition(String name, Map<String, String> settings) {
    assertThat(cluster.apply(new Command.UpdatePartition(name, settings), ROOT))
        .isEqualTo(Outcome.DONE);
  }

  @Test
  void aJobBeyondAPartitionsLimitsWaits() {
    JobSpec spec = Specs.job(ANNA).withTiming(Timing.ANY.withTimeLimit(61 * MINUTE));
    long id = cluster.submit(spec);
    assertThat(cluster.reason(id)).isEqualTo(Reason.PARTITION_TIME_LIMIT);
    assertThat(cluster.schedule()).isEmpty();
    partition("debug", Map.of("MaxTime", "120"));
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void textsAreBounded() {
    String long1025 = "x".repeat(1025);
    JobSpec spec = Specs.job(ANNA);
    Outcome.Rejected name = cluster.refused(spec.withName(long1025), ANNA);
    assertThat(name.code()).isEqualTo(ErrorCode.SCRIPT_TOO_LARGE);
    assertThat(name.message()).contains("the job's name has 1025 characters; at most 1024");
    assertThat(code(spec.withAttributes(Map.of("Comment", long1025))))
        .isEqualTo(ErrorCode.SCRIPT_TOO_LARGE);
    assertThat(code(spec.withExecution(spec.execution().withFiles("", "x".repeat(4096), ""))))
        .isEqualTo(ErrorCode.SCRIPT_TOO_LARGE);
    long id = cluster.submit(spec);
    assertThat(update(id, new JobChange.Name(long1025), ANNA)).isInstanceOf(Outcome.Rejected.class);
    assertThat(update(id, new JobChange.Attribute("Comment", long1025), ANNA))
        .isInstanceOf(Outcome.Rejected.class);
    assertThat(update(id, new JobChange.Name("x".repeat(1024)), ANNA)).isEqualTo(Outcome.DONE);
  }

  @Test
  void nobodySubmitsForAnother() {
    assertThat(cluster.refused(Specs.job(ANNA), BERT).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.apply(new Command.SubmitJob(Specs.job(ANNA), JobFiles.EMPTY, 0), ROOT))
        .isInstanceOf(Outcome.JobAccepted.class);
  }

  @Test
  void privilegesAreForAdministrators() {
    assertThat(code(Specs.job(ANNA).withTiming(Timing.ANY.withSiteFactor(1))))
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(code(Specs.job(ANNA).withTiming(Timing.ANY.withNice(-1))))
        .isEqualTo(ErrorCode.INVALID_NICE);
    assertThat(code(Specs.job(ANNA).withTiming(Timing.ANY.withPriority(7))))
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(
            ((Outcome.Rejected) cluster.apply(new Command.Configure(Specs.cluster(1)), ANNA))
                .code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(((Outcome.Rejected) cluster.apply(new Command.Tick(), ANNA)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
  }

  @Test
  void aHeldJobWaitsForWhoHeldIt() {
    long id = cluster.submit(Specs.job(ANNA).withTiming(Timing.ANY.withHold(Timing.Hold.USER)));
    assertThat(cluster.reason(id)).isEqualTo(Reason.HELD_BY_USER);
    cluster.apply(new Command.HoldJob(JobTarget.of(id), false), ROOT);
    assertThat(cluster.reason(id)).isEqualTo(Reason.HELD_BY_ADMIN);
    Outcome mine = cluster.apply(new Command.ReleaseJob(JobTarget.of(id)), ANNA);
    assertThat(((Outcome.Rejected) mine).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.schedule()).isEmpty();
    cluster.apply(new Command.ReleaseJob(JobTarget.of(id)), ROOT);
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void beginTimeAndDeadlineAreKept() {
    Timing later = Timing.ANY.withBegin(cluster.now + MINUTE);
    long id = cluster.submit(Specs.job(ANNA).withTiming(later));
    assertThat(cluster.reason(id)).isEqualTo(Reason.BEGIN_TIME);
    cluster.tick(MINUTE);
    assertThat(cluster.job(id).status().eligible()).isEqualTo(cluster.now);
    assertThat(cluster.schedule()).containsExactly(id);
    Timing tight = Timing.ANY.withTimeLimit(2 * MINUTE).withDeadline(cluster.now + 3 * MINUTE);
    long late = cluster.submit(Specs.job(ANNA).withTiming(tight));
    cluster.tick(MINUTE);
    assertThat(cluster.state(late)).isEqualTo(JobState.PENDING);
    cluster.tick(1);
    assertThat(cluster.state(late)).isEqualTo(JobState.DEADLINE);
  }

  /** They were taken, and ended with DEADLINE at once. */
  @Test
  void whatCantEndByItsDeadlineIsRefusedWithTheTimeThereWouldBe() {
    Timing timing = Timing.ANY.withTimeLimit(10 * MINUTE).withDeadline(cluster.now + 5 * MINUTE);
    assertThat(refusal(timing))
        .isEqualTo("a job of 10 minutes can't end by its deadline; it could run with 5 minutes");
    assertThat(refusal(timing.withTimeMin(6 * MINUTE)))
        .isEqualTo("a job of 6 minutes can't end by its deadline; it could run with 5 minutes");
    assertThat(refusal(timing.withTimeLimit(3 * MINUTE).withBegin(cluster.now + 4 * MINUTE)))
        .isEqualTo("a job of 3 minutes can't end by its deadline; it could run with 1 minutes");
    assertThat(refusal(timing.withTimeLimit(3 * MINUTE).withBegin(cluster.now + 6 * MINUTE)))
        .endsWith("it could run with one that leaves it 3 minutes");
    cluster.submit(Specs.job(ANNA).withTiming(timing.withTimeMin(5 * MINUTE)));
    cluster.submit(Specs.job(ANNA).withTiming(timing.withTimeLimit(Long.MAX_VALUE)));
  }

  private String refusal(Timing timing) {
    return cluster.refused(Specs.job(ANNA).withTiming(timing), ANNA).message();
  }

  @Test
  void usersMayOnlyLowerWhatAdministratorsMayRaise() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    assertThat(update(id, new JobChange.TimeLimit(30 * MINUTE), ANNA)).isEqualTo(Outcome.DONE);
    assertThat(update(id, new JobChange.TimeLimit(40 * MINUTE), ANNA))
        .isInstanceOf(Outcome.Rejected.class);
    assertThat(update(id, new JobChange.TimeLimit(40 * MINUTE), ROOT)).isEqualTo(Outcome.DONE);
    assertThat(cluster.machine.publish().running().get(0).endsBy())
        .isEqualTo(cluster.now + 40 * MINUTE);
    assertThat(update(id, new JobChange.Begin(5), ANNA)).isInstanceOf(Outcome.Rejected.class);
    assertThat(update(id, new JobChange.Name("x"), BERT)).isInstanceOf(Outcome.Rejected.class);
  }

  private Outcome update(long id, JobChange change, org.headrace.control.command.Actor actor) {
    return cluster.apply(new Command.UpdateJob(JobTarget.of(id), List.of(change)), actor);
  }

  @Test
  void allOrNoneOfTheChangesAreMade() {
    long id = cluster.submit(Specs.job(ANNA));
    Outcome outcome =
        cluster.apply(
            new Command.UpdateJob(
                JobTarget.of(id),
                List.of(new JobChange.Name("other"), new JobChange.Partitions(List.of("no")))),
            ANNA);
    assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.INVALID_PARTITION);
    assertThat(cluster.job(id).spec().name()).isEqualTo("job");
  }

  @Test
  void aJobThatMustStartAtOnceIsWithdrawn() {
    Outcome outcome =
        cluster.apply(new Command.SubmitJob(Specs.allocationOnly(ANNA), JobFiles.EMPTY, 2), ANNA);
    long id = ((Outcome.JobAccepted) outcome).jobId();
    cluster.tick(2000);
    assertThat(cluster.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(cluster.job(id).status().exit()).isEqualTo(ExitStatus.SUCCESS);
  }

  private static ResourceRequest unordered(int min, int max, Integer... counts) {
    ResourceRequest one = nodes(1);
    return new ResourceRequest(
        min,
        max,
        one.layout(),
        one.memory(),
        one.gres(),
        0,
        one.nodes(),
        one.sharing(),
        one.licenses(),
        one.devices(),
        null,
        List.of(counts));
  }

  @Test
  void oneOfSeveralNumbersOfNodesHasToBePossible() {
    assertThat(cluster.submit(with(nodes(1).withCounts(List.of(1, 3))))).isPositive();
    Outcome.Rejected many = cluster.refused(with(nodes(1).withCounts(List.of(3, 5))), ANNA);
    assertThat(many.code()).isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(many.message()).contains("asked for 3 nodes, but only 2 are suitable");
    ResourceRequest tasks = nodes(1).withLayout(nodes(1).layout().withTasks(16));
    assertThat(cluster.refused(with(tasks.withCounts(List.of(1, 3))), ANNA).message())
        .contains("16 tasks");
    for (ResourceRequest wrong :
        List.of(unordered(1, 3, 3, 1), unordered(1, 4, 1, 3), unordered(2, 3, 1, 3))) {
      assertThat(cluster.refused(with(wrong), ANNA).message()).contains("ascending");
    }
  }
}
