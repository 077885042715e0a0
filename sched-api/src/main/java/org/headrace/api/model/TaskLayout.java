package org.headrace.api.model;

/**
 * How many tasks a job runs and what each needs.
 *
 * @param tasks number of tasks, or {@link #UNSET} when the nodes decide
 * @param cpusPerTask CPUs each task needs, at least 1
 * @param tasksPerNode upper bound of tasks on one node (exact when {@code tasks} is unset), or
 *     {@link #UNSET}
 * @param tasksPerSocket upper bound of tasks on one socket, or {@link #UNSET}
 * @param tasksPerCore upper bound of tasks on one core, or {@link #UNSET}
 * @param overcommit true to run several tasks on one CPU
 * @param distribution task distribution as requested ({@code block}, {@code cyclic}, {@code
 *     plane=4} …), or the empty string
 */
public record TaskLayout(
    int tasks,
    int cpusPerTask,
    int tasksPerNode,
    int tasksPerSocket,
    int tasksPerCore,
    boolean overcommit,
    String distribution) {
  /** No number was requested. */
  public static final int UNSET = 0;

  /** One task on one CPU. */
  public static final TaskLayout SINGLE = new TaskLayout(1, 1, UNSET, UNSET, UNSET, false, "");

  /** The same layout with another number of tasks. */
  public TaskLayout withTasks(int newTasks) {
    return new TaskLayout(
        newTasks,
        cpusPerTask,
        tasksPerNode,
        tasksPerSocket,
        tasksPerCore,
        overcommit,
        distribution);
  }
}
