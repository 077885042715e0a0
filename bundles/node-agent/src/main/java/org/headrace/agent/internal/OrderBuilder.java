package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.headrace.api.job.Execution;
import org.headrace.api.job.Job;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.launcher.Containment;
import org.headrace.api.launcher.LaunchOptions;
import org.headrace.api.launcher.LaunchOrder;
import org.headrace.api.launcher.Program;
import org.headrace.api.launcher.ResourceLimit;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.TaskOrder;
import org.headrace.api.launcher.UserIdentity;
import org.headrace.api.model.GresAllocation;
import org.headrace.protocol.node.ToNode;

/** Turns the controller's word to run a step into an order for the launcher. */
final class OrderBuilder {
  /** What {@code srun --preserve-env} keeps. */
  private static final List<String> PRESERVED =
      List.of("SLURM_NNODES", "SLURM_NTASKS", "SLURM_NPROCS", "SLURM_TASKS_PER_NODE");

  /** What a script has been told of its devices, and goes on to its steps. */
  private static final List<String> DEVICES =
      List.of(
          "CUDA_VISIBLE_DEVICES",
          "GPU_DEVICE_ORDINAL",
          "ROCR_VISIBLE_DEVICES",
          "ZE_AFFINITY_MASK",
          "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE");

  private static final String PID_VARIABLE = "SLURM_TASK_PID";

  /** Where the display is that was forwarded from one node of several. */
  private static final String X11_NODE = "HEADRACE_X11_NODE";

  private final JobVariables jobVariables;
  private final NodeGres gres;
  private final CpuPlan cpus;
  private final UserDatabase users;
  private final String host;
  private final List<Integer> memoryNodes;

  /**
   * @param host this host's name, for {@code HOSTNAME}
   * @param memoryNodes numbers of this machine's nodes of memory
   */
  OrderBuilder(
      JobVariables jobVariables,
      NodeGres gres,
      CpuPlan cpus,
      UserDatabase users,
      String host,
      List<Integer> memoryNodes) {
    this.jobVariables = jobVariables;
    this.gres = gres;
    this.cpus = cpus;
    this.users = users;
    this.host = host;
    this.memoryNodes = memoryNodes;
  }

  /** A step can't be run here; the message says why. */
  static final class ImpossibleStepException extends Exception {
    private static final long serialVersionUID = 1L;

    ImpossibleStepException(String message) {
      super(message);
    }
  }

  /** The name of this node. */
  String nodeName() {
    return jobVariables.nodeName();
  }

  /**
   * The order for this node's tasks.
   *
   * @param rows rows of the user's terminal
   * @param columns columns of the user's terminal
   */
  LaunchOrder order(ToNode.Launch launch, NodeRules rules, int rows, int columns)
      throws ImpossibleStepException {
    Job job = launch.job();
    Step step = launch.step();
    boolean batch = step.id() == Step.BATCH;
    int index = jobVariables.indexIn(launch.stepNodes());
    if (index < 0 || index >= step.parts().size()) {
      throw new ImpossibleStepException(
          "node " + jobVariables.nodeName() + " is not one of the step's nodes");
    }
    Step.Part part = step.parts().get(index);
    if (part.taskRanks().isEmpty()) {
      throw new ImpossibleStepException("the step has no task on this node");
    }
    StepSpec spec = step.spec();
    Execution execution = job.spec().execution();
    String workDirectory = batch ? execution.workDirectory() : spec.workDirectory();
    Map<String, String> variables = environment(launch, part, rules);
    return new LaunchOrder(
        new StepKey(job.id(), step.id()),
        job.status().restarts(),
        jobVariables.nodeName(),
        identity(job),
        workDirectory.isEmpty() ? "/" : workDirectory,
        batch ? execution.umask() : spec.umask(),
        limits(batch ? execution.limits() : spec.limits()),
        variables,
        program(launch),
        tasks(launch, part, index, workDirectory, rules, variables),
        containment(part, rules),
        new LaunchOptions(
            batch ? execution.append() : spec.append(),
            0,
            !batch && spec.terminal() && part.taskRanks().contains(0),
            rows,
            columns,
            PID_VARIABLE,
            programs(step, rules.text("TaskProlog"), option(step, StepSpec.TASK_PROLOG)),
            programs(step, option(step, StepSpec.TASK_EPILOG), rules.text("TaskEpilog"))),
        WorldOfStep.of(launch, jobVariables.nodeName(), rules.killWait()));
  }

  /** Those of the site enclose those of the user; the container of a job has no tasks of theirs. */
  private static List<String> programs(Step step, String first, String second) {
    return step.id() == Step.EXTERN
        ? List.of()
        : Stream.of(first, second).filter(name -> !name.isEmpty()).toList();
  }

