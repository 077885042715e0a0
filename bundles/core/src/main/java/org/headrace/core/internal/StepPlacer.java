package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/**
 * Finds room for a step inside its job's allocation.
 *
 * <p>Nodes are taken in the job's order, from the step's first node on. A step that doesn't fit
 * beside the others of its job has to wait; one that wouldn't fit alone is refused.
 */
final class StepPlacer {
  private final ClusterState state;
  private final StepSpec spec;
  private final List<Step> others;
  private final boolean idle;
  private final StepGres gres;

  /** Room on one node. */
  private record Room(NodeAllocation whole, CoreSet cores, int cpus, long memory, int tasks) {}

  /** Either a place or why there is none. */
  record Placement(List<Step.Part> parts, Outcome.Rejected problem) {}

  private StepPlacer(ClusterState state, StepSpec spec, List<Step> others, boolean idle) {
    this.state = state;
    this.spec = spec;
    this.others = others;
    this.idle = idle;
    gres = new StepGres(spec, others);
  }

  /**
   * Places a step.
   *
   * @param nodes the job's nodes, in its order
   * @param others its running steps
   */
  static Placement place(
      ClusterState state, List<NodeAllocation> nodes, StepSpec spec, List<Step> others) {
    Outcome.Rejected lacking = new StepShortage(nodes, spec).ofJob();
    if (lacking != null) {
      return new Placement(List.of(), lacking);
    }
    Placement now = new StepPlacer(state, spec, others, false).place(nodes);
    if (now.problem() == null || others.isEmpty()) {
      return now;
    }
    Placement alone = new StepPlacer(state, spec, List.of(), true).place(nodes);
    return alone.problem() != null
        ? alone
        : new Placement(
            List.of(),
            refuse(
                ErrorCode.STEP_BUSY,
                "the job's resources are in use by its other steps; the step fits later"));
  }

  private Placement place(List<NodeAllocation> nodes) {
    TaskLayout layout = spec.layout();
    if (layout.tasks() < 0 || layout.cpusPerTask() < 1 || spec.nodes() < 0) {
      return failed(
          ErrorCode.INVALID_TASK_COUNT,
          "tasks and nodes must not be negative, and CPUs per task at least 1");
    }
    for (GresRequest wish : spec.gres()) {
      if (wish.count() < 1) {
        return failed(
            ErrorCode.INVALID_ARGUMENT,
            "asked for " + wish.count() + " of " + wish.name() + "; at least 1 is right");
      }
    }
    for (String name : spec.nodeNames()) {
      NodeEntry node = state.nodes.get(name);
      if (node == null || nodes.stream().noneMatch(part -> part.node() == node.id())) {
        return failed(
            ErrorCode.INVALID_NODE_NAME, "node " + name + " is not one of the job's nodes");
      }
    }
    if (spec.firstNode() < 0 || spec.firstNode() >= Math.max(1, nodes.size())) {
      return failed(
          ErrorCode.INVALID_NODE_COUNT,
          "first node " + spec.firstNode() + " of a job with " + nodes.size() + " nodes");
    }
    int wantedNodes = Math.max(spec.nodes(), (int) spec.nodeNames().stream().distinct().count());
    List<Room> rooms = withNamed(rooms(nodes), wantedNodes);
    Outcome.Rejected lacking = rooms.isEmpty() ? new StepShortage(nodes, spec).ofNodes() : null;
    if (lacking != null) {
      return new Placement(List.of(), lacking);
    }
    if (wantedNodes > rooms.size()) {
      return failed(
          idle || others.isEmpty() ? ErrorCode.INVALID_NODE_COUNT : ErrorCode.STEP_BUSY,
          "asked for " + wantedNodes + " nodes; the job has " + rooms.size() + " suitable ones");
    }
    int tasks = tasks(wantedNodes);
    List<Room> chosen = choose(rooms, wantedNodes, tasks);
    long room = chosen.stream().mapToLong(Room::tasks).sum();
    if (chosen.isEmpty() || room < tasks) {
      return failed(
          ErrorCode.INVALID_TASK_COUNT,
          "asked for "
              + tasks
              + " tasks of "
              + layout.cpusPerTask()
              + " CPUs; the job's allocation has room for "
              + room
              + (layout.overcommit() ? "" : ", more only with overcommit"));
    }
    if (tasks < chosen.size()) {
      chosen =
          dealtByName(tasks)
              ? chosen.stream().filter(this::named).toList()
              : chosen.subList(0, tasks);
    }
    return new Placement(parts(chosen, deal(chosen, tasks)), null);
  }

