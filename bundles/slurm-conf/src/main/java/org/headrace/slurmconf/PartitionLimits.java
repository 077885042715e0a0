package org.headrace.slurmconf;

/**
 * Bounds of a partition. No value is {@link #NONE}; no time limit is {@link
 * org.headrace.slurmconf.text.SlurmDuration#INFINITE}.
 *
 * @param maxTimeMinutes MaxTime
 * @param defaultTimeMinutes DefaultTime; NONE: MaxTime
 * @param minNodes per job
 * @param maxNodes per job
 * @param maxCpusPerNode for all its jobs
 * @param maxCpusPerSocket for all its jobs
 * @param defMemPerCpu MiB
 * @param defMemPerNode MiB
 * @param defMemPerGpu MiB
 * @param defCpuPerGpu CPUs
 * @param maxMemPerCpu MiB
 * @param maxMemPerNode MiB
 * @param overTimeLimitMinutes own OverTimeLimit
 */
public record PartitionLimits(
    long maxTimeMinutes,
    long defaultTimeMinutes,
    long minNodes,
    long maxNodes,
    long maxCpusPerNode,
    long maxCpusPerSocket,
    long defMemPerCpu,
    long defMemPerNode,
    long defMemPerGpu,
    long defCpuPerGpu,
    long maxMemPerCpu,
    long maxMemPerNode,
    long overTimeLimitMinutes) {
  /** No bound and no default. */
  public static final long NONE = -1;
}
