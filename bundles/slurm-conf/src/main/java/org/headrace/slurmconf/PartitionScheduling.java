package org.headrace.slurmconf;

import java.util.Map;
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
 * @param tresBillingWeights by resource, names in lower case; memory per MiB
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
    Map<String, Double> tresBillingWeights,
    String alternate,
    String cpuBind,
    String topology) {
  /** Copies its arguments. */
  public PartitionScheduling {
    preemptMode = Set.copyOf(preemptMode);
    selectTypeParameters = Set.copyOf(selectTypeParameters);
    tresBillingWeights = Map.copyOf(tresBillingWeights);
  }
}