  /** Of all rooms as many as are wanted, in their order and with those of the named nodes. */
  private List<Room> withNamed(List<Room> rooms, int wantedNodes) {
    if (spec.nodeNames().isEmpty()) {
      return rooms;
    }
    long named = rooms.stream().filter(this::named).count();
    if (named < spec.nodeNames().stream().distinct().count()) {
      return rooms.stream().filter(this::named).toList();
    }
    List<Room> with = new ArrayList<>();
    long others = wantedNodes - named;
    for (Room room : rooms) {
      if (named(room) || others-- > 0) {
        with.add(room);
      }
    }
    return with;
  }

  private boolean named(Room room) {
    return spec.nodeNames().contains(state.nodes.name(room.whole().node()));
  }

  private int tasks(int wantedNodes) {
    TaskLayout layout = spec.layout();
    if (layout.tasks() != TaskLayout.UNSET) {
      return layout.tasks();
    }
    long perNode = Math.max(1, layout.tasksPerNode());
    return (int) Math.min(Integer.MAX_VALUE, Math.max(1, wantedNodes) * perNode);
  }

  private List<Room> rooms(List<NodeAllocation> nodes) {
    List<Room> rooms = new ArrayList<>();
    for (NodeAllocation part : nodes.subList(spec.firstNode(), nodes.size())) {
      String name = state.nodes.name(part.node());
      if (name == null || spec.excluded().contains(name)) {
        continue;
      }
      Room room = room(part);
      if (room.tasks() > 0) {
        rooms.add(room);
      }
    }
    return rooms;
  }

  private Room room(NodeAllocation part) {
    CoreSet busy = CoreSet.EMPTY;
    int busyCpus = 0;
    long busyMemory = 0;
    for (Step step : others) {
      for (Step.Part used : step.parts()) {
        if (used.node() != part.node() || used.done()) {
          continue;
        }
        if (step.spec().sharing() != StepSharing.OVERLAP) {
          busy = busy.union(used.cores());
          busyCpus += used.cpus();
          busyMemory += limitsMemory(step.spec()) ? used.memory() : 0;
        }
      }
    }
    if (spec.sharing() == StepSharing.OVERLAP) {
      return new Room(part, part.cores(), part.cpus(), part.memory(), fit(part, part.cpus(), 0));
    }
    CoreSet free = part.cores().minus(busy);
    boolean whole = spec.sharing() == StepSharing.WHOLE;
    int cpus = whole && !busy.isEmpty() ? 0 : Math.max(0, part.cpus() - busyCpus);
    return new Room(part, free, cpus, part.memory() - busyMemory, fit(part, cpus, busyMemory));
  }

  private static boolean limitsMemory(StepSpec spec) {
    return spec.memory().basis() != MemoryRequest.Basis.NONE;
  }

  /** How many tasks fit. */
  private int fit(NodeAllocation part, int cpus, long busyMemory) {
    TaskLayout layout = spec.layout();
    int fits = cpus / layout.cpusPerTask();
    if (layout.overcommit()) {
      fits = cpus > 0 ? state.limits().maxTasksPerNode() : 0;
    }
    if (layout.tasksPerNode() != TaskLayout.UNSET) {
      fits = Math.min(fits, layout.tasksPerNode());
    }
    long memory = part.memory() - busyMemory;
    MemoryRequest wanted = spec.memory();
    if (wanted.basis() == MemoryRequest.Basis.NODE && wanted.mebibytes() > memory) {
      return 0;
    }
    if (wanted.basis() == MemoryRequest.Basis.CPU && wanted.mebibytes() > 0) {
      long cpusWorth = memory / wanted.mebibytes();
      fits = (int) Math.min(fits, cpusWorth / layout.cpusPerTask());
    }
    for (GresRequest wish : spec.gres()) {
      long count = gres.free(part, wish);
      if (wish.scope() == GresRequest.Scope.TASK) {
        fits = (int) Math.min(fits, count / wish.count());
      } else if (wish.scope() == GresRequest.Scope.NODE && count < wish.count()) {
        return 0;
      }
    }
    return Math.max(0, fits);
  }

