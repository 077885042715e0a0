package org.headrace.api.job;

import java.util.List;

/**
 * Jobs that have to come first.
 *
 * @param conditions conditions; empty when there are none
 * @param any true when one condition is enough, false when all must hold
 */
public record Dependency(List<Condition> conditions, boolean any) {
  /** Depends on nothing. */
  public static final Dependency NONE = new Dependency(List.of(), false);

  public Dependency {
    conditions = List.copyOf(conditions);
  }

  /** What must have happened. */
  public enum Kind {
    /** The job has started, or was cancelled, some time ago. */
    AFTER,
    /** The job has ended. */
    AFTER_ANY,
    /** The job has ended with exit code zero. */
    AFTER_OK,
    /** The job has failed. */
    AFTER_NOT_OK,
    /** The array task of the same index has ended with exit code zero. */
    AFTER_CORRESPONDING,
    /** No other job of the same name and user is older and unfinished. */
    SINGLETON
  }

  /**
   * One condition.
   *
   * @param kind what must have happened
   * @param jobId to which job; zero for {@link Kind#SINGLETON}
   * @param arrayTask to which task of that array, or {@link #ALL_TASKS}
   * @param delayMinutes how long ago at least, for {@link Kind#AFTER}
   * @param failed true once it couldn't be met any more; it never is then, also where the job that
   *     it names runs again
   */
  public record Condition(Kind kind, long jobId, int arrayTask, int delayMinutes, boolean failed) {
    /** The whole array, or a job that is no array. */
    public static final int ALL_TASKS = -1;

    /** One that may still be met. */
    public Condition(Kind kind, long jobId, int arrayTask, int delayMinutes) {
      this(kind, jobId, arrayTask, delayMinutes, false);
    }

    public Condition withFailed() {
      return new Condition(kind, jobId, arrayTask, delayMinutes, true);
    }
  }

  public boolean isEmpty() {
    return conditions.isEmpty();
  }
}
