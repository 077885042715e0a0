package org.headrace.control.query;

import java.util.List;
import org.headrace.api.model.NodeHardware;

/**
 * What a node's agent says of itself when it is asked.
 *
 * @param hardware what the machine has
 * @param host host name
 * @param version version of the agent
 * @param started when the agent started, in epoch milliseconds
 * @param heard when the controller last told it something, in epoch milliseconds
 * @param pid process id of the agent
 * @param processes those of the steps that run there, step by step
 */
public record AgentReport(
    NodeHardware hardware,
    String host,
    String version,
    long started,
    long heard,
    long pid,
    List<StepProcess> processes) {
  public AgentReport {
    processes = List.copyOf(processes);
  }

  /**
   * A process of a step.
   *
   * @param jobId job
   * @param stepId step
   * @param pid process id
   * @param localTask number of the task on its node, or {@link #NO_TASK} for what a task started
   * @param task number of the task in its step, or {@link #NO_TASK} if it isn't known
   */
  public record StepProcess(long jobId, int stepId, long pid, int localTask, int task) {
    /** The process is none of the step's own tasks. */
    public static final int NO_TASK = -1;
  }
}
