package org.headrace.slurmconf;

import java.util.List;
import java.util.Set;

/**
 * A node as configured.
 *
 * @param name NodeName
 * @param hostName NodeHostname
 * @param address NodeAddr
 * @param broadcastAddress BcastAddr, or empty
 * @param port of its agent
 * @param cpus logical processors that are scheduled
 * @param boards boards
 * @param sockets in all
 * @param coresPerSocket cores
 * @param threadsPerCore threads
 * @param realMemory MiB
 * @param tmpDisk MiB
 * @param features as written
 * @param gres generic resources
 * @param weight lower is allocated first
 * @param state at first start
 * @param reason why it is down, or empty
 * @param coreSpecCount cores kept for the system
 * @param cpuSpecList CPUs kept for the system
 * @param memSpecLimit MiB kept for the system
 * @param cpuBind default binding of its tasks, or empty
 * @param restrictedCoresPerGpu 0: none
 * @param topology for dynamic nodes, or empty
 * @param parameters as written
 * @param suspendTimeSeconds own SuspendTime; {@link #NOT_SET}: the cluster's
 * @param position where
 */
public record NodeConfiguration(
    String name,
    String hostName,
    String address,
    String broadcastAddress,
    int port,
    int cpus,
    int boards,
    int sockets,
    int coresPerSocket,
    int threadsPerCore,
    long realMemory,
    long tmpDisk,
    List<String> features,
    List<GresCount> gres,
    long weight,
    NodeState state,
    String reason,
    int coreSpecCount,
    Set<Integer> cpuSpecList,
    long memSpecLimit,
    String cpuBind,
    int restrictedCoresPerGpu,
    String topology,
    String parameters,
    long suspendTimeSeconds,
    Position position) {
  /** No own value. */
  public static final long NOT_SET = -1;

  /** Copies its arguments. */
  public NodeConfiguration {
    features = List.copyOf(features);
    gres = List.copyOf(gres);
    cpuSpecList = Set.copyOf(cpuSpecList);
  }
}
