package org.headrace.api.job;

/**
 * A job.
 *
 * @param id job id, at least 1, never used twice
 * @param arrayId id of the array it belongs to, or zero; the part of an array that hasn't started
 *     has the array's id itself; tasks that were cancelled together before they started have one of
 *     their own
 * @param arrayTask its index in the array, or {@link #NO_TASK}
 * @param spec what was asked for
 * @param status what became of it
 */
public record Job(long id, long arrayId, int arrayTask, JobSpec spec, JobStatus status) {
  /** Not a task of an array, or several that haven't started. */
  public static final int NO_TASK = -1;

  /** True for several tasks of an array in one record: what waits, or never started. */
  public boolean pendingArray() {
    return arrayId != 0 && arrayTask == NO_TASK;
  }

  /** The reservation that it runs or ran in; while it is pending, those that it asks for. */
  public String reservation() {
    boolean ran = status.state() != JobState.PENDING && !status.reservation().isEmpty();
    return ran ? status.reservation() : spec.reservation();
  }

  public Job withSpec(JobSpec newSpec) {
    return new Job(id, arrayId, arrayTask, newSpec, status);
  }

  public Job withStatus(JobStatus newStatus) {
    return new Job(id, arrayId, arrayTask, spec, newStatus);
  }
}
