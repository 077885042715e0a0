package org.headrace.agent.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Owner;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.TaskLayout;

/** Variables that say what a job is and has; the same for all its steps on a node. */
final class JobVariables {
  private final String nodeName;
  private final Function<List<String>, String> hostlist;
  private final HomeCluster cluster;
  private final TopologyAddress topology;

  /**
   * @param nodeName this node
   * @param hostlist writes names of nodes short
   * @param cluster how programs find it
   * @param topology where the node is in the network
   */
  JobVariables(
      String nodeName,
      Function<List<String>, String> hostlist,
      HomeCluster cluster,
      TopologyAddress topology) {
    this.topology = topology;
    this.nodeName = nodeName;
    this.hostlist = hostlist;
    this.cluster = cluster;
  }

  String nodeName() {
    return nodeName;
  }

  String nodeList(List<String> names) {
    return hostlist.apply(names);
  }

  /** Reads {@code NAME=value} entries, each ended by a NUL byte; what has no name is left out. */
  static Map<String, String> decode(byte[] entries) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String entry : new String(entries, StandardCharsets.UTF_8).split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return variables;
  }

  /** What programs see that are run for the node and for no job. */
  Map<String, String> ofNode(NodeRules rules) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PATH", HookVariables.PATH);
    put(variables, "SLURM_CLUSTER_NAME", rules.clusterName());
    cluster.addTo(variables);
    variables.put("SLURMD_NODENAME", nodeName);
    return variables;
  }

  /** The position of this node in a list of names, or −1. */
  int indexIn(List<String> names) {
    return names.indexOf(nodeName);
  }

  /** This node's share of the job, or null if it has none. */
  NodeAllocation share(Job job, List<String> names) {
    Allocation allocation = job.status().allocation();
    int index = indexIn(names);
    return allocation == null || index < 0 || index >= allocation.nodes().size()
        ? null
        : allocation.nodes().get(index);
  }

  /**
   * Adds the variables of a job.
   *
   * @param names names of all its nodes
   */
  void addTo(Map<String, String> variables, Job job, List<String> names, NodeRules rules) {
    JobSpec spec = job.spec();
    put(variables, "SLURM_CLUSTER_NAME", rules.clusterName());
    cluster.addTo(variables);
    variables.put("SLURM_JOB_ID", Long.toString(job.id()));
    variables.put("SLURM_JOBID", Long.toString(job.id()));
    variables.put("SLURM_JOB_NAME", spec.name());
    put(variables, "SLURM_JOB_ACCOUNT", spec.charge().account());
    put(variables, "SLURM_JOB_QOS", spec.charge().qos());
    put(variables, "SLURM_JOB_PARTITION", job.status().partition());
    put(variables, "SLURM_JOB_RESERVATION", job.reservation());
    addOwner(variables, spec.owner());
    variables.put("SLURM_JOB_START_TIME", Long.toString(job.status().started() / 1000));
    if (job.status().timeLimit() > 0 && job.status().timeLimit() != JobClass.UNLIMITED) {
      long end = job.status().started() + job.status().timeLimit();
      variables.put("SLURM_JOB_END_TIME", Long.toString(end / 1000));
    }
    if (job.status().restarts() > 0) {
      variables.put("SLURM_RESTART_COUNT", Integer.toString(job.status().restarts()));
    }
    variables.put("SLURMD_NODENAME", nodeName);
    variables.put("SLURM_TOPOLOGY_ADDR", topology.address());
    variables.put("SLURM_TOPOLOGY_ADDR_PATTERN", topology.pattern());
    addArray(variables, job);
    addNodes(variables, job, names);
    if (spec.execution().batch()) {
      // Elsewhere only what the user asked for is told, and that has been sent along.
      addMemory(variables, spec.request().memory());
    }
  }

  private static void addOwner(Map<String, String> variables, Owner owner) {
    variables.put("SLURM_JOB_UID", Integer.toString(owner.uid()));
    variables.put("SLURM_JOB_GID", Integer.toString(owner.gid()));
    put(variables, "SLURM_JOB_USER", owner.user());
    put(variables, "SLURM_JOB_GROUP", owner.group());
  }

  private static void addArray(Map<String, String> variables, Job job) {
    variables.keySet().removeIf(name -> name.startsWith("SLURM_ARRAY_"));
    if (job.arrayId() == 0 || job.arrayTask() == Job.NO_TASK) {
      return;
    }
    variables.put("SLURM_ARRAY_JOB_ID", Long.toString(job.arrayId()));
    variables.put("SLURM_ARRAY_TASK_ID", Integer.toString(job.arrayTask()));
    JobArray array = job.spec().array();
    if (array.isArray()) {
      List<JobArray.Range> ranges = array.ranges();
      variables.put("SLURM_ARRAY_TASK_COUNT", Integer.toString(array.count()));
      variables.put("SLURM_ARRAY_TASK_MIN", Integer.toString(ranges.get(0).first()));
      variables.put("SLURM_ARRAY_TASK_MAX", Integer.toString(ranges.get(ranges.size() - 1).last()));
      int step = ranges.size() == 1 ? ranges.get(0).step() : 1;
      variables.put("SLURM_ARRAY_TASK_STEP", Integer.toString(step));
    }
  }

  private void addNodes(Map<String, String> variables, Job job, List<String> names) {
    String list = nodeList(names);
    variables.put("SLURM_JOB_NODELIST", list);
    variables.put("SLURM_NODELIST", list);
    variables.put("SLURM_JOB_NUM_NODES", Integer.toString(names.size()));
    variables.put("SLURM_NNODES", Integer.toString(names.size()));
    variables.put("SLURM_NODE_ALIASES", "(null)");
    int perNode = job.spec().request().layout().tasksPerNode();
    if (perNode > 0 && !variables.containsKey("SLURM_NTASKS")) {
      variables.put("SLURM_NTASKS", Integer.toString(perNode * names.size()));
      variables.put("SLURM_NPROCS", Integer.toString(perNode * names.size()));
    }
    variables.put("SLURM_NODEID", Integer.toString(Math.max(0, indexIn(names))));
    Allocation allocation = job.status().allocation();
    if (allocation == null) {
      return;
    }
    List<Integer> cpus = new ArrayList<>();
    List<Integer> tasks = new ArrayList<>();
    TaskLayout layout = job.spec().request().layout();
    boolean asked = layout.tasks() != TaskLayout.UNSET || layout.tasksPerNode() > 0;
    int perTask = Math.max(1, layout.cpusPerTask());
    for (NodeAllocation node : allocation.nodes()) {
      cpus.add(node.cpus());
      tasks.add(asked && node.tasks() > 0 ? node.tasks() : Math.max(1, node.cpus() / perTask));
    }
    variables.put("SLURM_JOB_CPUS_PER_NODE", RunLengths.of(cpus));
    variables.put("SLURM_TASKS_PER_NODE", RunLengths.of(tasks));
    NodeAllocation share = share(job, names);
    if (share != null) {
      variables.put("SLURM_CPUS_ON_NODE", Integer.toString(share.cpus()));
      addGpus(variables, "SLURM_JOB_GPUS", share.gres());
      addCounts(variables, share.gres());
    }
  }

  /** How many GPUs and shards there are here, for the job or a step of it. */
  static void addCounts(Map<String, String> variables, List<GresAllocation> gres) {
    addCount(variables, "SLURM_GPUS_ON_NODE", count(gres, "gpu"));
    addCount(variables, "SLURM_SHARDS_ON_NODE", count(gres, "shard"));
  }

  private static void addCount(Map<String, String> variables, String name, long count) {
    variables.remove(name);
    if (count > 0) {
      variables.put(name, Long.toString(count));
    }
  }

  private static void addMemory(Map<String, String> variables, MemoryRequest memory) {
    String amount = Long.toString(memory.mebibytes());
    switch (memory.basis()) {
      case NODE -> variables.put("SLURM_MEM_PER_NODE", amount);
      case CPU -> variables.put("SLURM_MEM_PER_CPU", amount);
      case GPU -> variables.put("SLURM_MEM_PER_GPU", amount);
      default -> {}
    }
  }

  /** Numbers of the GPUs, whole or shared, or nothing if there are none. */
  static void addGpus(Map<String, String> variables, String name, List<GresAllocation> gres) {
    CoreSet devices = CoreSet.EMPTY;
    for (GresAllocation allocation : gres) {
      if (allocation.name().equals("gpu") || allocation.portioned()) {
        devices = devices.union(allocation.devices());
      }
    }
    variables.remove(name);
    if (!devices.isEmpty()) {
      StringBuilder list = new StringBuilder();
      devices.forEach(device -> list.append(list.isEmpty() ? "" : ",").append(device));
      variables.put(name, list.toString());
    }
  }

  private static long count(List<GresAllocation> gres, String name) {
    return gres.stream()
        .filter(allocation -> allocation.name().equals(name))
        .mapToLong(GresAllocation::count)
        .sum();
  }

  private static void put(Map<String, String> variables, String name, String value) {
    if (!value.isEmpty()) {
      variables.put(name, value);
    }
  }
}
