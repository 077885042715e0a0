package org.headrace.api.accounting;

/**
 * What runs of jobs used in a period, added up over those that have all of the following in common.
 *
 * @param user name of their owner
 * @param account whom they are charged to
 * @param wckey their workload characterization key, or the empty string
 * @param partition where they ran
 * @param gid group of their owner
 * @param cpus CPUs that each had
 * @param runs how many ran in the period
 * @param cpuMillis milliseconds of the period that they ran, times their CPUs
 * @param memoryMillis the same, times their memory in mebibytes
 * @param nodeMillis the same, times their nodes
 * @param gpuMillis the same, times their GPUs
 * @param waitedMillis milliseconds of the period that they waited, though eligible, for a start in
 *     it or after it, times their CPUs; runs that never started count nothing
 */
public record JobUse(
    String user,
    String account,
    String wckey,
    String partition,
    int gid,
    int cpus,
    long runs,
    double cpuMillis,
    double memoryMillis,
    double nodeMillis,
    double gpuMillis,
    double waitedMillis) {}
