package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.headrace.api.account.Billing;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Condition;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Timing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.commands.internal.text.TresText;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;

/** What listings derive from a job. Cheap to make; nothing is worked out before it is asked for. */
public final class JobFacts {
  /** No text, as users know it. */
  public static final String NULL = "(null)";

  private static final long YEAR = 365L * 24 * 3600 * 1000;

  private final Job job;
  private final Snapshot snapshot;
  private final long now;

  public JobFacts(Job job, Snapshot snapshot, long now) {
    this.job = job;
    this.snapshot = snapshot;
    this.now = now;
  }

  public Job job() {
    return job;
  }

  /** A job that is held has none, though it may run until it is put back in the queue. */
  public static long priority(Job job) {
    boolean held = job.spec().timing().hold() != Timing.Hold.NONE;
    return held && !job.status().state().ended() ? 0 : job.status().priority();
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public boolean pending() {
    return job.status().state() == JobState.PENDING;
  }

  private JobStatus status() {
    return job.status();
  }

  private ResourceRequest request() {
    return job.spec().request();
  }

  /** Node names of the allocation, in its order. */
  public List<String> nodes() {
    return pending() ? List.of() : NodeNames.of(status().allocation(), snapshot);
  }

  /** Node names of the allocation as an expression. */
  public String nodeList() {
    return Hostlist.compress(nodes());
  }

  /** Nodes that the last plan has set aside for it, as an expression; may be empty. */
  public String nodesSetAside() {
    List<String> names = new ArrayList<>();
    if (pending()) {
      snapshot.setAside(job.id()).forEach(id -> names.add(snapshot.node(id).name()));
    }
    return Hostlist.compress(names);
  }

  private boolean allocated() {
    return !pending() && status().allocation() != null;
  }

  public int nodeCount() {
    return allocated() ? status().allocation().nodes().size() : request().minNodes();
  }

  public int cpus() {
    return allocated() ? status().allocation().cpus() : request().minCpus();
  }

  /** Number of tasks as far as it is known. */
  public int tasks() {
    TaskLayout layout = request().layout();
    if (layout.tasks() != TaskLayout.UNSET) {
      return layout.tasks();
    }
    int perNode = Math.max(1, layout.tasksPerNode());
    return nodeCount() * perNode;
  }

  /** CPUs that each node must have. */
  public int minCpusPerNode() {
    TaskLayout layout = request().layout();
    int perNode = layout.cpusPerTask() * Math.max(1, layout.tasksPerNode());
    return Math.max(request().nodes().minCpus(), perNode);
  }

  public boolean memoryPerCpu() {
    return request().memory().basis() == MemoryRequest.Basis.CPU;
  }

  /** Memory that was asked for, per node, CPU or GPU, in MiB. */
  public long memory() {
    return request().memory().mebibytes();
  }

  /** Start, or expected start, or zero. */
  public long start() {
    if (!pending()) {
      return status().started();
    }
    if (status().expectedStart() > 0) {
      return status().expectedStart();
    }
    long begin = job.spec().timing().begin();
    return begin > now ? begin : 0;
  }

  /** End, or expected end, or zero. */
  public long end() {
    if (status().ended() > 0 && !pending()) {
      return status().ended();
    }
    long start = start();
    if (start == 0 || unlimited()) {
      return pending() || graceEnd() == Long.MAX_VALUE ? 0 : graceEnd();
    }
    if (pending()) {
      return start + status().timeLimit();
    }
    return Math.min(status().runsUntil(now), graceEnd());
  }

  /** The same, but one that runs without a limit is said to end in a year, as Slurm has it. */
  public long endAsData() {
    boolean endless = end() == 0 && !pending() && unlimited() && status().started() > 0;
    return endless ? status().started() + YEAR : end();
  }

  /** When a job that was warned has to make room; {@link Long#MAX_VALUE} for one that wasn't. */
  private long graceEnd() {
    PartitionDefinition partition = status().preempted() == 0 ? null : partition();
    return partition == null ? Long.MAX_VALUE : status().preempted() + partition.graceTime();
  }

  /** What it is billed by. */
  public Billing billing() {
    PartitionDefinition partition = partition();
    return partition == null ? Billing.CPUS : billing(partition, snapshot.definition());
  }

  /** What a partition bills jobs by. */
  public static Billing billing(PartitionDefinition partition, ClusterDefinition cluster) {
    return Billing.of(
        partition.options().getOrDefault("TRESBillingWeights", ""),
        cluster.settings().getOrDefault("PriorityFlags", ""));
  }

  /** The partition it runs in, or null. */
  private PartitionDefinition partition() {
    ClusterDefinition definition = snapshot.definition();
    return definition == null
        ? null
        : definition.partitions().stream()
            .filter(one -> one.name().equals(status().partition()))
            .findFirst()
            .orElse(null);
  }

  /** From when on it may be preempted, or zero if it doesn't run or never may. */
  public long preemptible() {
    ClusterDefinition definition = snapshot.definition();
    if (definition == null || status().started() == 0 || pending()) {
      return 0;
    }
    String type = definition.settings().getOrDefault("PreemptType", "preempt/none");
    String mode = definition.settings().getOrDefault("PreemptMode", "OFF");
    PartitionDefinition partition = partition();
    if (type.equals("preempt/partition_prio") && partition != null) {
      mode = partition.options().getOrDefault("PreemptMode", mode);
    }
    long exempt = definition.limits().preemptExemptTime();
    String charged = job.spec().charge().qos();
    QualityOfService qos =
        snapshot.qos(charged.isEmpty() ? QualityOfService.NORMAL.name() : charged);
    if (qos != null) {
      boolean own = type.equals("preempt/qos") && !qos.preemptMode().isEmpty();
      mode = own ? qos.preemptMode() : mode;
      exempt = qos.exemptTime() >= 0 ? qos.exemptTime() : exempt;
    }
    boolean never = type.equals("preempt/none") || PreemptMode.of(mode) == PreemptMode.OFF;
    return never ? 0 : status().started() + exempt;
  }

  public boolean unlimited() {
    return status().timeLimit() == JobClass.UNLIMITED;
  }

  /** Time limit in seconds; {@link Long#MAX_VALUE} when there is none. */
  public long limitSeconds() {
    return unlimited() ? Long.MAX_VALUE : status().timeLimit() / 1000;
  }

  /** Seconds that it has run. */
  public long elapsed() {
    return pending() ? 0 : status().ran(now) / 1000;
  }

  /** Why it waits, or ended so, with the nodes that are missing. */
  public String reason() {
    String name = ReasonNames.name(status().reason());
    if (!pending() || status().reason() != Reason.REQUIRED_NODE_NOT_AVAILABLE) {
      return name;
    }
    List<String> missing = new ArrayList<>();
    for (String node : request().nodes().required()) {
      NodeView view = snapshot.node(node);
      if (view == null || !view.state().acceptsJobs()) {
        missing.add(node);
      }
    }
    return missing.isEmpty() ? name : name + ", UnavailableNodes:" + Hostlist.compress(missing);
  }

  /** Node list, or in parentheses why there is none. */
  public String nodesOrReason() {
    JobState state = status().state();
    boolean failed =
        state.ended()
            && state != JobState.COMPLETED
            && state != JobState.CANCELLED
            && status().reason() != Reason.NONE;
    return pending() || failed && !status().has(org.headrace.api.job.JobFlag.COMPLETING)
        ? "(" + reason() + ")"
        : nodeList();
  }

  /** {@code afterok:12(unfulfilled)}, or the null text. */
  public String dependency() {
    Dependency dependency = job.spec().dependency();
    if (!pending() || dependency.isEmpty()) {
      return NULL;
    }
    // Of a job from an old log it isn't known which condition it was.
    boolean known = dependency.conditions().stream().anyMatch(Condition::failed);
    boolean hopeless = status().reason() == Reason.DEPENDENCY_NEVER_SATISFIED && !known;
    StringBuilder text = new StringBuilder();
    for (Condition condition : dependency.conditions()) {
      if (text.length() > 0) {
        text.append(dependency.any() ? '?' : ',');
      }
      text.append(dependencyKind(condition.kind()));
      if (condition.kind() != Kind.SINGLETON) {
        text.append(':').append(condition.jobId()).append(task(condition));
        if (condition.delayMinutes() > 0) {
          text.append('+').append(condition.delayMinutes());
        }
      }
      text.append(hopeless || condition.failed() ? "(failed)" : "(unfulfilled)");
    }
    return text.toString();
  }

  private String task(Condition condition) {
    if (condition.arrayTask() != Condition.ALL_TASKS) {
      return "_" + condition.arrayTask();
    }
    List<Job> target = snapshot.jobOrArray(condition.jobId());
    return !target.isEmpty() && target.get(0).arrayId() != 0 ? "_*" : "";
  }

  private static String dependencyKind(Kind kind) {
    return switch (kind) {
      case AFTER -> "after";
      case AFTER_ANY -> "afterany";
      case AFTER_OK -> "afterok";
      case AFTER_NOT_OK -> "afternotok";
      case AFTER_CORRESPONDING -> "aftercorr";
      case SINGLETON -> "singleton";
    };
  }

  /** Generic resources asked for in that way, {@code gres/gpu:2}; or empty. */
  public String wishes(GresRequest.Scope scope) {
    StringBuilder text = new StringBuilder();
    for (GresRequest wish : request().gres()) {
      if (wish.scope() == scope) {
        text.append(text.length() == 0 ? "" : ",").append(TresText.wish(wish));
      }
    }
    return text.toString();
  }

  /** {@code OK}, {@code NO}, {@code USER}, {@code TOPO} or {@code YES}. */
  public String sharing() {
    PartitionView partition = snapshot.partition(status().partition());
    if (partition != null && partition.sharing() == Sharing.EXCLUSIVE) {
      return "NO";
    }
    String share = partition == null ? "" : partition.options().getOrDefault("OverSubscribe", "");
    if (share.startsWith("FORCE") && !share.equals("FORCE:1")) {
      return "YES";
    }
    return switch (request().sharing()) {
      case CORES -> "OK";
      case EXCLUSIVE -> "NO";
      case USER -> "USER";
      case OVERSUBSCRIBE -> "YES";
      case TOPOLOGY -> "TOPO";
    };
  }

  /** Cores, or threads, that it leaves to the system; null where that is as configured. */
  public SystemCores system() {
    return request().system();
  }

  /** The partitions that it may run in, or runs in. */
  public String partitions() {
    List<String> wanted = job.spec().partitions();
    return pending() && wanted.size() > 1 ? String.join(",", wanted) : status().partition();
  }

  public String attribute(String name) {
    return job.spec().attributes().getOrDefault(name, "");
  }

  /** Host that it was submitted from. */
  public String submitHost() {
    String text = attribute(Attributes.ALLOC_NODE_SID);
    int colon = text.lastIndexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  /** Session that it was submitted from. */
  public String submitSession() {
    String text = attribute(Attributes.ALLOC_NODE_SID);
    return text.substring(text.lastIndexOf(':') + 1);
  }

  /** Where its script or allocation lives, or null before it has started. */
  public String batchHost() {
    List<String> nodes = nodes();
    return nodes.isEmpty() ? null : nodes.get(0);
  }

  /** Licences as {@code name:count}. */
  public String licenses() {
    StringBuilder text = new StringBuilder();
    Map<String, Integer> licenses = request().licenses();
    for (String name : new TreeSet<>(licenses.keySet())) {
      text.append(text.length() == 0 ? "" : ",").append(name).append(':');
      text.append(licenses.get(name));
    }
    return text.toString();
  }

  /** The text itself, or {@code (null)} where it is empty. */
  public static String orNull(String text) {
    return text.isEmpty() ? NULL : text;
  }

  /** The text itself, or {@code N/A} where it is empty. */
  public static String orNotAvailable(String text) {
    return text.isEmpty() ? "N/A" : text;
  }

  /** A number, or {@code *} where it is zero. */
  public static String orAny(int number) {
    return number == 0 ? "*" : Integer.toString(number);
  }
}
