package org.headrace.api.model;

import java.util.List;

/**
 * What one job holds on one node.
 *
 * @param node the node's id
 * @param cores cores held; all hardware threads of a core go together
 * @param cpus CPUs (hardware threads) that the job may use, at most cores times threads per core
 * @param memory memory held, in MiB
 * @param gres generic resources held
 * @param tasks tasks that run here
 */
public record NodeAllocation(
    int node, CoreSet cores, int cpus, long memory, List<GresAllocation> gres, int tasks) {
  public NodeAllocation {
    gres = List.copyOf(gres);
  }

  /** The same without its cores. */
  public NodeAllocation withoutCores() {
    return new NodeAllocation(node, CoreSet.EMPTY, 0, memory, gres, tasks);
  }
}
