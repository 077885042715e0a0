package org.headrace.slurmconf;

import java.util.List;

/**
 * A whole configuration, checked. Immutable.
 *
 * @param file the slurm.conf it came from
 * @param identity who
 * @param endpoints where
 * @param timers timeouts
 * @param limits bounds
 * @param scheduling deciders
 * @param priority priorities
 * @param preemption preemption
 * @param accounting records
 * @param execution how jobs run
 * @param hooks programs
 * @param logging logs
 * @param power power saving
 * @param nodes in file order
 * @param partitions in file order
 * @param nodeSets in file order
 * @param gres gres.conf
 * @param topologies topology.yaml or topology.conf; empty: neither is there
 * @param cgroup cgroup.conf
 * @param settings every key's text
 */
public record ClusterConfiguration(
    String file,
    IdentitySettings identity,
    EndpointSettings endpoints,
    TimerSettings timers,
    LimitSettings limits,
    SchedulingSettings scheduling,
    PrioritySettings priority,
    PreemptionSettings preemption,
    AccountingSettings accounting,
    ExecutionSettings execution,
    HookSettings hooks,
    LoggingSettings logging,
    PowerSettings power,
    List<NodeConfiguration> nodes,
    List<PartitionConfiguration> partitions,
    List<NodeSet> nodeSets,
    GresConfiguration gres,
    List<Topology> topologies,
    CgroupConfiguration cgroup,
    ClusterSettings settings) {
  /** Copies its arguments. */
  public ClusterConfiguration {
    nodes = List.copyOf(nodes);
    partitions = List.copyOf(partitions);
    nodeSets = List.copyOf(nodeSets);
    topologies = List.copyOf(topologies);
  }
}
