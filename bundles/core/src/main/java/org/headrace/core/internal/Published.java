package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.Step;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.TopologySpec;
import org.headrace.control.command.JobFiles;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.query.JobRow;
import org.headrace.control.query.NodeStatus;
import org.headrace.control.query.QosUse;
import org.headrace.core.EligibleJobs;
import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.core.PublishedState;
import org.headrace.core.SchedulerInput;
import org.headrace.core.SnapshotItem.StepEntry;
import org.headrace.core.internal.charge.FrozenUse;
import org.headrace.core.internal.table.JobPage;
import org.headrace.core.internal.table.JobTable;
import org.headrace.core.internal.table.LongTable;

/** One moment of the state, made of frozen tables. Lists are worked out when first asked for. */
final class Published implements PublishedState {
  private final Structure structure;
  private final JobStore store;
  private final FileStore fileStore;
  private final JobTable.View table;
  private final LongTable.View<Run> runs;
  private final LongTable.View<List<StepEntry>> steps;
  private final LongTable.View<List<Blocker>> blockers;
  private final LongTable.View<NodeMask> setAside;
  private final LongTable.View<Members> arrays;
  private final LongTable.View<NodeEntry> nodes;
  private final NodeMask planned;
  private final List<ReservationView> reservations;
  private final List<ReservationDefinition> reservationDefinitions;
  private final FrozenUse use;
  private final long nextJobId;
  private final long version;
  private final long time;
  private final long planGeneration;
  private final long freedGeneration;
  private final Latest latest;
  private final Openings openings;

