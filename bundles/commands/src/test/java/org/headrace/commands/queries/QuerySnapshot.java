package org.headrace.commands.queries;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Consumption;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.query.JobRow;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.QosUse;
import org.headrace.control.query.Snapshot;

/** A published state that a test puts together. */
final class QuerySnapshot implements Snapshot {
  final Map<Long, Job> jobs = new TreeMap<>();
  final Map<Long, List<Step>> steps = new TreeMap<>();
  final Map<String, NodeStatus> nodes = new TreeMap<>();
  final Map<Long, List<Blocker>> blockers = new TreeMap<>();
  final List<ReservationDefinition> reservations = new ArrayList<>();
  final Map<String, QualityOfService> qualities =
      new TreeMap<>(Map.of("normal", QualityOfService.NORMAL));
  Accounts accounts = Accounts.INITIAL;
  final Map<Long, Consumption> use = new TreeMap<>();
  final Map<Long, QosUse> qosUse = new TreeMap<>();
  final Map<Long, NodeMask> setAside = new TreeMap<>();
  ClusterDefinition definition;

  /** The only partition that is known by its name; there is none if it is null. */
  PartitionView view;

  long jobsRead;

  QuerySnapshot(ClusterDefinition definition) {
    this.definition = definition;
  }

  @Override
  public ClusterDefinition definition() {
    return definition;
  }

  @Override
  public NodeStatus nodeStatus(String name) {
    return nodes.get(name);
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
        jobsRead++;
        action.accept(job);
      }
    }
  }

  @Override
  public void jobs(int part, int parts, Predicate<JobRow> filter, Consumer<Job> action) {
    List<Job> all = List.copyOf(jobs.values());
    for (Job job : all.subList(part * all.size() / parts, (part + 1) * all.size() / parts)) {
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
    return blockers.getOrDefault(jobId, List.of());
  }

  @Override
  public boolean promised(long jobId) {
    return setAside.containsKey(jobId);
  }

  @Override
  public NodeMask setAside(long jobId) {
    return setAside.getOrDefault(jobId, NodeMask.EMPTY);
  }

  @Override
  public List<ReservationDefinition> reservationDefinitions() {
    return reservations;
  }

  @Override
  public int licensesInUse(String name) {
    return 1;
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
    return nodes.values().stream().map(NodeStatus::view).toList();
  }

  @Override
  public NodeView node(int id) {
    return nodes().stream().filter(node -> node.id() == id).findFirst().orElse(null);
  }

  @Override
  public NodeView node(String name) {
    NodeStatus status = nodes.get(name);
    return status == null ? null : status.view();
  }

  @Override
  public List<PartitionView> partitions() {
    return new ArrayList<>();
  }

  @Override
  public PartitionView partition(String name) {
    return view != null && view.name().equals(name) ? view : null;
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
    return definition.topology();
  }

  @Override
  public QualityOfService qos(String name) {
    return qualities.get(name);
  }

  @Override
  public QosUse qosUse(long qos) {
    return qosUse.getOrDefault(qos, QosUse.NONE);
  }

  @Override
  public Consumption consumption(long association) {
    return use.getOrDefault(association, Consumption.NONE);
  }

  @Override
  public Accounts accounts() {
    return accounts;
  }

  @Override
  public List<QualityOfService> qualitiesOfService() {
    return List.copyOf(qualities.values());
  }
}
