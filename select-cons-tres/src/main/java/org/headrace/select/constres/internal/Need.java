package org.headrace.select.constres.internal;

import java.util.Comparator;
import java.util.List;
import org.headrace.api.model.Breadth;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.selector.JobDemand;

/** A demand worked out into the numbers that the search for nodes needs. */
final class Need {
  static final String GPU = "gpu";

  final JobDemand demand;
  final ResourceRequest request;
  final Parameters parameters;

  /** True when it gets all cores and devices of its nodes. */
  final boolean exclusive;

  /** True when nobody else may be on its nodes. */
  final boolean alone;

  final boolean oneUser;

  /** True when no other job may be in the blocks, or on the leaf switches, of its nodes. */
  final boolean aloneInUnits;

  final int user;

  /** The terms on which it gets its cores. */
  final CoreTerms terms;

  /** Tasks of the job, or {@link TaskLayout#UNSET}. */
  final int tasks;

  final int minNodes;
  final int maxNodes;

  /** What the job and its partition allow, whatever it has tasks for. */
  final int mostNodes;

  /** True when the job takes more nodes than {@code minNodes} where they are free. */
  final boolean wantsMoreNodes;

  /** True when the job wants as many nodes as there are, wherever they lie. */
  final boolean spread;

  /** What the cores close to devices mean. */
  final DevicePolicy.Locality locality;

  /** True when tasks don't share devices of which they have portions. */
  private final boolean tasksApart;

  final List<GresRequest> gres;

  /** Resources counted for the whole job, which nodes share among them. */
  final List<GresRequest> jobGres;

  Need(JobDemand demand, Parameters parameters) {
    this.demand = demand;
    this.parameters = parameters;
    request = demand.request();
    Sharing byPartition = demand.partition().sharing();
    exclusive =
        request.sharing() == Sharing.EXCLUSIVE
            || byPartition == Sharing.EXCLUSIVE
            || request.system() != null;
    oneUser = request.sharing() == Sharing.USER || byPartition == Sharing.USER;
    aloneInUnits = request.aloneInUnits(demand.partition());
    user = demand.user();
    terms = CoreTerms.of(demand.partition(), request);
    alone = exclusive && !terms.shares();
    tasks = request.layout().tasks();
    int required = request.nodes().required().size();
    int min = request.minNodes();
    if (tasks != TaskLayout.UNSET && min > tasks) {
      min = tasks;
    }
    minNodes = Math.max(Math.max(1, min), required);
    mostNodes = Math.min(request.maxNodes(), demand.partition().maxNodes());
    int max = mostNodes;
    if (tasks != TaskLayout.UNSET) {
      max = Math.min(max, Math.max(tasks, minNodes));
    }
    maxNodes = Math.max(max, required);
    // Requests for a type first: one for any type then takes what is left.
    gres =
        request.gres().size() < 2
            ? request.gres()
            : request.gres().stream()
                .sorted(Comparator.comparing((GresRequest one) -> one.type().isEmpty()))
                .toList();
    DevicePolicy.Locality asked = request.devices().locality();
    boolean enforced = asked == DevicePolicy.Locality.USUAL && parameters.enforceBinding();
    locality = enforced ? DevicePolicy.Locality.ENFORCED : asked;
    DevicePolicy.TaskSharing sharing = request.devices().tasks();
    tasksApart =
        sharing == DevicePolicy.TaskSharing.APART
            || (sharing == DevicePolicy.TaskSharing.USUAL && parameters.tasksApart());
    jobGres = gres.stream().filter(one -> one.scope() == GresRequest.Scope.JOB).toList();
    boolean ranged = request.maxNodes() != ResourceRequest.ANY_NUMBER && jobGres.isEmpty();
    Breadth breadth = request.nodes().breadth();
    spread = breadth == Breadth.MOST;
    wantsMoreNodes = spread || ranged && max > minNodes && breadth != Breadth.FEWEST;
  }

  /** The same once the job has waited for few switches as long as it would. */
  Need atLast() {
    JobDemand patient =
        new JobDemand(request, demand.partition(), user, Long.MAX_VALUE - 1, demand.reservation());
    return new Need(patient, parameters);
  }

  /** True when the job gets no cores but those close to its devices, and the reverse. */
  boolean bindsDevices() {
    return locality == DevicePolicy.Locality.ENFORCED && !gres.isEmpty() && !exclusive;
  }

  /** Tasks on each node when the job gave no number of tasks. */
  int tasksOfEachNode() {
    return Math.max(1, request.layout().tasksPerNode());
  }

  /** Hardware threads of a core that the job uses. */
  int threads(NodeHardware hardware) {
    int asked = request.nodes().threadsPerCore();
    return asked > 0 ? Math.min(asked, hardware.threadsPerCore()) : hardware.threadsPerCore();
  }

  private int tasksPerCore() {
    int asked = request.layout().tasksPerCore();
    return asked != TaskLayout.UNSET ? asked : parameters.oneTaskPerCore() ? 1 : 0;
  }

