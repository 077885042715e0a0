package org.headrace.slurmconf;

/**
 * A partition's own power saving. {@link #NOT_SET}: the cluster's.
 *
 * @param powerDownOnIdle at once
 * @param resumeTimeoutSeconds ResumeTimeout
 * @param suspendTimeSeconds SuspendTime
 * @param suspendTimeoutSeconds SuspendTimeout
 */
public record PartitionPower(
    boolean powerDownOnIdle,
    long resumeTimeoutSeconds,
    long suspendTimeSeconds,
    long suspendTimeoutSeconds) {
  /** No own value. */
  public static final long NOT_SET = -1;
}
