package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.model.Breadth;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.MemoryRequest.Basis;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Segments;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.command.ErrorCode;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Turns the options about nodes, tasks, memory and devices into a request. */
final class ResourceBuilder {
  private final Choices choices;
  private final Program program;
  private final List<String> ofTasks;
  private List<String> required;
  private final List<String> excluded;
  private final List<String> warnings;
  private final long longestSwitchWait;

  /**
   * Starts.
   *
   * @param required nodes that must be used; where each task has one of its own, one for each task
   * @param excluded nodes that must not
   * @param warnings is given what the user should know
   * @param longestSwitchWait most that a job may wait for few switches, and what it does where it
   *     doesn't say, in milliseconds
   */
  ResourceBuilder(
      Choices choices,
      List<String> required,
      List<String> excluded,
      List<String> warnings,
      long longestSwitchWait) {
    this.choices = choices;
    this.program = choices.program();
    this.ofTasks = required;
    this.required = required.stream().distinct().toList();
    this.excluded = excluded;
    this.warnings = warnings;
    this.longestSwitchWait = longestSwitchWait;
  }

  ResourceRequest build() {
    GpuCounts counts =
        GpuCounts.of(
            program,
            gres(),
            choices.number("ntasks", TaskLayout.UNSET),
            choices.has("nodes") ? NodeCount.parse(choices.text("nodes", "")) : null,
            choices.number("ntasks-per-gpu", 0));
    List<GresRequest> gres = counts.wishes();
    TaskLayout layout = layout(counts);
    NodeCount nodes = nodes(layout);
    if (counts.nodes() > 0) {
      nodes = new NodeCount(counts.nodes(), counts.nodes());
    }
    return nodes.in(
        new ResourceRequest(
            nodes.min(),
            nodes.max(),
            layout,
            memory(gres),
            gres,
            choices.number("cpus-per-gpu", 0),
            constraint(),
            sharing(),
            licenses(),
            devices()));
  }

  /** The last of several words about one thing counts. */
  private DevicePolicy devices() {
    DevicePolicy.Locality locality = DevicePolicy.Locality.USUAL;
    DevicePolicy.TaskSharing tasks = DevicePolicy.TaskSharing.USUAL;
    for (String word : choices.text("gres-flags", "").toLowerCase(Locale.ROOT).split(",")) {
      switch (word) {
        case "enforce-binding" -> locality = DevicePolicy.Locality.ENFORCED;
        case "disable-binding" -> locality = DevicePolicy.Locality.IGNORED;
        case "one-task-per-sharing" -> tasks = DevicePolicy.TaskSharing.APART;
        case "multiple-tasks-per-sharing" -> tasks = DevicePolicy.TaskSharing.TOGETHER;
        default -> {
          // allow-task-sharing: devices are held by the step, and all its tasks may use them.
        }
      }
    }
    return new DevicePolicy(locality, tasks);
  }

  private NodeCount nodes(TaskLayout layout) {
    boolean counted = choices.has("nodes");
    NodeCount count =
        counted
            ? NodeCount.parse(choices.text("nodes", ""))
            : new NodeCount(1, ResourceRequest.ANY_NUMBER);
    if (count.min() == 0) {
      throw SubmissionFailure.of(
          program, ErrorCode.INVALID_NODE_COUNT, "--nodes: a job needs at least 1 node");
    }
    int named = required.size();
    if (named > count.max()) {
      throw Refusal.error(
          program.command(),
          1,
          "invalid number of nodes (-N " + named + "-" + count.max() + ")",
          "--nodelist names " + named + " nodes, --nodes allows " + count.max());
    }
    count = count.within(named, Integer.MAX_VALUE);
    int tasks = layout.tasks();
    if (tasks == TaskLayout.UNSET) {
      return count;
    }
    if (tasks < count.min()) {
      return fewer(tasks, count.min());
    }
    return counted ? count.within(1, tasks) : count;
  }

  /** A node without a task can't be had: of named ones, the first are left, by name. */
  private NodeCount fewer(int tasks, int nodes) {
    if (choices.explicit("nodes") || tasks < required.size()) {
      warnings.add(
          program.command()
              + ": Warning: can't run "
              + tasks
              + " processes on "
              + nodes
              + " nodes, setting nnodes to "
              + tasks);
    }
    if (tasks < required.size()) {
      required = Hostlist.expand(Hostlist.compressSorted(required)).subList(0, tasks);
    }
    return new NodeCount(tasks, tasks);
  }

  /** Room for as many tasks on each node as any of them is to have. */
  private TaskLayout arbitrary() {
    int most =
        required.stream().mapToInt(name -> Collections.frequency(ofTasks, name)).max().orElse(1);
    return new TaskLayout(
        most * required.size(),
        choices.number("cpus-per-task", 1),
        most,
        TaskLayout.UNSET,
        tasksPerCore(),
        choices.has("overcommit"),
        choices.text("distribution", "").toLowerCase(Locale.ROOT));
  }

