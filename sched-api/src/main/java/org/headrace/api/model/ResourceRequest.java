package org.headrace.api.model;

import java.util.List;
import java.util.Map;

/**
 * What a job needs to run: the part of a job that placement looks at. Jobs with equal requests are
 * interchangeable to a selector, which is why it holds nothing that is the job's own.
 *
 * @param minNodes fewest nodes, at least 1
 * @param maxNodes most nodes, at least {@code minNodes}; {@link #ANY_NUMBER} when not bounded
 * @param layout tasks and CPUs
 * @param memory memory
 * @param gres generic resources
 * @param cpusPerGpu CPUs for each GPU, or zero
 * @param nodes constraint on the nodes
 * @param sharing with whom nodes may be shared
 * @param licenses licence names and counts
 * @param devices how devices are handed out
 * @param system how many cores it leaves to the system; null where that is as configured
 * @param counts the numbers of nodes that it may have, ascending, the first {@code minNodes} and
 *     the last {@code maxNodes}; empty where it may have any in between
 */
public record ResourceRequest(
    int minNodes,
    int maxNodes,
    TaskLayout layout,
    MemoryRequest memory,
    List<GresRequest> gres,
    int cpusPerGpu,
    NodeConstraint nodes,
    Sharing sharing,
    Map<String, Integer> licenses,
    DevicePolicy devices,
    SystemCores system,
    List<Integer> counts) {
  /** {@code maxNodes} of a job that leaves the number of nodes to the selector. */
  public static final int ANY_NUMBER = Integer.MAX_VALUE;

  /** So many {@code counts} at most. */
  public static final int MOST_COUNTS = 1024;

  public ResourceRequest {
    gres = List.copyOf(gres);
    licenses = Map.copyOf(licenses);
    devices = devices == null ? DevicePolicy.USUAL : devices; // not in old logs
    counts = counts == null ? List.of() : List.copyOf(counts); // nor these
  }

  /** Devices are handed out as the cluster is configured. */
  public ResourceRequest(
      int minNodes,
      int maxNodes,
      TaskLayout layout,
      MemoryRequest memory,
      List<GresRequest> gres,
      int cpusPerGpu,
      NodeConstraint nodes,
      Sharing sharing,
      Map<String, Integer> licenses) {
    this(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        DevicePolicy.USUAL,
        null,
        List.of());
  }

  /** That leaves to the system what the configuration does. */
  public ResourceRequest(
      int minNodes,
      int maxNodes,
      TaskLayout layout,
      MemoryRequest memory,
      List<GresRequest> gres,
      int cpusPerGpu,
      NodeConstraint nodes,
      Sharing sharing,
      Map<String, Integer> licenses,
      DevicePolicy devices) {
    this(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        devices,
        null,
        List.of());
  }

  /**
   * Of the numbers that tell requests apart most often. Queues look a request up for each job, and
   * a hash of all parts cost a fifth of reading a hundred thousand jobs.
   */
  @Override
  public int hashCode() {
    int hash = 31 * minNodes + layout.tasks();
    hash = 31 * hash + layout.cpusPerTask();
    hash = 31 * hash + Long.hashCode(memory.mebibytes());
    hash = 31 * hash + nodes.features().hashCode();
    return 31 * hash + gres.size();
  }

  /** One task on one CPU of one node. */
  public static ResourceRequest singleCpu() {
    return new ResourceRequest(
        1,
        ANY_NUMBER,
        TaskLayout.SINGLE,
        MemoryRequest.NONE,
        List.of(),
        0,
        NodeConstraint.ANY,
        Sharing.CORES,
        Map.of());
  }

  /** The same for any number of nodes from {@code min} to {@code max}. */
  public ResourceRequest withNodes(int min, int max) {
    return withNodes(min, max, List.of());
  }

  /**
   * The same for one of several numbers of nodes.
   *
   * @param allowed at least one, ascending
   */
  public ResourceRequest withCounts(List<Integer> allowed) {
    int min = allowed.get(0);
    int max = allowed.get(allowed.size() - 1);
    return withNodes(min, max, max - min < allowed.size() ? List.of() : allowed);
  }

  private ResourceRequest withNodes(int min, int max, List<Integer> allowed) {
    return new ResourceRequest(
        min,
        max,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        devices,
        system,
        allowed);
  }

  /** True when it may have so many nodes. */
  public boolean allowsNodes(int count) {
    return count >= minNodes && count <= maxNodes && (counts.isEmpty() || counts.contains(count));
  }

  /** True when it may have one of the numbers of nodes from {@code least} to {@code most}. */
  public boolean allowsNodes(int least, int most) {
    return counts.isEmpty()
        ? minNodes <= most && maxNodes >= least
        : counts.stream().anyMatch(count -> count >= least && count <= most);
  }

  public ResourceRequest withLayout(TaskLayout newLayout) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        newLayout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        devices,
        system,
        counts);
  }

  public ResourceRequest withMemory(MemoryRequest newMemory) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        newMemory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        devices,
        system,
        counts);
  }

  public ResourceRequest withGres(List<GresRequest> newGres) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        memory,
        newGres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        devices,
        system,
        counts);
  }

  public ResourceRequest withCpusPerGpu(int cpus) {
    return new ResourceRequest(
        minNodes, maxNodes, layout, memory, gres, cpus, nodes, sharing, licenses, devices, system,
        counts);
  }

  public ResourceRequest withConstraint(NodeConstraint newNodes) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        newNodes,
        sharing,
        licenses,
        devices,
        system,
        counts);
  }

  public ResourceRequest withSharing(Sharing newSharing) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        newSharing,
        licenses,
        devices,
        system,
        counts);
  }

  public ResourceRequest withLicenses(Map<String, Integer> newLicenses) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        newLicenses,
        devices,
        system,
        counts);
  }

  public ResourceRequest withDevices(DevicePolicy newDevices) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        newDevices,
        system,
        counts);
  }

  /** The same with so many cores for the system; null for as many as configured. */
  public ResourceRequest withSystem(SystemCores newSystem) {
    return new ResourceRequest(
        minNodes,
        maxNodes,
        layout,
        memory,
        gres,
        cpusPerGpu,
        nodes,
        sharing,
        licenses,
        devices,
        newSystem,
        counts);
  }

  /** True when no other job may be in the blocks, or on the leaf switches, of the job's nodes. */
  public boolean aloneInUnits(PartitionView partition) {
    return sharing == Sharing.TOPOLOGY || partition.sharing() == Sharing.TOPOLOGY;
  }

  /**
   * CPUs that the job needs in all, at least: tasks times CPUs per task, and one per node where no
   * number of tasks was given, or as many as each node is to give it. Never more than {@link
   * Integer#MAX_VALUE}.
   */
  public int minCpus() {
    int perTask = layout.overcommit() ? 0 : layout.cpusPerTask();
    boolean open = layout.tasks() == TaskLayout.UNSET;
    long tasks = open ? (long) minNodes * Math.max(1, layout.tasksPerNode()) : layout.tasks();
    long onNodes = open ? minNodes : Math.min(minNodes, tasks);
    long ofNodes = Math.max(minNodes, onNodes * nodes.minCpus());
    return (int) Math.min(Integer.MAX_VALUE, Math.max(ofNodes, tasks * perTask));
  }
}