  private static String option(Step step, String name) {
    return step.id() == Step.BATCH ? "" : step.spec().attributes().getOrDefault(name, "");
  }

  private UserIdentity identity(Job job) {
    Owner owner = job.spec().owner();
    List<Integer> groups = job.spec().execution().groups();
    if (groups.isEmpty()) {
      groups = users.groups(owner.user(), owner.gid());
    }
    return new UserIdentity(owner.uid(), owner.gid(), groups, owner.user());
  }

  private static List<ResourceLimit> limits(Map<String, Long> soft) {
    List<ResourceLimit> limits = new ArrayList<>();
    for (ResourceLimit.Resource resource : ResourceLimit.Resource.values()) {
      Long value = soft.get(resource.name());
      if (value != null) {
        limits.add(new ResourceLimit(resource, value));
      }
    }
    return limits;
  }

  private static Program program(ToNode.Launch launch) throws ImpossibleStepException {
    if (launch.step().id() != Step.BATCH) {
      if (launch.step().spec().argv().isEmpty()) {
        throw new ImpossibleStepException("the step has no program");
      }
      return new Program.Command(launch.step().spec().argv());
    }
    if (launch.script().length == 0) {
      throw new ImpossibleStepException("the job's script is missing");
    }
    return new Program.Script(launch.script(), launch.job().spec().execution().arguments());
  }

  private Containment containment(Step.Part part, NodeRules rules) {
    long[] mask = rules.bindsTasks() ? cpus.mask(part.cores()) : new long[0];
    return new Containment(Math.max(0, part.memory()), mask, "", gres.withheldFiles(part.gres()));
  }

  private Map<String, String> environment(ToNode.Launch launch, Step.Part part, NodeRules rules) {
    Map<String, String> variables = new LinkedHashMap<>();
    Map<String, String> sent = JobVariables.decode(launch.environment());
    variables.putAll(sent);
    if (!variables
        .getOrDefault(X11_NODE, jobVariables.nodeName())
        .equals(jobVariables.nodeName())) {
      variables.remove("DISPLAY");
      variables.remove("XAUTHORITY");
    }
    if (!variables.keySet().containsAll(UserDatabase.DEFAULTS)) {
      users.defaults(launch.job().spec().owner()).forEach(variables::putIfAbsent);
    }
    if (launch.step().id() == Step.BATCH
        && sent.getOrDefault("SLURM_GET_USER_ENV", "").equals("1")
        && !sent.containsKey("PATH")) {
      variables.remove("PATH"); // That of a login, which the supervisor asks for.
    }
    jobVariables.addTo(variables, launch.job(), launch.nodes(), rules);
    new ComponentVariables(jobVariables).addTo(variables, launch.components(), rules);
    if (launch.job().spec().component().grouped()) {
      String id = Long.toString(launch.job().spec().component().group());
      variables.put("SLURM_JOB_ID", id);
      variables.put("SLURM_JOBID", id);
    }
    variables.putIfAbsent("TMPDIR", rules.temporaryDirectory());
    variables.put("SLURM_CPUS_ON_NODE", Integer.toString(part.cpus()));
    if (launch.step().id() == Step.BATCH) {
      variables.put("ENVIRONMENT", "BATCH");
      variables.put("HOSTNAME", host);
    } else {
      addStep(variables, launch);
      variables.computeIfPresent("SLURM_JOB_NAME", sent::getOrDefault);
      if (!option(launch.step(), StepSpec.PRESERVE_ENV).isEmpty()) {
        PRESERVED.forEach(name -> variables.computeIfPresent(name, sent::getOrDefault));
      }
    }
    if (!option(launch.step(), StepSpec.NO_GRES).isEmpty()) {
      DEVICES.forEach(variables::remove);
    }
    variables.putAll(gres.environment(part.gres(), part.gres()));
    StringBuilder ranks = new StringBuilder();
    int first = launch.step().group().firstTask();
    part.taskRanks().forEach(rank -> ranks.append(ranks.isEmpty() ? "" : ",").append(first + rank));
    variables.put("SLURM_GTIDS", ranks.toString());
    return variables;
  }