  private TaskLayout layout(GpuCounts counts) {
    if (ofTasks.size() > required.size()) {
      return arbitrary();
    }
    List<GresRequest> gres = counts.wishes();
    int perNode = choices.number("ntasks-per-node", counts.tasksPerNode());
    int tasks = counts.tasks();
    // Devices for the whole job take as many nodes as they need, with a task on each.
    boolean spread = gres.stream().anyMatch(wish -> wish.scope() == Scope.JOB);
    if (tasks == TaskLayout.UNSET
        && perNode == TaskLayout.UNSET
        && !spread
        && counts.nodes() == 0
        && !choices.has("nodes")
        && !choices.has("extra-node-info")) {
      tasks = Math.max(1, required.size());
    }
    if (tasks == TaskLayout.UNSET && perNode == TaskLayout.UNSET) {
      tasks = tasksOfShape();
    }
    int cpus = choices.number("cpus-per-task", cpusOfGpus(gres));
    if (choices.has("tres-per-task")) {
      int perTask = GresNotation.parsePerTask(program, choices.text("tres-per-task", "")).cpus();
      cpus = perTask > 0 && !choices.has("cpus-per-task") ? perTask : cpus;
    }
    return new TaskLayout(
        tasks,
        cpus,
        perNode,
        choices.number("ntasks-per-socket", TaskLayout.UNSET),
        tasksPerCore(),
        choices.has("overcommit"),
        choices.text("distribution", "").toLowerCase(Locale.ROOT));
  }

