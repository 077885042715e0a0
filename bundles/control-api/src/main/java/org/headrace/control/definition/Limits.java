package org.headrace.control.definition;

/**
 * Limits and times of the cluster; times in milliseconds.
 *
 * @param maxJobs most jobs known at a time
 * @param firstJobId id of the first job of a new cluster
 * @param maxJobId highest id, after which ids start again with {@code firstJobId}
 * @param maxArraySize array indexes are below this
 * @param maxStepsPerJob most steps of a job
 * @param maxRequeue how often a batch job may be put back in the queue before it is held
 * @param maxTasksPerNode most tasks of a job on one node
 * @param minJobAge how long an ended job is remembered
 * @param killWait between TERM and KILL
 * @param overTimeLimit how long a job may exceed its time limit
 * @param nodeTimeout after which silence a node is down
 * @param returnToService 0: a node that was down stays so until an administrator says otherwise; 1:
 *     it comes back by itself when it was silent; 2: whenever it reports
 * @param defaultMemory memory of jobs that name none, where the partition doesn't say
 * @param requeueByDefault true when batch jobs may be put back in the queue unless they say
 *     otherwise
 * @param preemptExemptTime how long a job runs before it may be ended or put back in the queue for
 *     others
 * @param requeueDelay how long a job that is put back in the queue waits before it may start again
 */
public record Limits(
    int maxJobs,
    long firstJobId,
    long maxJobId,
    int maxArraySize,
    int maxStepsPerJob,
    int maxRequeue,
    int maxTasksPerNode,
    long minJobAge,
    long killWait,
    long overTimeLimit,
    long nodeTimeout,
    int returnToService,
    org.headrace.api.model.MemoryRequest defaultMemory,
    boolean requeueByDefault,
    long preemptExemptTime,
    long requeueDelay) {
  /** No job is exempt from preemption, and what is put back in the queue may start at once. */
  public Limits(
      int maxJobs,
      long firstJobId,
      long maxJobId,
      int maxArraySize,
      int maxStepsPerJob,
      int maxRequeue,
      int maxTasksPerNode,
      long minJobAge,
      long killWait,
      long overTimeLimit,
      long nodeTimeout,
      int returnToService,
      org.headrace.api.model.MemoryRequest defaultMemory,
      boolean requeueByDefault) {
    this(
        maxJobs,
        firstJobId,
        maxJobId,
        maxArraySize,
        maxStepsPerJob,
        maxRequeue,
        maxTasksPerNode,
        minJobAge,
        killWait,
        overTimeLimit,
        nodeTimeout,
        returnToService,
        defaultMemory,
        requeueByDefault,
        0,
        0);
  }
}