  private void addStep(Map<String, String> variables, ToNode.Launch launch) {
    Step step = launch.step();
    StepGroup group = step.group();
    String id = Integer.toString(step.id());
    String tasks = Integer.toString(group.grouped() ? group.allTasks() : step.tasks());
    List<String> names = group.grouped() ? launch.groupNodes() : launch.stepNodes();
    String nodes = jobVariables.nodeList(names);
    String count = Integer.toString(names.size());
    List<Integer> perNode = new ArrayList<>(group.tasks());
    if (!group.grouped()) {
      step.parts().forEach(part -> perNode.add(part.taskRanks().size()));
    }
    String layout = RunLengths.of(perNode);
    int index = jobVariables.indexIn(launch.stepNodes());
    variables.put("SLURM_STEP_ID", id);
    variables.put("SLURM_STEPID", id);
    variables.put("SLURM_STEP_NODELIST", nodes);
    variables.put("SLURM_STEP_NUM_NODES", count);
    variables.put("SLURM_STEP_NUM_TASKS", tasks);
    variables.put("SLURM_STEP_TASKS_PER_NODE", layout);
    variables.put("SLURM_NNODES", count);
    variables.put("SLURM_NTASKS", tasks);
    variables.put("SLURM_NPROCS", tasks);
    variables.put("SLURM_TASKS_PER_NODE", layout);
    variables.put("SLURM_NODEID", Integer.toString(group.firstNode() + index));
    if (group.grouped()) {
      // The user sees one step of one job, whose nodes are those of all of its components.
      variables.put("SLURM_NODELIST", nodes);
      variables.put("SLURM_JOB_NODELIST", nodes);
      variables.put("SLURM_JOB_NUM_NODES", count);
      variables.put("SLURM_JOB_CPUS_PER_NODE", RunLengths.of(group.cpus()));
    }
    String ports = step.spec().attributes().get(StepSpec.RESERVED_PORTS);
    if (ports != null) {
      variables.put("SLURM_STEP_RESV_PORTS", ports);
    }
    String distribution = step.spec().layout().distribution();
    boolean one = (group.grouped() ? group.allTasks() : step.tasks()) <= names.size();
    String standard = one ? "cyclic" : "block";
    addDistribution(variables, distribution.isEmpty() ? standard : distribution);
    JobVariables.addCounts(variables, step.parts().get(index).gres());
    JobVariables.addGpus(variables, "SLURM_STEP_GPUS", step.parts().get(index).gres());
  }

  private static void addDistribution(Map<String, String> variables, String distribution) {
    String text = distribution.toLowerCase(Locale.ROOT);
    int equals = text.indexOf('=');
    variables.put("SLURM_DISTRIBUTION", equals < 0 ? text : text.substring(0, equals));
    if (text.startsWith("plane=")) {
      variables.put("SLURM_DIST_PLANESIZE", text.substring(equals + 1));
    }
  }

  private List<TaskOrder> tasks(
      ToNode.Launch launch,
      Step.Part part,
      int index,
      String workDirectory,
      NodeRules rules,
      Map<String, String> variables) {
    Step step = launch.step();
    boolean batch = step.id() == Step.BATCH;
    FilePattern files =
        new FilePattern(
            launch.job(),
            batch ? "batch" : Integer.toString(step.id()),
            jobVariables.nodeName(),
            step.group().firstNode() + index,
            workDirectory);
    IoPlan io = IoPlan.of(files, step);
    int count = part.taskRanks().size();
    CpuBinding binding = CpuBinding.of(option(step, StepSpec.CPU_BIND));
    MemoryBinding memory = MemoryBinding.of(option(step, StepSpec.MEM_BIND));
    boolean binds = !batch && rules.bindsTasks() && !step.spec().layout().overcommit();
    int cpusPerTask = batch ? 1 : Math.max(1, step.spec().layout().cpusPerTask());
    List<long[]> slices =
        binding.masks(binds ? cpus : CpuPlan.none(), part.cores(), count, cpusPerTask);
    TaskGres taskGres =
        batch ? null : TaskGres.of(launch.job(), step, part.gres(), variables, gres::coresNearGpu);
    List<TaskOrder> tasks = new ArrayList<>(count);
    for (int local = 0; local < count; local++) {
      int rank = part.taskRanks().get(local);
      int number = step.group().firstTask() + rank;
      Map<String, String> own = new LinkedHashMap<>();
      own.put("SLURM_PROCID", Integer.toString(number));
      own.put("SLURM_LOCALID", Integer.toString(local));
      own.putAll(binding.variables(slices));
      if (!batch) {
        List<GresAllocation> devices =
            taskGres.of(local, cpus.coresOf(slices.get(local), part.cores()));
        own.putAll(gres.environment(devices, part.gres()));
        if (!devices.isEmpty()) {
          JobVariables.addGpus(own, "SLURM_STEP_GPUS", devices);
        }
      }
      tasks.add(
          new TaskOrder(
              rank,
              local,
              own,
              slices.get(local),
              io.stdin(number),
              io.stdout(number),
              io.stderr(number),
              List.of(),
              memory.policy(memoryNodes, local)));
    }
    return tasks;
  }
}
