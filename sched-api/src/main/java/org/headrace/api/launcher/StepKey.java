package org.headrace.api.launcher;

/**
 * Names a step on a node.
 *
 * @param jobId number of the job
 * @param stepId number of the step, or one of the negative constants for steps that every job has
 */
public record StepKey(long jobId, int stepId) {

  /** The external step: adopts processes that belong to the job but to none of its steps. */
  public static final int EXTERN = -4;

  /** The batch script. */
  public static final int BATCH = -5;

  /** The interactive step behind an allocation's shell. */
  public static final int INTERACTIVE = -6;

  /** The batch step of a job. */
  public static StepKey batch(long jobId) {
    return new StepKey(jobId, BATCH);
  }

  /** The usual way to write a step: {@code 12.0}, {@code 12.batch}. */
  @Override
  public String toString() {
    return switch (stepId) {
      case EXTERN -> jobId + ".extern";
      case BATCH -> jobId + ".batch";
      case INTERACTIVE -> jobId + ".interactive";
      default -> jobId + "." + stepId;
    };
  }
}
