package org.headrace.slurmconf;

import java.util.Set;

/**
 * How a partition's jobs are placed and ranked.
 *
 * @param overSubscribe whether jobs share resources
 * @param maxShare jobs per resource when they do
 * @param exclusive what a node or more is given to whole
 * @param priorityTier higher tiers first
 * @param priorityJobFactor for the multifactor priority
 * @param preemptMode upper case; empty: the cluster's
 * @param graceTimeSeconds before preemption
 * @param qos its QOS, or empty
 * @param leastLoadedNodes LLN
 * @param selectTypeParameters upper case; empty: the cluster's
 * @param tresBillingWeights what a unit of each resource is billed, as {@code CPU=1.0,Mem=0.25G}
 * @param alternate partition to use when this one drains, or empty
 * @param cpuBind default binding, or empty
 * @param topology name of its topology, or empty
 */
public record PartitionScheduling(
    OverSubscribe overSubscribe,
    int maxShare,
    PartitionExclusive exclusive,
    int priorityTier,
    int priorityJobFactor,
    Set<String> preemptMode,
    long graceTimeSeconds,
    String qos,
    boolean leastLoadedNodes,
    Set<String> selectTypeParameters,
    String tresBillingWeights,
    String alternate,
    String cpuBind,
    String topology) {
  /** Copies its arguments. */
  public PartitionScheduling {
    preemptMode = Set.copyOf(preemptMode);
    selectTypeParameters = Set.copyOf(selectTypeParameters);
  }
}