  /** CPUs of a task whose GPUs bring their own. */
  private int cpusOfGpus(List<GresRequest> gres) {
    long gpus =
        gres.stream()
            .filter(wish -> wish.scope() == Scope.TASK && wish.name().equals("gpu"))
            .mapToLong(GresRequest::count)
            .sum();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, gpus * choices.number("cpus-per-gpu", 0)));
  }

  /** Who asks for nodes of a certain shape has a task for each part of it that is named. */
  private int tasksOfShape() {
    String[] info = choices.text("extra-node-info", "").split(":", -1);
    int parts =
        Math.max(1, sockets())
            * Math.max(1, choices.number("cores-per-socket", part(info, 1)))
            * Math.max(1, choices.has("extra-node-info") ? part(info, 2) : 1);
    int nodes = choices.has("nodes") ? NodeCount.parse(choices.text("nodes", "")).min() : 1;
    return parts == 1 ? TaskLayout.UNSET : Math.max(1, nodes) * parts;
  }

  private int tasksPerCore() {
    return choices.number("ntasks-per-core", TaskLayout.UNSET);
  }

  /** Whether one thread of each core is used, by {@code --hint=nomultithread}. */
  static boolean oneThread(Choices choices) {
    return List.of(choices.text("hint", "").split(",")).contains("nomultithread");
  }

  private MemoryRequest memory(List<GresRequest> gres) {
    if (choices.has("mem")) {
      return MemoryRequest.perNode(Sizes.parseMemory(choices.text("mem", "")));
    }
    if (choices.has("mem-per-cpu")) {
      long size = Sizes.parseMemory(choices.text("mem-per-cpu", ""));
      return size == 0 ? MemoryRequest.perNode(0) : MemoryRequest.perCpu(size);
    }
    if (choices.has("mem-per-gpu")) {
      if (gres.stream().noneMatch(wish -> wish.name().equals("gpu"))) {
        throw invalidGres(
            "Requested mem_per_tres=gres:gpu:"
                + Sizes.parseMemory(choices.text("mem-per-gpu", ""))
                + " but did not request any GPU.");
      }
      return new MemoryRequest(Basis.GPU, Sizes.parseMemory(choices.text("mem-per-gpu", "")));
    }
    return MemoryRequest.NONE;
  }

  private List<GresRequest> gres() {
    List<GresRequest> wishes = new ArrayList<>();
    wishes.addAll(GresNotation.parseList(program, choices.text("gres", "")));
    addGpus("gpus", Scope.JOB, wishes);
    if (wishes.stream()
        .noneMatch(wish -> wish.name().equals("gpu") && wish.scope() == Scope.NODE)) {
      addGpus("gpus-per-node", Scope.NODE, wishes); // means the same as --gres=gpu, which wins
    }
    addGpus("gpus-per-socket", Scope.SOCKET, wishes);
    addGpus("gpus-per-task", Scope.TASK, wishes);
    if (choices.has("tres-per-task")) {
      wishes.addAll(GresNotation.parsePerTask(program, choices.text("tres-per-task", "")).gres());
    }
    if (choices.has("gpus-per-socket") && sockets() == 0) {
      throw invalidGres("--gpus-per-socket option requires --sockets-per-node specification");
    }
    if (choices.has("gpus-per-task") && !choices.has("ntasks") && !choices.has("gpus")) {
      throw invalidGres(
          "Failed to validate job spec. --gpus-per-task used without either --gpus or"
              + " -n/--ntasks is not allowed.");
    }
    if (choices.has("cpus-per-gpu") && choices.has("cpus-per-task")) {
      throw invalidGres("--cpus-per-gpu is mutually exclusive with --cpus-per-task");
    }
    requireWholeOrPortions(wishes);
    return wishes;
  }

  /** A job gets GPUs whole or in portions: its programs could not tell which is which. */
  private void requireWholeOrPortions(List<GresRequest> wishes) {
    List<String> names = wishes.stream().map(GresRequest::name).distinct().toList();
    for (String portions : List.of("shard", "mps")) {
      if (names.contains("gpu") && names.contains(portions)) {
        throw invalidGres(
            "A job gets whole GPUs or portions of them: ask for gpu or for "
                + portions
                + ", not for both.");
      }
    }
  }

  private void addGpus(String option, Scope scope, List<GresRequest> wishes) {
    if (choices.has(option)) {
      wishes.addAll(GresNotation.parseGpus(program, choices.text(option, ""), scope));
    }
  }

  private Refusal invalidGres(String what) {
    return Refusal.error(
        program.command(), 1, what, "Invalid generic resource (gres) specification");
  }

  private NodeConstraint constraint() {
    String[] info = choices.text("extra-node-info", "").split(":", -1);
    String switches = choices.text("switches", "0");
    int at = switches.indexOf('@');
    int most = Integer.parseInt(at < 0 ? switches : switches.substring(0, at));
    long wait = most == 0 ? 0 : longestSwitchWait;
    if (at >= 0) {
      long seconds = SlurmDuration.parseSeconds(switches.substring(at + 1));
      wait = seconds == SlurmDuration.INFINITE ? wait : Math.min(wait, seconds * 1000);
    }
    return new NodeConstraint(
        features("constraint"),
        features("prefer"),
        required,
        excluded,
        choices.number("mincpus", 0),
        Sizes.parseMemory(choices.text("tmp", "0")),
        sockets(),
        choices.number("cores-per-socket", part(info, 1)),
        choices.number("threads-per-core", oneThread(choices) ? 1 : part(info, 2)),
        choices.has("contiguous"),
        most,
        wait,
        segments(),
        choices.has("spread-job")
            ? Breadth.MOST
            : choices.has("use-min-nodes") ? Breadth.FEWEST : Breadth.USUAL);
  }

  /** More nodes than a segment has must be whole segments. */
  private Segments segments() {
    int size = choices.number("segment", 0);
    NodeCount count = choices.has("nodes") ? NodeCount.parse(choices.text("nodes", "")) : null;
    if (size > 0
        && count != null
        && count.min() == count.max()
        && count.min() > size
        && count.min() % size != 0) {
      throw SubmissionFailure.of(
          program,
          ErrorCode.INVALID_NODE_COUNT,
          "--segment=%d doesn't divide --nodes=%d; use -N %d or -N %d"
              .formatted(
                  size, count.min(), count.min() / size * size, (count.min() / size + 1) * size));
    }
    return new Segments(size, choices.has("spread-segments"), choices.has("consolidate-segments"));
  }

  private String features(String option) {
    String text = choices.text(option, "");
    try {
      FeatureNotation.check(text);
    } catch (TextFormatException e) {
      throw SubmissionFailure.ofFeatures(program, e.getMessage());
    }
    return text;
  }

  private int sockets() {
    String[] info = choices.text("extra-node-info", "").split(":", -1);
    return choices.number("sockets-per-node", part(info, 0));
  }

  private static int part(String[] info, int index) {
    if (index >= info.length || info[index].isEmpty() || info[index].equals("*")) {
      return 0;
    }
    return Integer.parseInt(info[index].split("-", 2)[0]);
  }

  private Sharing sharing() {
    if (choices.has("exclusive")) {
      return switch (choices.text("exclusive", "", "").toLowerCase(Locale.ROOT)) {
        case "user" -> Sharing.USER;
        case "topo" -> Sharing.TOPOLOGY;
        case "mcs" -> Sharing.CORES; // nobody has a label, so all have the same
        default -> Sharing.EXCLUSIVE;
      };
    }
    return choices.has("oversubscribe") ? Sharing.OVERSUBSCRIBE : Sharing.CORES;
  }

  private Map<String, Integer> licenses() {
    try {
      return LicenseNotation.parse(choices.text("licenses", ""));
    } catch (TextFormatException | ArithmeticException e) {
      throw SubmissionFailure.of(program, ErrorCode.INVALID_LICENSES, e.getMessage());
    }
  }
}