  private List<Room> choose(List<Room> rooms, int wantedNodes, int tasks) {
    if (wantedNodes > 0) {
      return rooms.subList(0, Math.min(rooms.size(), wantedNodes));
    }
    long room = 0;
    for (int i = 0; i < rooms.size(); i++) {
      room += rooms.get(i).tasks();
      if (room >= tasks) {
        return rooms.subList(0, i + 1);
      }
    }
    return rooms;
  }

  /** True where the user says of each task on which node it runs, whatever CPUs that has. */
  private boolean dealtByName(int tasks) {
    return spec.layout().distribution().startsWith("arbitrary") && spec.nodeNames().size() == tasks;
  }

  /** Numbers of tasks of each node. */
  private List<List<Integer>> deal(List<Room> nodes, int tasks) {
    if (!dealtByName(tasks)) {
      return new TaskDealing(most(nodes, tasks), tasks).deal(spec.layout().distribution());
    }
    List<List<Integer>> ranks = new ArrayList<>();
    nodes.forEach(node -> ranks.add(new ArrayList<>()));
    List<String> names = nodes.stream().map(room -> state.nodes.name(room.whole().node())).toList();
    for (int task = 0; task < tasks; task++) {
      ranks.get(names.indexOf(spec.nodeNames().get(task))).add(task);
    }
    return ranks;
  }

  /**
   * How many tasks each node gets at most: one for each of its CPUs (or as many as a task wants),
   * and what is more than that, where CPUs may be overcommitted, evenly.
   */
  private int[] most(List<Room> nodes, int tasks) {
    int[] most = new int[nodes.size()];
    int left = tasks;
    for (int i = 0; i < most.length; i++) {
      Room node = nodes.get(i);
      most[i] = Math.max(1, Math.min(node.tasks(), node.cpus() / spec.layout().cpusPerTask()));
      left -= most[i];
    }
    for (int i = 0; left > 0; i = (i + 1) % most.length) {
      if (most[i] < nodes.get(i).tasks()) {
        most[i]++;
        left--;
      }
    }
    return most;
  }

  private List<Step.Part> parts(List<Room> rooms, List<List<Integer>> ranks) {
    List<Step.Part> parts = new ArrayList<>();
    for (int i = 0; i < rooms.size(); i++) {
      Room room = rooms.get(i);
      NodeAllocation whole = room.whole();
      int tasks = ranks.get(i).size();
      if (tasks == 0) {
        continue;
      }
      boolean exact = spec.sharing() == StepSharing.EXACT;
      int wanted = (int) Math.min(room.cpus(), (long) tasks * spec.layout().cpusPerTask());
      parts.add(
          new Step.Part(
              whole.node(),
              exact ? lowest(room, wanted) : room.cores(),
              exact ? wanted : room.cpus(),
              memory(whole, wanted),
              gres.take(whole, tasks),
              ranks.get(i),
              false));
    }
    return parts;
  }

  private CoreSet lowest(Room room, int cpus) {
    NodeEntry node = state.nodes.get(room.whole().node());
    int threads = Math.max(1, node.view().hardware().threadsPerCore());
    int cores = Math.min(room.cores().size(), (cpus + threads - 1) / threads);
    int[] members = room.cores().toArray();
    return CoreSet.of(java.util.Arrays.copyOf(members, cores));
  }

  private long memory(NodeAllocation whole, int cpus) {
    switch (spec.memory().basis()) {
      case NODE:
        return spec.memory().wholeNode() ? whole.memory() : spec.memory().mebibytes();
      case CPU:
        return spec.memory().mebibytes() * cpus;
      default:
        return whole.memory();
    }
  }

  private static Placement failed(ErrorCode code, String message) {
    return new Placement(List.of(), refuse(code, message));
  }
}
