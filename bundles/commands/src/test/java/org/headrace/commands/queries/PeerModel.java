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
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
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
  static final long SUSPENDED = at("2026-11-23T06:46:36Z");
  static final long SECOND = at("2026-11-23T06:46:33Z");
  static final long MINUTE = 60_000;
  static final TaskLayout ONE = TaskLayout.SINGLE;
  static final MemoryRequest MEMORY = MemoryRequest.perCpu(100);

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
    PeerJobs.running(snapshot);
    PeerJobs.pending(snapshot);
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
    return PartitionDefinition.open(name, List.of("n1", "n2", "n3", "n4"))
        .withLimits(0, Integer.MAX_VALUE, Long.MAX_VALUE, 1)
        .withSharing(Sharing.EXCLUSIVE)
        .withDefault(isDefault);
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
        Execution.plain(batch, "/tmp", 18, true),
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
        -1,
        state == JobState.SUSPENDED ? SUSPENDED : 0,
        0);
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
        -1,
        0,
        0);
  }
}
