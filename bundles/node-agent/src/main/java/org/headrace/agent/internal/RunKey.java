package org.headrace.agent.internal;

/**
 * One run of a job.
 *
 * @param jobId job
 * @param restarts how often it had been put back in the queue before
 */
record RunKey(long jobId, int restarts) {
  @Override
  public String toString() {
    return restarts == 0 ? "job " + jobId : "job " + jobId + " (restart " + restarts + ")";
  }
}
