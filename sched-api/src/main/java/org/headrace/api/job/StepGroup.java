package org.headrace.api.job;

import java.util.List;

/**
 * What a step belongs to that goes over several components of a heterogeneous job. In each of these
 * components there is a step of the same number; their tasks are numbered through, and so are their
 * nodes.
 *
 * @param jobs ids of the components, ascending; none for a step that stands alone
 * @param firstTask number among all tasks of the step's task 0
 * @param firstNode position among all nodes of the step's first node, from 0
 * @param nodes ids of the nodes of all these steps, in the order of task numbers
 * @param tasks number of tasks on each of them
 * @param cpus number of CPUs that the steps have on each of them
 */
public record StepGroup(
    List<Long> jobs,
    int firstTask,
    int firstNode,
    List<Integer> nodes,
    List<Integer> tasks,
    List<Integer> cpus) {
  /** Of a step that stands alone. */
  public static final StepGroup NONE =
      new StepGroup(List.of(), 0, 0, List.of(), List.of(), List.of());

  public StepGroup {
    jobs = List.copyOf(jobs);
    nodes = List.copyOf(nodes);
    tasks = List.copyOf(tasks);
    cpus = List.copyOf(cpus);
  }

  /** True for one of several steps. */
  public boolean grouped() {
    return !jobs.isEmpty();
  }

  /** How many tasks all of these steps have. */
  public int allTasks() {
    return tasks.stream().mapToInt(Integer::intValue).sum();
  }
}
