package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.Actor;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.definition.ReservationDefinition;

/** What may be asked for. Each test returns the refusal, or null. */
final class SpecRules {
  /** Name of the attribute by which nodes are to be booted before a job starts. */
  static final String REBOOT = "Option:reboot";

  /** Name of the attribute of jobs that may ask for more licences than there are. */
  private static final String MORE_LICENSES = "MoreLicenses";

  private static final int MAX_NAME = 1024;

  /** Linux takes no longer ones. */
  private static final int MAX_PATH = 4095;

  /** Attributes that people read; all else that is kept with a job is as long as it has to be. */
  private static final Set<String> REMARKS = Set.of("Comment", "AdminComment", "Extra", "MailUser");

  private final Machine machine;
  private final ClusterState state;

  SpecRules(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** Everything about partitions and resources of a spec whose defaults are filled in. */
  Outcome.Rejected placement(JobSpec spec, long timeLimit, boolean admin) {
    Outcome.Rejected problem = request(spec.request());
    problem = problem == null ? named(spec) : problem;
    if (problem != null) {
      return problem;
    }
    NodeConstraint nodes = spec.request().nodes();
    problem = features(nodes.features(), ErrorCode.INVALID_FEATURE);
    problem = problem == null ? features(nodes.prefer(), ErrorCode.INVALID_PREFERENCE) : problem;
    int counted = FeatureTest.nodes(nodes.features());
    if (problem == null && counted > spec.request().maxNodes()) {
      problem =
          refuse(
              ErrorCode.NODES_UNAVAILABLE,
              "features %s want %d nodes; the job has at most %d"
                  .formatted(nodes.features(), counted, spec.request().maxNodes()));
    }
    if (problem != null) {
      return problem;
    }
    Outcome.Rejected first = null;
    boolean some = false;
    for (String name : spec.partitions()) {
      Outcome.Rejected refusal = inPartition(name, spec, timeLimit, admin);
      boolean strict = "ALL".equalsIgnoreCase(enforcement()) || isUnknown(name);
      if (refusal != null && strict) {
        return refusal;
      }
      first = first == null ? refusal : first;
      some |= refusal == null;
    }
    return some ? null : first;
  }

  private Outcome.Rejected features(String expression, ErrorCode code) {
    String unknown = machine.feasibility.unknownFeatures(expression);
    return unknown == null ? null : refuse(code, unknown);
  }

  private boolean isUnknown(String partition) {
    return state.configuration.partition(partition) == null;
  }

  private String enforcement() {
    return state.configuration.setting("EnforcePartLimits", "NO");
  }

  private Outcome.Rejected inPartition(String name, JobSpec spec, long timeLimit, boolean admin) {
    PartitionDefinition partition = state.configuration.partition(name);
    if (partition == null) {
      return refuse(
          ErrorCode.INVALID_PARTITION,
          "no partition " + name + "; there are: " + state.configuration.partitionNames());
    }
    Outcome.Rejected refusal = machine.partitionRules.refusal(partition, spec, admin);
    if (refusal != null) {
      return refusal;
    }
    long most = partition.maxMemory().mebibytes();
    long asked = memory(spec.request(), partition);
    if (most > 0 && asked > most) {
      return refuse(
          ErrorCode.INVALID_ARGUMENT,
          asked
              + " MiB of memory; partition "
              + name
              + " allows at most "
              + most
              + " MiB"
              + (partition.maxMemory().basis() == MemoryRequest.Basis.NODE ? " of a node" : ""));
    }
    if (!"NO".equalsIgnoreCase(enforcement())) {
      Outcome.Rejected limit =
          limits(machine.partitionRules.view(name, spec), spec.request(), timeLimit);
      if (limit != null) {
        return limit;
      }
    }
    String hopeless = machine.feasibility.problem(spec.request(), name);
    ReservationDefinition bounds = machine.reservations.bounds(spec);
    if (hopeless == null && bounds != null) {
      hopeless = machine.feasibility.problem(spec.request(), name, bounds);
    }
    return hopeless == null ? null : refuse(ErrorCode.NODES_UNAVAILABLE, hopeless);
  }

  /** What it asks for at least of what the partition bounds: memory of a node, or for a CPU. */
  private long memory(ResourceRequest request, PartitionDefinition partition) {
    MemoryRequest memory = request.memory();
    if (memory.wholeNode()) {
      long least = Long.MAX_VALUE;
      for (String node : partition.nodes()) {
        NodeEntry entry = state.nodes.get(node);
        least = entry == null ? least : Math.min(least, entry.view().hardware().memory());
      }
      return partition.maxMemory().basis() == MemoryRequest.Basis.NODE && least < Long.MAX_VALUE
          ? least
          : 0;
    }
    return memory.basis() == partition.maxMemory().basis() ? memory.mebibytes() : 0;
  }

  private Outcome.Rejected limits(
      PartitionView partition, ResourceRequest request, long timeLimit) {
    int nodes = Math.max(request.minNodes(), FeatureTest.nodes(request.nodes().features()));
    if (nodes > partition.maxNodes()
        || !request.allowsNodes(partition.minNodes(), partition.maxNodes())) {
      return refuse(
          ErrorCode.INVALID_NODE_COUNT,
          nodes
              + " nodes; partition "
              + partition.name()
              + " allows "
              + (partition.maxNodes() == Integer.MAX_VALUE
                  ? partition.minNodes() + " or more"
                  : partition.minNodes() + " to " + partition.maxNodes()));
    }
    if (timeLimit > partition.maxTime()) {
      return refuse(
          ErrorCode.INVALID_TIME_LIMIT,
          "time limit of "
              + minutes(timeLimit)
              + "; partition "
              + partition.name()
              + " allows at most "
              + minutes(partition.maxTime()));
    }
    return null;
  }

  private static String minutes(long millis) {
    return millis == Long.MAX_VALUE ? "unlimited time" : millis / 60_000 + " minutes";
  }

  private static boolean inOrder(ResourceRequest request) {
    List<Integer> counts = request.counts();
    for (int i = 1; i < counts.size(); i++) {
      if (counts.get(i - 1) >= counts.get(i)) {
        return false;
      }
    }
    return counts.isEmpty()
        || counts.size() <= ResourceRequest.MOST_COUNTS
            && counts.get(0) == request.minNodes()
            && counts.get(counts.size() - 1) == request.maxNodes();
  }

  private Outcome.Rejected request(ResourceRequest request) {
    if (request.minNodes() < 1 || request.maxNodes() < request.minNodes()) {
      return refuse(
          ErrorCode.INVALID_NODE_COUNT,
          "node count "
              + request.minNodes()
              + " to "
              + request.maxNodes()
              + "; it must be at least 1, and the maximum not below the minimum");
    }
    if (!inOrder(request)) {
      return refuse(
          ErrorCode.INVALID_NODE_COUNT,
          "node counts "
              + request.counts()
              + "; at most "
              + ResourceRequest.MOST_COUNTS
              + " are allowed, ascending, from the fewest to the most nodes");
    }
    if (request.system() != null) {
      boolean allowed = state.configuration.definition().isYes("AllowSpecResourcesUsage");
      if (!allowed || request.system().count() < 0) {
        return refuse(
            ErrorCode.INVALID_ARGUMENT,
            "cores left to the system: jobs may not say how many"
                + " (AllowSpecResourcesUsage = No), or none");
      }
    }
    TaskLayout layout = request.layout();
    int perNode = layout.tasksPerNode();
    if (layout.tasks() < 0 || layout.cpusPerTask() < 1 || perNode < 0) {
      return refuse(
          ErrorCode.INVALID_TASK_COUNT,
          "tasks "
              + layout.tasks()
              + ", CPUs per task "
              + layout.cpusPerTask()
              + ", tasks per node "
              + perNode
              + "; CPUs per task must be at least 1, the others not negative");
    }
    if (layout.tasks() != TaskLayout.UNSET && layout.tasks() < request.minNodes()) {
      return refuse(
          ErrorCode.INVALID_TASK_COUNT,
          layout.tasks()
              + " tasks on "
              + request.minNodes()
              + " nodes; each node needs a task: ask for at most as many nodes as tasks");
    }
    if ((long) Math.max(1, layout.tasks()) * layout.cpusPerTask() > Integer.MAX_VALUE
        || (long) Math.max(1, perNode) * request.minNodes() * layout.cpusPerTask()
            > Integer.MAX_VALUE) {
      return refuse(ErrorCode.INVALID_TASK_COUNT, "more CPUs than any cluster has");
    }
    int most = state.limits().maxTasksPerNode();
    if (perNode > most) {
      return refuse(
          ErrorCode.INVALID_TASK_COUNT,
          perNode + " tasks per node; this cluster allows at most " + most);
    }
    if (request.memory().mebibytes() < 0) {
      return refuse(ErrorCode.INVALID_ARGUMENT, "negative memory");
    }
    for (GresRequest gres : request.gres()) {
      if (gres.count() < 1) {
        return refuse(ErrorCode.INVALID_ARGUMENT, "count " + gres.count() + " of " + gres.name());
      }
    }
    return null;
  }

  private Outcome.Rejected named(JobSpec spec) {
    ResourceRequest request = spec.request();
    for (List<String> names : List.of(request.nodes().required(), request.nodes().excluded())) {
      for (String name : names) {
        if (state.nodes.get(name) == null) {
          return Refusals.unknownNode(name);
        }
      }
    }
    Set<String> excluded = Set.copyOf(request.nodes().excluded());
    for (String name : request.nodes().required()) {
      if (excluded.contains(name)) {
        return refuse(
            ErrorCode.INVALID_NODE_NAME, "node " + name + " is both asked for and excluded");
      }
    }
    Map<String, Integer> licenses = state.configuration.definition().licenses();
    for (Map.Entry<String, Integer> wanted : new TreeMap<>(request.licenses()).entrySet()) {
      int total = licenses.getOrDefault(wanted.getKey(), 0);
      boolean waits = licenses.containsKey(wanted.getKey()) && waitsForLicenses(spec);
      if (wanted.getValue() < 1 || wanted.getValue() > total && !waits) {
        return refuse(
            ErrorCode.INVALID_LICENSES,
            wanted.getValue()
                + " licences of "
                + wanted.getKey()
                + "; this cluster has "
                + (total > 0 ? total : "none" + others(licenses)));
      }
    }
    return null;
  }

  /** Charge: the quality of service must exist, once any has been defined. */
  Outcome.Rejected charge(JobSpec spec) {
    String qos = spec.charge().qos();
    Map<String, ?> known = state.configuration.qualities();
    if (!qos.isEmpty() && known.size() > 1 && !known.containsKey(qos)) {
      return refuse(
          ErrorCode.INVALID_QOS,
          "no quality of service " + qos + "; there are: " + String.join(", ", known.keySet()));
    }
    return null;
  }

  /** Times and priority. */
  Outcome.Rejected timing(Timing timing, long timeLimit, Actor actor) {
    if (timing.timeLimit() < 0 || timing.timeMin() < 0 || timing.timeMin() > timeLimit) {
      return refuse(
          ErrorCode.INVALID_TIME_LIMIT,
          "time limit of "
              + minutes(timeLimit)
              + " with a minimum of "
              + minutes(timing.timeMin())
              + "; both must be positive, the minimum not above the limit");
    }
    if (timing.deadline() != 0 && timing.deadline() <= state.time) {
      return refuse(ErrorCode.INVALID_TIME_LIMIT, "the deadline is in the past");
    }
    Outcome.Rejected late = deadline(timing, timeLimit);
    if (late != null) {
      return late;
    }
    if (!state.admin(actor) && timing.nice() < 0) {
      return refuse(
          ErrorCode.INVALID_NICE, "a negative nice value needs an administrator; use 0 or more");
    }
    if (!state.admin(actor) && timing.siteFactor() != 0) {
      return refuse(ErrorCode.ACCESS_DENIED, "a site factor needs an administrator");
    }
    if (!state.admin(actor) && timing.priority() != Timing.UNSET) {
      return refuse(ErrorCode.ACCESS_DENIED, "setting a priority needs an administrator");
    }
    return timing.priority() < 0 || timing.priority() > 0xFFFF_FFFEL
        ? refuse(ErrorCode.INVALID_ARGUMENT, "priority " + timing.priority())
        : null;
  }

  /** One that couldn't end by its deadline if it started as soon as it may would never start. */
  private Outcome.Rejected deadline(Timing timing, long timeLimit) {
    long first = Math.max(state.time, timing.begin());
    if (timing.deadline() == 0 || TimerHandler.latestStart(timing, timeLimit) >= first) {
      return null;
    }
    boolean shrinks = timing.timeMin() > 0;
    long room = (timing.deadline() - first) / 60_000 * 60_000;
    String least = minutes(shrinks ? timing.timeMin() : timeLimit);
    return refuse(
        shrinks ? ErrorCode.INVALID_TIME_MIN : ErrorCode.INVALID_TIME_LIMIT,
        "a job of %s can't end by its deadline; it could run with %s"
            .formatted(least, room > 0 ? minutes(room) : "one that leaves it " + least));
  }

  /**
   * A job whose nodes aren't booted first: that is for administrators. Front ends refuse it; here
   * the wish is dropped, as older ones passed it on and their logs are read again.
   */
  static JobSpec withoutBoot(JobSpec spec) {
    if (!spec.attributes().containsKey(REBOOT)) {
      return spec;
    }
    Map<String, String> attributes = new TreeMap<>(spec.attributes());
    attributes.remove(REBOOT);
    return spec.withAttributes(attributes);
  }

  /** Names and paths: each is kept with the job, and shown to all who list it. */
  Outcome.Rejected texts(JobSpec spec) {
    Outcome.Rejected problem = length("the job's name", spec.name(), MAX_NAME);
    for (String remark : REMARKS) {
      String text = spec.attributes().getOrDefault(remark, "");
      problem = problem != null ? problem : length(remark, text, MAX_NAME);
    }
    Execution execution = spec.execution();
    Map<String, String> paths = new TreeMap<>();
    paths.put("the working directory", execution.workDirectory());
    paths.put("the input file's path", execution.input());
    paths.put("the output file's path", execution.output());
    paths.put("the error file's path", execution.error());
    for (Map.Entry<String, String> path : paths.entrySet()) {
      problem = problem != null ? problem : length(path.getKey(), path.getValue(), MAX_PATH);
    }
    return problem;
  }

  private static Outcome.Rejected length(String what, String text, int most) {
    return text.length() <= most
        ? null
        : refuse(
            ErrorCode.SCRIPT_TOO_LARGE,
            what + " has " + text.length() + " characters; at most " + most + " are possible");
  }

  private static String others(Map<String, Integer> licenses) {
    return licenses.isEmpty()
        ? ""
        : "; there are: " + String.join(", ", new TreeSet<>(licenses.keySet()));
  }

  /**
   * True for a job that was submitted with the word that it may ask for more licences than there
   * are. The configuration alone doesn't say so: logs have jobs that it was refused.
   */
  private boolean waitsForLicenses(JobSpec spec) {
    return spec.attributes().containsKey(MORE_LICENSES) && schedulerWord("allow_zero_lic") != null;
  }

  /** The value of a word of SchedulerParameters; null where it isn't there. */
  String schedulerWord(String word) {
    return PreemptionSettings.word(state.configuration.setting("SchedulerParameters", ""), word);
  }

  private long mostTasks() {
    String most = schedulerWord("max_array_tasks");
    return most != null && most.matches("\\d{1,9}") ? Long.parseLong(most) : Long.MAX_VALUE;
  }

  /** Array indexes. */
  Outcome.Rejected array(JobArray array) {
    int below = state.limits().maxArraySize();
    int next = 0;
    for (JobArray.Range range : array.ranges()) {
      boolean sound =
          range.first() >= next
              && range.last() >= range.first()
              && range.step() >= 1
              && (range.last() - range.first()) % range.step() == 0;
      if (!sound) {
        return refuse(
            ErrorCode.INVALID_ARRAY,
            "array range "
                + range.first()
                + "-"
                + range.last()
                + ":"
                + range.step()
                + " at a wrong place; ranges must ascend without overlap");
      }
      if (range.last() >= below) {
        return refuse(
            ErrorCode.INVALID_ARRAY,
            "array index " + range.last() + "; the highest allowed is " + (below - 1));
      }
      next = range.last() + 1;
    }
    long most = mostTasks();
    if (array.count() > most) {
      return refuse(
          ErrorCode.INVALID_ARRAY,
          array.count() + " tasks; SchedulerParameters=max_array_tasks allows " + most);
    }
    return array.maxRunning() < 0
        ? refuse(ErrorCode.INVALID_ARRAY, "limit of running tasks " + array.maxRunning())
        : null;
  }

  /** Dependencies of a job, which has the id if it is known already. */
  Outcome.Rejected dependency(Dependency dependency, long ownId) {
    for (Dependency.Condition condition : dependency.conditions()) {
      if (condition.kind() == Dependency.Kind.SINGLETON) {
        continue;
      }
      if (!machine.arrays.known(condition.jobId())) {
        return refuse(
            ErrorCode.INVALID_DEPENDENCY,
            "dependency on job " + condition.jobId() + ", which isn't known");
      }
      if (condition.jobId() == ownId) {
        return refuse(ErrorCode.INVALID_DEPENDENCY, "job " + ownId + " depends on itself");
      }
      int task = condition.arrayTask();
      if (task != Dependency.Condition.ALL_TASKS
          && machine.arrays.parts(condition.jobId(), one -> one == task).stream()
              .noneMatch(parent -> hasTask(parent, task))) {
        return refuse(
            ErrorCode.INVALID_DEPENDENCY,
            "dependency on task " + task + " of job " + condition.jobId() + ", which has none");
      }
    }
    return null;
  }

  private static boolean hasTask(Job parent, int task) {
    return parent.pendingArray()
        ? parent.status().pendingTasks().contains(task)
        : parent.arrayTask() == task;
  }
}