  Published(Machine machine, Structure structure, Openings openings, Latest latest) {
    ClusterState state = machine.state;
    this.structure = structure;
    this.latest = latest;
    this.openings = openings;
    store = state.store;
    fileStore = state.files;
    table = state.table.freeze();
    runs = state.runs.freeze();
    steps = state.steps.freeze();
    blockers = state.blockers.freeze();
    setAside = state.setAside.freeze();
    arrays = state.arrays.freeze();
    nodes = state.nodes.freeze();
    planned = state.planned;
    reservations = machine.reservations.views();
    reservationDefinitions = machine.reservations.all();
    use = state.use.freeze();
    nextJobId = state.nextJobId;
    version = state.version;
    time = state.time;
    planGeneration = state.planGeneration;
    freedGeneration = state.freedGeneration;
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public long nextJobId() {
    return nextJobId;
  }

  @Override
  public long structureVersion() {
    return structure.version;
  }

  @Override
  public long time() {
    return time;
  }

  @Override
  public long planGeneration() {
    return planGeneration;
  }

  @Override
  public long freedGeneration() {
    return freedGeneration;
  }

  @Override
  public NodeMask freedSince(PublishedState before) {
    if (!(before instanceof Published other) || other.structure != structure) {
      return null;
    }
    BitSet freed = new BitSet();
    runs.changedSince(
        other.runs,
        (id, held, holds) -> {
          if (held == null) {
            return;
          }
          boolean all = holds == null || holds.withoutCores() && !held.withoutCores();
          NodeMask given = all ? held.unreleased() : held.unreleased().minus(holds.unreleased());
          given.forEach(freed::set);
          List<Integer> keeps = holds == null ? List.of() : Allocations.kept(holds);
          if (keeps.isEmpty()) {
            Allocations.kept(held).forEach(freed::set);
          }
        });
    return NodeMask.copyOf(freed);
  }

  @Override
  public ClusterDefinition definition() {
    return structure.definition;
  }

  @Override
  public List<NodeView> nodes() {
    return structure.nodes;
  }

  @Override
  public NodeView node(int id) {
    return structure.node(id);
  }

  @Override
  public NodeView node(String name) {
    Integer id = structure.nodeIds.get(name);
    return id == null ? null : structure.node(id);
  }

  @Override
  public List<PartitionView> partitions() {
    return structure.partitions;
  }

  @Override
  public PartitionView partition(String name) {
    return structure.partitionsByName.get(name);
  }

  @Override
  public TopologySpec topology() {
    return structure.topology();
  }

  @Override
  public List<TopologySpec> topologies() {
    return structure.topologies();
  }

  @Override
  public Map<String, Integer> licenses() {
    return structure.licenses();
  }

  @Override
  public QualityOfService qos(String name) {
    return structure.qualities.get(name);
  }

  @Override
  public Accounts accounts() {
    return use.standings().accounts();
  }

  @Override
  public Association payer(int payer, String partition) {
    return use.payer(payer, partition);
  }

  @Override
  public Consumption consumption(long association) {
    return use.ofAssociation(association);
  }

  @Override
  public QosUse qosUse(long qos) {
    return use.ofQos(qos);
  }

  @Override
  public List<QualityOfService> qualitiesOfService() {
    return List.copyOf(structure.qualities.values());
  }

  @Override
  public List<ReservationView> reservations() {
    return reservations;
  }

  @Override
  public List<ReservationDefinition> reservationDefinitions() {
    return reservationDefinitions;
  }

  @Override
  public int licensesInUse(String name) {
    return ledger().licensesInUse(name);
  }

  @Override
  public List<RunningJob> running() {
    return latest.running(runs, structure, time);
  }

  @Override
  public ResourceLedger ledger() {
    return latest.ledger(runs, structure, time);
  }

  @Override
  public Job job(long id) {
    JobPage page = table.find(id);
    return page == null ? null : job(id, page, JobTable.row(id));
  }

  private Job job(long id, JobPage page, int row) {
    Run run = runs.get(id);
    return run != null ? run.job() : Jobs.overlay(store.get(id), page, row);
  }

  @Override
  public List<Job> jobOrArray(long id) {
    List<Job> found = new ArrayList<>();
    Job own = job(id);
    if (own != null && (own.arrayId() != id || own.pendingArray())) {
      found.add(own);
    }
    for (int i = 1; own != null && leads(own) && i < own.spec().component().count(); i++) {
      Job other = job(id + i);
      if (other != null && other.spec().component().group() == id) {
        found.add(other);
      }
    }
    Members members = arrays.get(id);
    if (members != null) {
      for (long member : members.sorted()) {
        Job job = job(member);
        if (job != null) {
          found.add(job);
        }
      }
    }
    return found;
  }

  /** True for the first component of a heterogeneous job. */
  private static boolean leads(Job job) {
    return job.spec().component().group() == job.id();
  }

  @Override
  public void jobs(Predicate<JobRow> filter, Consumer<Job> action) {
    jobs(0, 1, filter, action);
  }

  @Override
  public void jobs(int part, int parts, Predicate<JobRow> filter, Consumer<Job> action) {
    Row row = new Row();
    table.forEach(
        part,
        parts,
        (id, page, index) -> {
          row.move(id, page, index);
          if (filter.test(row)) {
            Job job = job(id, page, index);
            if (job != null) {
              action.accept(job);
            }
          }
        });
  }

  @Override
  public int jobCount() {
    return table.size();
  }

  @Override
  public List<Step> steps(long jobId) {
    List<StepEntry> known = steps.get(jobId);
    return known == null ? List.of() : known.stream().map(StepEntry::step).toList();
  }

  @Override
  public List<Blocker> blockers(long jobId) {
    List<Blocker> known = blockers.get(jobId);
    return known == null ? List.of() : known;
  }

  @Override
  public boolean promised(long jobId) {
    JobPage page = table.find(jobId);
    return page != null && (page.gate[JobTable.row(jobId)] & JobPage.PROMISED) != 0;
  }

  @Override
  public NodeMask setAside(long jobId) {
    NodeMask known = setAside.get(jobId);
    return known == null ? NodeMask.EMPTY : known;
  }

  @Override
  public JobFiles files(long jobId) {
    JobPage page = table.find(jobId);
    if (page == null) {
      return null;
    }
    byte[] script = fileStore.get(page.script.get(JobTable.row(jobId)));
    byte[] environment = fileStore.get(page.environment.get(JobTable.row(jobId)));
    return script == null || environment == null ? null : new JobFiles(script, environment);
  }

  @Override
  public byte[] stepEnvironment(long jobId, int stepId) {
    List<StepEntry> known = steps.get(jobId);
    if (known != null) {
      for (StepEntry entry : known) {
        if (entry.step().id() == stepId && stepId == Step.BATCH) {
          JobFiles files = files(jobId);
          return files == null ? null : files.environment();
        } else if (entry.step().id() == stepId) {
          return fileStore.get(entry.environment());
        }
      }
    }
    return null;
  }

  @Override
  public long[] activeJobs() {
    return runs.keys();
  }

  @Override
  public SchedulerInput input() {
    return input(latest.queue(table, structure, openings));
  }

  @Override
  public SchedulerInput answerInput() {
    return input(latest.amendedQueue(table, structure, openings));
  }

  @Override
  public void readyAnswers() {
    latest.readyAnswers(table, structure, openings);
  }

  private SchedulerInput input(EligibleJobs queue) {
    return new SchedulerInput(
        this,
        queue,
        use::ledger,
        structure.definition == null ? 0 : structure.definition.limits().preemptExemptTime());
  }

  @Override
  public NodeStatus nodeStatus(String name) {
    Integer id = structure.nodeIds.get(name);
    NodeEntry node = id == null ? null : nodes.get(id);
    if (node == null) {
      return null;
    }
    int cpus = 0;
    CoreSet cores = CoreSet.EMPTY;
    long memory = 0;
    boolean completing = false;
    TreeMap<String, Long> gres = new TreeMap<>();
    List<Long> jobs = new ArrayList<>();
    for (long jobId : node.jobs()) {
      Run run = runs.get(jobId);
      NodeAllocation whole = run == null ? null : Allocations.part(run.job(), id);
      if (whole == null) {
        continue;
      }
      NodeAllocation part = Allocations.held(run, whole);
      jobs.add(jobId);
      cpus += part.cpus();
      cores = cores.union(part.cores());
      memory += part.memory();
      completing |= run.job().status().has(JobFlag.COMPLETING);
      for (GresAllocation held : part.gres()) {
        gres.merge(held.name() + ":" + held.type(), held.count(), Long::sum);
      }
    }
    List<String> used = gres.entrySet().stream().map(e -> e.getKey() + ":" + e.getValue()).toList();
    NodeView view = node.view();
    // A core that several jobs have is one core.
    cpus = Math.min(cpus, cores.size() * view.hardware().threadsPerCore());
    if (planned.contains(id)) {
      view = node.withState(NodeWords.with(node.state(), NodeState.Flag.PLANNED)).view();
    }
    for (ReservationView one : reservations) {
      if (one.overlaps(time, time + 1) && one.nodes().contains(id) && one.cores().get(id) == null) {
        NodeState reserved = NodeWords.with(view.state(), NodeState.Flag.RESERVED);
        view =
            node.withState(
                    one.maintenance()
                        ? NodeWords.with(reserved, NodeState.Flag.MAINTENANCE)
                        : reserved)
                .view();
      }
    }
    return new NodeStatus(
        view,
        node.definition(),
        node.report(),
        cpus,
        memory,
        used,
        jobs,
        completing,
        node.lastBusy(),
        node.comment());
  }

  /** A row under the finger that moves over the table. */
  private final class Row implements JobRow {
    private static final org.headrace.api.job.JobState[] STATES =
        org.headrace.api.job.JobState.values();

    private long id;
    private JobPage page;
    private int row;

    void move(long newId, JobPage newPage, int newRow) {
      id = newId;
      page = newPage;
      row = newRow;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public long arrayId() {
      return page.arrayId.get(row);
    }

    @Override
    public org.headrace.api.job.JobState state() {
      return STATES[page.state[row]];
    }

    @Override
    public int user() {
      return page.user.get(row);
    }

    @Override
    public boolean completing() {
      return Jobs.has(page.flags[row], JobFlag.COMPLETING);
    }

    @Override
    public long priority() {
      return page.priority[row];
    }

    @Override
    public long submitted() {
      return page.submitted[row];
    }

    @Override
    public String partition() {
      return page.shape[row].partitions().get(0);
    }
  }
}
