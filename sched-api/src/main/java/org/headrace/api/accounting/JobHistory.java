package org.headrace.api.accounting;

import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;

/**
 * A run of a job as the database knows it. A job that was put back in the queue has one for each
 * run.
 *
 * @param job the job
 * @param nodes names of its nodes, in the order of its allocation
 * @param steps its steps, in the order of their start
 */
public record JobHistory(Job job, List<String> nodes, List<StepHistory> steps) {
  public JobHistory {
    nodes = List.copyOf(nodes);
    steps = List.copyOf(steps);
  }

  /**
   * A step.
   *
   * @param step the step
   * @param nodes names of its nodes
   */
  public record StepHistory(Step step, List<String> nodes) {
    public StepHistory {
      nodes = List.copyOf(nodes);
    }
  }
}
