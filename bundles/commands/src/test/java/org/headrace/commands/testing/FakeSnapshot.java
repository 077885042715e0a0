package org.headrace.commands.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.JobRow;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;

/** Two nodes of four cores and two GPUs, and the jobs that a test puts there. */
public final class FakeSnapshot implements Snapshot {
  private final Map<Long, Job> jobs;
  private final Map<Long, List<Step>> steps;
  private final List<NodeView> nodes = new ArrayList<>();
  private final Map<String, String> settings = new TreeMap<>(Map.of("GresTypes", "gpu"));

  public FakeSnapshot(Map<Long, Job> jobs, Map<Long, List<Step>> steps) {
    this(jobs, steps, Set.of(), Map.of());
  }

  FakeSnapshot(
      Map<Long, Job> jobs,
      Map<Long, List<Step>> steps,
      Set<String> down,
      Map<String, String> more) {
    settings.putAll(more);
    this.jobs = new TreeMap<>(jobs);
    this.steps = new TreeMap<>(steps);
    for (int id = 0; id < 2; id++) {
      nodes.add(
          new NodeView(
              id,
              "n" + (id + 1),
              new NodeHardware(1, 2, 2, 1, 8000, 0),
              Set.of(),
              List.of(new GresInventory("gpu", "", 2, List.of())),
              1,
              down.contains("n" + (id + 1))
                  ? new NodeState(NodeState.Base.DOWN, Set.of(), "", "", 0)
                  : NodeState.USABLE));
    }
  }

  @Override
  public ClusterDefinition definition() {
    Limits limits =
        new Limits(
            10_000,
            1,
            99_999,
            1001,
            40_000,
            5,
            512,
            300_000,
            5_000,
            0,
            300_000,
            2,
            MemoryRequest.NONE,
            true);
    return new ClusterDefinition(
        "peer",
        List.of(),
        settings.containsKey("AllowGroups")
            ? List.of(door(List.of(settings.get("AllowGroups").split(","))))
            : List.of(),
        TopologySpec.FLAT,
        Map.of("matlab", 4),
        limits,
        List.of(),
        settings);
  }

  /** A partition for members of groups. */
  private static PartitionDefinition door(List<String> groups) {
    PartitionDefinition open = PartitionDefinition.open("door", List.of());
    return new PartitionDefinition(
        open.name(),
        open.nodes(),
        open.isDefault(),
        open.hidden(),
        open.state(),
        open.minNodes(),
        open.maxNodes(),
        open.maxTime(),
        open.defaultTime(),
        open.priorityTier(),
        open.priorityFactor(),
        open.sharing(),
        open.defaultMemory(),
        open.maxMemory(),
        groups,
        open.allowAccounts(),
        open.denyAccounts(),
        open.allowQos(),
        open.denyQos(),
        open.rootOnly(),
        open.graceTime(),
        open.overTimeLimit(),
        open.options());
  }

  @Override
  public NodeStatus nodeStatus(String name) {
    return null;
  }

  @Override
  public Job job(long id) {
    return jobs.get(id);
  }

  @Override
  public List<Job> jobOrArray(long id) {
    return jobs.values().stream().filter(job -> job.id() == id || job.arrayId() == id).toList();
  }

  @Override
  public void jobs(Predicate<JobRow> filter, Consumer<Job> action) {
    for (Job job : jobs.values()) {
      if (filter.test(new Row(job))) {
        action.accept(job);
      }
    }
  }

  private record Row(Job job) implements JobRow {
    @Override
    public long id() {
      return job.id();
    }

    @Override
    public long arrayId() {
      return job.arrayId();
    }

    @Override
    public JobState state() {
      return job.status().state();
    }

    @Override
    public int user() {
      return job.spec().owner().uid();
    }

    @Override
    public long priority() {
      return job.status().priority();
    }

    @Override
    public long submitted() {
      return job.status().submitted();
    }

    @Override
    public String partition() {
      return job.status().partition();
    }
  }

  @Override
  public int jobCount() {
    return jobs.size();
  }

  @Override
  public List<Step> steps(long jobId) {
    return steps.getOrDefault(jobId, List.of());
  }

  @Override
  public List<Blocker> blockers(long jobId) {
    return List.of();
  }

  @Override
  public int licensesInUse(String name) {
    return 0;
  }

  @Override
  public long version() {
    return 1;
  }

  @Override
  public long structureVersion() {
    return 1;
  }

  @Override
  public long time() {
    return 0;
  }

  @Override
  public List<NodeView> nodes() {
    return nodes;
  }

  @Override
  public NodeView node(int id) {
    return id < nodes.size() ? nodes.get(id) : null;
  }

  @Override
  public NodeView node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public List<PartitionView> partitions() {
    return List.of();
  }

  @Override
  public PartitionView partition(String name) {
    return null;
  }

  @Override
  public List<RunningJob> running() {
    return List.of();
  }

  @Override
  public ResourceLedger ledger() {
    throw new UnsupportedOperationException("front ends plan nothing");
  }

  @Override
  public TopologySpec topology() {
    return TopologySpec.FLAT;
  }

  @Override
  public QualityOfService qos(String name) {
    return null;
  }

  @Override
  public List<QualityOfService> qualitiesOfService() {
    return List.of();
  }
}
