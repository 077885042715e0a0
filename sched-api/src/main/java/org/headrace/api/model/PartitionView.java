package org.headrace.api.model;

import java.util.Map;

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

  public boolean startsJobs() {
    return state == State.UP || state == State.DRAIN;
  }
}
