package org.headrace.api.model;

import java.util.Set;

/**
 * Condition of a node, apart from how busy it is.
 *
 * @param base whether it works at all
 * @param flags further conditions
 * @param reason why an administrator or the controller took it out of service, or the empty string
 * @param reasonUser who said so, or the empty string
 * @param reasonTime when, in epoch milliseconds, or zero
 */
public record NodeState(
    Base base, Set<Flag> flags, String reason, String reasonUser, long reasonTime) {
  /** Whether a node works. */
  public enum Base {
    /** Configured, and its agent has not reported yet. */
    UNKNOWN,
    UP,
    DOWN,
    /** Reserved for later use; not part of the cluster yet. */
    FUTURE
  }

  /** Further conditions of a node. */
  public enum Flag {
    /** Takes no new jobs. */
    DRAIN,
    /** A job's processes or epilog are still ending here. */
    COMPLETING,
    /** Its agent doesn't answer at the moment. */
    NOT_RESPONDING,
    /** Failing: takes no new jobs. */
    FAIL,
    /** The agent reported less than what is configured. */
    INVALID_REGISTRATION,
    MAINTENANCE,
    RESERVED,
    /** Set aside for a pending job by the scheduler's last plan. */
    PLANNED
  }

  /** Works, and takes jobs. */
  public static final NodeState USABLE = new NodeState(Base.UP, Set.of(), "", "", 0);

  public NodeState {
    flags = Set.copyOf(flags);
  }

  /** True when the node may be given to a job now. */
  public boolean acceptsJobs() {
    return base == Base.UP
        && !flags.contains(Flag.DRAIN)
        && !flags.contains(Flag.FAIL)
        && !flags.contains(Flag.NOT_RESPONDING)
        && !flags.contains(Flag.INVALID_REGISTRATION);
  }

  public boolean has(Flag flag) {
    return flags.contains(flag);
  }
}
