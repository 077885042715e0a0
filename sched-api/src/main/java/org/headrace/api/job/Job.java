package org.headrace.api.job;

/**
 * A job.
 *
 * @param id job id, at least 1, never used twice
 * @param arrayId id of the array it belongs to, or zero; the part of an array that hasn't started
 *     has the array's id itself
 * @param arrayTask its index in the array, or {@link #NO_TASK}
 * @param spec what was asked for
 * @param status what became of it
 */
public record Job(long id, long arrayId, int arrayTask, JobSpec spec, JobStatus status) {
  /** Not a task of an array, or the part of an array that hasn't started. */
  public static final int NO_TASK = -1;

  /** True for the part of an array that hasn't started. */
  public boolean pendingArray() {
    return arrayId != 0 && arrayTask == NO_TASK;
  }

  public Job withSpec(JobSpec newSpec) {
    return new Job(id, arrayId, arrayTask, newSpec, status);
  }

  public Job withStatus(JobStatus newStatus) {
    return new Job(id, arrayId, arrayTask, spec, newStatus);
  }
}
