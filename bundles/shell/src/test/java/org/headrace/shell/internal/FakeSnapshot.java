package org.headrace.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.query.JobRow;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.Snapshot;

/** A published state of the given jobs. */
record FakeSnapshot(
    ClusterView cluster, long time, List<Job> all, Map<Long, List<Blocker>> inTheWay)
    implements Snapshot {

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
  public ClusterDefinition definition() {
    throw new UnsupportedOperationException("no command needs it");
  }

  @Override
  public NodeStatus nodeStatus(String name) {
    NodeView node = cluster.node(name);
    return name.equals("n0")
        ? new NodeStatus(
            node, null, null, 3, 1024, List.of("gpu:a100:2"), List.of(7L), false, 0, "")
        : null;
  }

  @Override
  public Job job(long id) {
    return all.stream().filter(job -> job.id() == id).findFirst().orElse(null);
  }

  @Override
  public List<Job> jobOrArray(long id) {
    List<Job> array = all.stream().filter(job -> job.arrayId() == id).toList();
    if (!array.isEmpty()) {
      return array;
    }
    Job job = job(id);
    return job == null ? List.of() : List.of(job);
  }

  @Override
  public void jobs(Predicate<JobRow> filter, Consumer<Job> action) {
    new ArrayList<>(all).stream().filter(job -> filter.test(new Row(job))).forEach(action);
  }

  @Override
  public int jobCount() {
    return all.size();
  }

  @Override
  public List<Step> steps(long jobId) {
    return List.of();
  }

  @Override
  public List<Blocker> blockers(long jobId) {
    return inTheWay.getOrDefault(jobId, List.of());
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
  public List<NodeView> nodes() {
    return cluster.nodes();
  }

  @Override
  public NodeView node(int id) {
    return cluster.node(id);
  }

  @Override
  public NodeView node(String name) {
    return cluster.node(name);
  }

  @Override
  public List<PartitionView> partitions() {
    return cluster.partitions();
  }

  @Override
  public PartitionView partition(String name) {
    return cluster.partition(name);
  }

  @Override
  public List<RunningJob> running() {
    return cluster.running();
  }

  @Override
  public ResourceLedger ledger() {
    return cluster.ledger();
  }

  @Override
  public TopologySpec topology() {
    return cluster.topology();
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
