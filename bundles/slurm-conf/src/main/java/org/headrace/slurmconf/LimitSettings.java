package org.headrace.slurmconf;

/**
 * Bounds. No value is 0 where the text says so.
 *
 * @param maxJobCount jobs in memory
 * @param maxArraySize one above the highest array task id
 * @param firstJobId the first
 * @param maxJobId after which ids start again
 * @param maxStepCount steps of a job
 * @param maxTasksPerNode tasks of a step on one node
 * @param maxNodeCount nodes; 0: as configured
 * @param maxMemPerCpu MiB; 0: none
 * @param maxMemPerNode MiB; 0: none
 * @param defMemPerCpu MiB; 0: none
 * @param defMemPerNode MiB; 0: none
 * @param defMemPerGpu MiB; 0: none
 * @param defCpuPerGpu 0: none
 * @param maxBatchRequeue requeues in a row until a job is held
 * @param maxDbdMsgs accounting records that wait; 0: enough
 */
public record LimitSettings(
    long maxJobCount,
    int maxArraySize,
    long firstJobId,
    long maxJobId,
    long maxStepCount,
    long maxTasksPerNode,
    long maxNodeCount,
    long maxMemPerCpu,
    long maxMemPerNode,
    long defMemPerCpu,
    long defMemPerNode,
    long defMemPerGpu,
    long defCpuPerGpu,
    long maxBatchRequeue,
    long maxDbdMsgs) {}