  /** Cores that a task has to itself when tasks don't share cores. */
  int coresOfTask(NodeHardware hardware) {
    return Math.max(1, ceil(request.layout().cpusPerTask(), threads(hardware)));
  }

  /** CPUs that {@code count} tasks and {@code gpus} GPUs need on a node. */
  private long cpus(int count, long gpus) {
    TaskLayout layout = request.layout();
    long cpus = layout.overcommit() ? layout.cpusPerTask() : (long) count * layout.cpusPerTask();
    cpus = Math.max(cpus, gpus * request.cpusPerGpu());
    return Math.max(1, Math.max(cpus, request.nodes().minCpus()));
  }

  /**
   * Fewest cores that the job needs on each node.
   *
   * @param threads threads of a core, where there are most
   */
  int leastCores(int threads) {
    int count = tasks == TaskLayout.UNSET ? tasksOfEachNode() : 1;
    return (int) Math.min(Integer.MAX_VALUE, (cpus(count, 0) + threads - 1) / threads);
  }

  /** Cores for {@code count} tasks and {@code gpus} GPUs, before rounding to sockets. */
  int cores(NodeHardware hardware, int count, long gpus) {
    int threads = threads(hardware);
    long cores = (cpus(count, gpus) + threads - 1) / threads;
    int perCore = tasksPerCore();
    if (perCore > 0 && !request.layout().overcommit()) {
      long apart = perCore == 1 ? (long) count * coresOfTask(hardware) : ceil(count, perCore);
      cores = Math.max(cores, apart);
    }
    return (int) Math.min(Integer.MAX_VALUE, cores);
  }

  /** CPUs that the job is charged for on a node where it holds {@code cores} cores. */
  int chargedCpus(NodeHardware hardware, int cores, int count, long gpus) {
    int all = cores * hardware.threadsPerCore();
    return parameters.unit() == Parameters.Unit.CPU && !exclusive
        ? (int) Math.min(all, cpus(count, gpus))
        : all;
  }

  /** Memory in MiB for a node's share. */
  long memory(NodeHardware hardware, int cores, int count, long gpus) {
    MemoryRequest memory = request.memory();
    if (!parameters.memory()) {
      return 0;
    }
    return switch (memory.basis()) {
      case NONE -> 0;
      case NODE -> memory.wholeNode() ? hardware.memory() : memory.mebibytes();
      case CPU ->
          memory.mebibytes()
              * Math.min(
                  (long) cores * threads(hardware), chargedCpus(hardware, cores, count, gpus));
      case GPU -> memory.mebibytes() * Math.max(1, gpus);
    };
  }

  /**
   * How many of a request's resources one node gives.
   *
   * @param hardware the node's
   * @param count tasks on the node
   * @param share the node's share of a request for the whole job
   */
  long gresOfNode(GresRequest one, NodeHardware hardware, int count, long share) {
    return switch (one.scope()) {
      case JOB -> share;
      case NODE -> one.count();
      case SOCKET -> one.count() * sockets(hardware, count);
      case TASK -> one.count() * count;
    };
  }

  /** Sockets on which the job has cores: those that it asks for, if its tasks fill so many. */
  private int sockets(NodeHardware hardware, int count) {
    return Math.max(1, Math.min(request.nodes().sockets(), cores(hardware, count, 0)));
  }

  /** GPUs on a node, of all types. */
  long gpus(NodeHardware hardware, int count, long share) {
    long sum = 0;
    for (int i = 0; i < gres.size(); i++) {
      GresRequest one = gres.get(i);
      if (one.name().equals(GPU)) {
        sum += gresOfNode(one, hardware, count, share);
      }
    }
    return sum;
  }

  /** Whether portions on a node may come from several of its devices. */
  boolean severalDevices(GresInventory inventory) {
    return (parameters.severalDevices() || apart(inventory)) && !inventory.oneAtATime();
  }

  /** Whether each task has its portions of a device of its own. */
  boolean apart(GresInventory inventory) {
    return tasksApart && ofTask(inventory) > 0;
  }

  /** How much of it each task wants, where it is counted by the task alone; else 0. */
  private long ofTask(GresInventory inventory) {
    long count = 0;
    for (GresRequest one : gres) {
      if (NodeFit.suits(inventory, one)) {
        if (one.scope() != GresRequest.Scope.TASK || (count > 0 && count != one.count())) {
          return 0;
        }
        count = one.count();
      }
    }
    return count;
  }

  /**
   * How much is taken at most of a device of which so much is free: what a task wants comes from
   * one device.
   */
  long ofDevice(GresInventory inventory, long free) {
    long grain = Math.max(1, ofTask(inventory));
    return apart(inventory) ? (free >= grain ? grain : 0) : free / grain * grain;
  }

  /** What the devices of an entry give where each piece is of one device. */
  long ofDevices(ResourceLedger free, NodeView node, int entry) {
    GresInventory inventory = node.gres().get(entry);
    long sum = 0;
    for (int device = 0; device < inventory.devices().size(); device++) {
      sum += ofDevice(inventory, free.freeUnits(node.id(), entry, device));
    }
    return sum;
  }

  static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }
}
