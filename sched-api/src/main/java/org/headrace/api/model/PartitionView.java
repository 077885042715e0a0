package org.headrace.api.model;

import java.util.Map;
import java.util.Set;

/**
 * A partition as plugins see it.
 *
 * @param name partition name
 * @param nodes its nodes
 * @param state whether it takes and starts jobs
 * @param minNodes fewest nodes of a job
 * @param maxNodes most nodes of a job; {@link Integer#MAX_VALUE} when not limited
 * @param maxTime longest time limit, in milliseconds; {@link Long#MAX_VALUE} when not limited
 * @param priorityTier jobs of higher tiers are considered first
 * @param priorityFactor the partition's share of a job's priority
 * @param sharing how its nodes are shared by default
 * @param options further settings under the names of the configuration, for plugins that know them
 */
public record PartitionView(
    String name,
    NodeMask nodes,
    State state,
    int minNodes,
    int maxNodes,
    long maxTime,
    int priorityTier,
    int priorityFactor,
    Sharing sharing,
    Map<String, String> options) {
  /** What a partition does with jobs. */
  public enum State {
    /** Queues and starts jobs. */
    UP,
    /** Queues jobs, starts none. */
    DOWN,
    /** Starts what is queued, queues nothing new. */
    DRAIN,
    /** Neither. */
    INACTIVE
  }

  public PartitionView {
    options = Map.copyOf(options);
  }

  /** The partition as it is for jobs of a class: without the limits that these are exempt from. */
  public PartitionView forJobs(JobClass jobClass) {
    return without(jobClass.exempt());
  }

  /** The partition without some of its limits. */
  public PartitionView without(Set<PartitionLimit> limits) {
    if (limits.isEmpty()) {
      return this;
    }
    return new PartitionView(
        name,
        nodes,
        state,
        limits.contains(PartitionLimit.MIN_NODES) ? 0 : minNodes,
        limits.contains(PartitionLimit.MAX_NODES) ? Integer.MAX_VALUE : maxNodes,
        limits.contains(PartitionLimit.TIME) ? Long.MAX_VALUE : maxTime,
        priorityTier,
        priorityFactor,
        sharing,
        options);
  }

  public boolean startsJobs() {
    return state == State.UP || state == State.DRAIN;
  }
}
