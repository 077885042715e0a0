package org.headrace.commands.queries;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.NodeStatus;

/** The cluster and the jobs from which the expected texts were taken on a running Slurm. */
final class PeerModel {
  static final long SUBMITTED = at("2026-11-23T06:45:40Z");
  static final long FIRST = at("2026-11-23T06:46:27Z");
  static final long SECOND = at("2026-11-23T06:46:33Z");
  static final long MINUTE = 60_000;
  private static final TaskLayout ONE = TaskLayout.SINGLE;
  private static final MemoryRequest MEMORY = MemoryRequest.perCpu(100);

  private PeerModel() {}

  static long at(String text) {
    return Instant.parse(text).toEpochMilli();
  }

  static Clock clock(String text) {
    return Clock.fixed(Instant.parse(text), ZoneOffset.UTC);
  }

  static QuerySnapshot snapshot() {
    QuerySnapshot snapshot =
        new QuerySnapshot(
            definition(Map.of("ClusterName", "peer", "SlurmctldHost", "vm(127.0.0.1)")));
    nodes(snapshot);
    running(snapshot);
    pending(snapshot);
    return snapshot;
  }

  static ClusterDefinition definition(Map<String, String> settings) {
    Limits limits =
        new Limits(
            200_000,
            1,
            67_043_328,
            200_001,
            40_000,
            5,
            512,
            300_000,
            5_000,
            0,
            3_600_000,
            2,
            MEMORY,
            true);
    List<NodeDefinition> nodes = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      nodes.add(node(i));
    }
    TopologySpec wiring =
        new TopologySpec(
            List.of(
                new TopologySpec.Switch("sn", List.of("n1", "n2", "n3", "n4"), List.of()),
                new TopologySpec.Switch("top", List.of(), List.of("sn"))),
            List.of(),
            List.of());
    return new ClusterDefinition(
        "peer",
        nodes,
        List.of(partition("main", true)),
        wiring,
        Map.of(),
        limits,
        List.of(),
        settings);
  }

  static PartitionDefinition partition(String name, boolean isDefault) {
    return new PartitionDefinition(
        name,
        List.of("n1", "n2", "n3", "n4"),
        isDefault,
        false,
        PartitionView.State.UP,
        0,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        0,
        1,
        1,
        Sharing.EXCLUSIVE,
        MemoryRequest.NONE,
        MemoryRequest.NONE,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        0,
        0,
        Map.of());
  }

  private static NodeDefinition node(int i) {
    return new NodeDefinition(
        "n" + i,
        new NodeHardware(1, 2, 32, 1, 256_000, 0),
        List.of(),
        List.of(new GresInventory("gpu", "", 8, List.of())),
        1,
        "vm",
        "127.0.0.1",
        26_900 + i,
        false,
        "UNKNOWN",
        "");
  }

  private static void nodes(QuerySnapshot snapshot) {
    status(snapshot, 1, 15, 1800, List.of("gpu::2"), NodeState.USABLE);
    status(snapshot, 2, 4, 400, List.of(), NodeState.USABLE);
    status(snapshot, 3, 0, 0, List.of(), NodeState.USABLE);
    NodeState drained =
        new NodeState(
            NodeState.Base.UP,
            Set.of(NodeState.Flag.DRAIN),
            "bad disk in here",
            "root",
            at("2026-11-23T06:46:31Z"));
    status(snapshot, 4, 0, 0, List.of(), drained);
  }

  static void status(
      QuerySnapshot snapshot, int i, int cpus, long memory, List<String> gres, NodeState state) {
    NodeDefinition definition = node(i);
    NodeView view =
        new NodeView(i - 1, "n" + i, definition.hardware(), Set.of(), definition.gres(), 1, state);
    NodeReport report =
        new NodeReport(
            "n" + i,
            definition.hardware(),
            definition.gres(),
            "22.05.8",
            "Linux 6.18.44-fc-v669 #1 SMP PREEMPT_DYNAMIC @0",
            "x86_64",
            at("2026-11-23T05:46:00Z"),
            at("2026-11-23T06:45:06Z"),
            440,
            22_430,
            "vm",
            "127.0.0.1:" + (26_900 + i),
            List.of());
    snapshot.nodes.put(
        "n" + i,
        new NodeStatus(view, definition, report, cpus, memory, gres, List.of(), false, FIRST, ""));
  }

  static Allocation on(int cpus, long memory, long gpus, int... nodes) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (int node : nodes) {
      List<GresAllocation> gres =
          gpus == 0
              ? List.of()
              : List.of(new GresAllocation("gpu", "", CoreSet.firstOf((int) gpus), gpus));
      parts.add(new NodeAllocation(node - 1, CoreSet.firstOf(cpus), cpus, memory, gres, 1));
    }
    return new Allocation(parts, false);
  }

  static ResourceRequest request(int nodes, TaskLayout layout, MemoryRequest memory) {
    int most = nodes == 1 ? ResourceRequest.ANY_NUMBER : nodes;
    return ResourceRequest.singleCpu().withNodes(nodes, most).withLayout(layout).withMemory(memory);
  }

  static JobSpec spec(String name, ResourceRequest request, Timing timing, boolean batch) {
    return new JobSpec(
        name,
        new Owner(0, 0, "root", "root"),
        new Charge("peeracct", "normal", ""),
        List.of("main"),
        "",
        request,
        timing,
        JobArray.NONE,
        Dependency.NONE,
        new Execution(
            batch,
            List.of(),
            "/tmp",
            "",
            "",
            "",
            false,
            18,
            Map.of(),
            List.of(),
            true,
            Execution.Warning.NONE),
        Map.of("AllocNode:Sid", "localhost:28982"));
  }

  static JobStatus status(
      JobState state,
      Reason reason,
      long priority,
      long submitted,
      long eligible,
      long started,
      long limit,
      Allocation allocation) {
    return new JobStatus(
        state,
        Set.of(),
        reason,
        priority,
        "main",
        submitted,
        eligible,
        0,
        started,
        0,
        limit,
        allocation,
        ExitStatus.SUCCESS,
        ExitStatus.SUCCESS,
        0,
        JobArray.NONE,
        started == 0 ? submitted : started,
        -1);
  }

  static JobStatus ended(JobStatus old, JobState state, Reason reason, long end, ExitStatus exit) {
    return new JobStatus(
        state,
        old.flags(),
        reason,
        old.priority(),
        old.partition(),
        old.submitted(),
        old.eligible(),
        0,
        old.started(),
        end,
        old.timeLimit(),
        old.allocation(),
        exit,
        exit,
        0,
        JobArray.NONE,
        old.lastConsidered(),
        -1);
  }

  private static JobStatus tasks(JobStatus old, JobArray pending) {
    return new JobStatus(
        old.state(),
        old.flags(),
        old.reason(),
        old.priority(),
        old.partition(),
        old.submitted(),
        old.eligible(),
        0,
        0,
        0,
        old.timeLimit(),
        null,
        old.exit(),
        old.exit(),
        0,
        pending,
        FIRST,
        -1);
  }

  private static Timing limit(long minutes) {
    return Timing.ANY.withTimeLimit(minutes * MINUTE);
  }

  private static void running(QuerySnapshot snapshot) {
    TaskLayout four = new TaskLayout(4, 2, 0, 0, 0, false, "");
    JobSpec run1 =
        spec("run1", request(1, four, MemoryRequest.perNode(1000)), limit(60), true)
            .withAttributes(
                Map.of(
                    "AllocNode:Sid",
                    "localhost:28982",
                    "Comment",
                    "a comment",
                    "Command",
                    "/tmp/queries/j.sh",
                    "SubmitLine",
                    "sbatch -J run1 -n4 -c2 --mem=1000 -t 1:00:00 -o /tmp/o-%j.out"
                        + " /tmp/queries/j.sh"));
    run1 = run1.withExecution(run1.execution().withFiles("", "/tmp/o-%j.out", ""));
    put(
        snapshot,
        1,
        0,
        Job.NO_TASK,
        run1,
        status(
            JobState.RUNNING,
            Reason.NONE,
            10140,
            SUBMITTED,
            SUBMITTED,
            FIRST,
            60 * MINUTE,
            on(8, 1000, 0, 1)));
    JobArray array = new JobArray(List.of(new JobArray.Range(1, 9, 1)), 2);
    JobSpec arr = spec("arr", request(1, ONE, MEMORY), limit(10), true).withArray(array);
    for (int task = 1; task <= 2; task++) {
      put(
          snapshot,
          9 + task,
          2,
          task,
          arr,
          status(
              JobState.RUNNING,
              Reason.NONE,
              10126,
              SUBMITTED,
              SUBMITTED,
              FIRST,
              10 * MINUTE,
              on(1, 100, 0, 1)));
    }
    JobStatus waiting =
        status(
            JobState.PENDING, Reason.ARRAY_TASK_LIMIT, 10126, SUBMITTED, 0, 0, 10 * MINUTE, null);
    JobArray left = new JobArray(List.of(new JobArray.Range(3, 9, 1)), 2);
    put(snapshot, 2, 2, Job.NO_TASK, arr, tasks(waiting, left));
    GresRequest gpus = new GresRequest("gpu", "", 2, GresRequest.Scope.NODE);
    ResourceRequest gpu = request(1, ONE, MEMORY).withGres(List.of(gpus));
    put(
        snapshot,
        6,
        0,
        Job.NO_TASK,
        spec("gpu", gpu, Timing.ANY, true),
        status(
            JobState.SUSPENDED,
            Reason.NONE,
            0,
            SUBMITTED,
            SUBMITTED,
            FIRST,
            JobClass.UNLIMITED,
            on(1, 100, 2, 1)));
    TaskLayout eight = new TaskLayout(8, 1, 4, 0, 0, false, "");
    NodeConstraint onTwo =
        new NodeConstraint("", "", List.of("n2"), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
    JobSpec wide = spec("wide", request(2, eight, MEMORY).withConstraint(onTwo), limit(30), true);
    long submitted = at("2026-11-23T06:46:31Z");
    put(
        snapshot,
        12,
        0,
        Job.NO_TASK,
        wide,
        status(
            JobState.RUNNING,
            Reason.NONE,
            10265,
            submitted,
            submitted,
            SECOND,
            30 * MINUTE,
            on(4, 400, 0, 1, 2)));
    put(
        snapshot,
        13,
        0,
        Job.NO_TASK,
        spec("alloc", request(1, ONE, MEMORY), Timing.ANY, false),
        status(
            JobState.RUNNING,
            Reason.NONE,
            10126,
            submitted,
            submitted,
            SECOND,
            JobClass.UNLIMITED,
            on(1, 100, 0, 1)));
    ended(snapshot, gpu);
    steps(snapshot);
  }

  private static void ended(QuerySnapshot snapshot, ResourceRequest gpu) {
    JobStatus big =
        status(
            JobState.RUNNING,
            Reason.NONE,
            10507,
            SUBMITTED,
            SUBMITTED,
            SUBMITTED,
            2880 * MINUTE,
            on(64, 6400, 8, 1, 2, 3, 4));
    ResourceRequest wide =
        gpu.withNodes(4, 4)
            .withSharing(Sharing.EXCLUSIVE)
            .withLayout(new TaskLayout(4, 1, 0, 0, 0, false, ""));
    put(
        snapshot,
        5,
        0,
        Job.NO_TASK,
        spec("big", wide, limit(2880), true),
        ended(big, JobState.CANCELLED, Reason.NONE, FIRST, new ExitStatus(0, 15)));
    JobStatus fail =
        status(
            JobState.RUNNING,
            Reason.NONE,
            10126,
            SUBMITTED,
            SUBMITTED,
            FIRST,
            JobClass.UNLIMITED,
            on(1, 100, 0, 1));
    ResourceRequest one = request(1, ONE, MEMORY);
    put(
        snapshot,
        7,
        0,
        Job.NO_TASK,
        spec("fail", one, Timing.ANY, true),
        ended(fail, JobState.FAILED, Reason.NON_ZERO_EXIT_CODE, FIRST, new ExitStatus(3, 0)));
    put(
        snapshot,
        9,
        0,
        Job.NO_TASK,
        spec("averylongjobname-indeed", one, Timing.ANY, true),
        ended(fail, JobState.COMPLETED, Reason.NONE, FIRST + 1000, ExitStatus.SUCCESS));
  }

  private static void pending(QuerySnapshot snapshot) {
    ResourceRequest one = request(1, ONE, MEMORY);
    put(
        snapshot,
        3,
        0,
        Job.NO_TASK,
        spec("held", one, Timing.ANY.withHold(Timing.Hold.USER), true),
        status(
            JobState.PENDING, Reason.HELD_BY_USER, 0, SUBMITTED, 0, 0, JobClass.UNLIMITED, null));
    Dependency dependency =
        new Dependency(
            List.of(new Dependency.Condition(Dependency.Kind.AFTER_OK, 1, -1, 0)), false);
    put(
        snapshot,
        4,
        0,
        Job.NO_TASK,
        spec("dep", one, Timing.ANY, true).withDependency(dependency),
        status(
            JobState.PENDING, Reason.DEPENDENCY, 10126, SUBMITTED, 0, 0, JobClass.UNLIMITED, null));
    long begin = at("2026-11-23T07:45:40Z");
    ResourceRequest two = request(2, new TaskLayout(2, 1, 0, 0, 0, false, ""), MEMORY);
    put(
        snapshot,
        8,
        0,
        Job.NO_TASK,
        spec("later", two, Timing.ANY.withBegin(begin), true),
        status(
            JobState.PENDING,
            Reason.BEGIN_TIME,
            10253,
            SUBMITTED,
            begin,
            0,
            JobClass.UNLIMITED,
            null));
    NodeConstraint onFour =
        new NodeConstraint("", "", List.of("n4"), List.of(), 0, 0, 0, 0, 0, false, 0, 0);
    put(
        snapshot,
        14,
        0,
        Job.NO_TASK,
        spec("neverfit", one.withConstraint(onFour), Timing.ANY, true),
        status(
            JobState.PENDING,
            Reason.REQUIRED_NODE_NOT_AVAILABLE,
            10126,
            SECOND,
            SECOND,
            0,
            JobClass.UNLIMITED,
            null));
    GresRequest gpus = new GresRequest("gpu", "", 2, GresRequest.Scope.NODE);
    ResourceRequest three =
        request(3, new TaskLayout(3, 1, 0, 0, 0, false, ""), MEMORY)
            .withGres(List.of(gpus))
            .withSharing(Sharing.EXCLUSIVE);
    put(
        snapshot,
        15,
        0,
        Job.NO_TASK,
        spec("big2", three, limit(180), true),
        status(JobState.PENDING, Reason.RESOURCES, 10380, SECOND, SECOND, 0, 180 * MINUTE, null));
  }

  private static void steps(QuerySnapshot snapshot) {
    step(snapshot, 1, Step.BATCH, "batch", 8, FIRST, new int[] {1}, 1);
    step(snapshot, 1, 0, "sleep", 8, FIRST, new int[] {1}, 2);
    step(snapshot, 6, Step.BATCH, "batch", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 6, 0, "sleep", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 10, Step.BATCH, "batch", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 11, Step.BATCH, "batch", 1, FIRST, new int[] {1}, 1);
    step(snapshot, 12, Step.BATCH, "batch", 4, SECOND, new int[] {1}, 1);
    step(snapshot, 12, 0, "sleep", 4, SECOND, new int[] {1, 2}, 4);
  }

  static Step step(
      QuerySnapshot snapshot,
      long job,
      int id,
      String name,
      int cpus,
      long start,
      int[] nodes,
      int tasksPerNode) {
    List<Step.Part> parts = new ArrayList<>();
    for (int node : nodes) {
      List<Integer> ranks = new ArrayList<>();
      for (int i = 0; i < tasksPerNode; i++) {
        ranks.add(i);
      }
      parts.add(
          new Step.Part(
              node - 1, CoreSet.firstOf(cpus), cpus, cpus * 100L, List.of(), ranks, false));
    }
    StepSpec spec =
        new StepSpec(
            name,
            nodes.length,
            List.of(),
            List.of(),
            0,
            TaskLayout.SINGLE,
            MemoryRequest.NONE,
            List.of(),
            StepSpec.StepSharing.WHOLE,
            List.of(name),
            "/tmp",
            "",
            "",
            "",
            false,
            false,
            18,
            Map.of(),
            false,
            0,
            Map.of());
    Step step =
        new Step(job, id, spec, parts, JobState.RUNNING, start, 0, ExitStatus.SUCCESS, Usage.NONE);
    List<Step> steps = new ArrayList<>(snapshot.steps.getOrDefault(job, List.of()));
    steps.add(step);
    snapshot.steps.put(job, steps);
    return step;
  }

  static void put(
      QuerySnapshot snapshot, long id, long arrayId, int task, JobSpec spec, JobStatus status) {
    snapshot.jobs.put(id, new Job(id, arrayId, task, spec, status));
  }
}
