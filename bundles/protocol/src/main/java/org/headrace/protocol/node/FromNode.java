package org.headrace.protocol.node;

import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Usage;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;

/**
 * What an agent tells the controller. A {@link Report} is repeated until the controller has said
 * that it is safe; the others may get lost.
 */
public sealed interface FromNode
    permits FromNode.Register,
        FromNode.Alive,
        FromNode.Report,
        FromNode.Output,
        FromNode.TaskEnded,
        FromNode.OutputClosed,
        FromNode.InputTaken,
        FromNode.Answer,
        FromNode.TasksStarted,
        FromNode.Share,
        FromNode.FencePassed {
  /**
   * First message of a session.
   *
   * @param node node name
   * @param hardware what the machine has
   * @param gres generic resources found
   * @param version version of the agent
   * @param operatingSystem name and release of the kernel
   * @param architecture processor architecture
   * @param bootTime when the machine started, in epoch milliseconds
   * @param agentStarted when the agent started, in epoch milliseconds
   * @param load load average over a minute, in hundredths
   * @param freeMemory memory that nobody uses, in MiB
   * @param host host name
   * @param steps what runs here, or has ended without its report being safe
   */
  record Register(
      String node,
      NodeHardware hardware,
      List<GresInventory> gres,
      String version,
      String operatingSystem,
      String architecture,
      long bootTime,
      long agentStarted,
      int load,
      long freeMemory,
      String host,
      List<HeldStep> steps)
      implements FromNode {
    public Register {
      gres = List.copyOf(gres);
      steps = List.copyOf(steps);
    }
  }

  /**
   * A step that a node knows.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   */
  record HeldStep(long jobId, int restarts, int stepId) {}

  /**
   * Sign of life.
   *
   * @param load load average over a minute, in hundredths
   * @param freeMemory memory that nobody uses, in MiB
   */
  record Alive(int load, long freeMemory) implements FromNode {}

  /**
   * Something that must not get lost.
   *
   * @param number ascending, over restarts of the agent too
   * @param news what
   */
  record Report(long number, News news) implements FromNode {}

  /** What a {@link Report} says. */
  sealed interface News
      permits FromNode.Ready,
          FromNode.LaunchFailed,
          FromNode.StepEnded,
          FromNode.Released,
          FromNode.StepAborted {}

  /**
   * The node is ready for a job.
   *
   * @param jobId job
   * @param restarts which run of it
   */
  record Ready(long jobId, int restarts) implements News {}

  /**
   * The node could not be made ready, or a step could not be started.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param prolog true when the prolog failed
   * @param message what went wrong
   */
  record LaunchFailed(long jobId, int restarts, boolean prolog, String message) implements News {}

  /**
   * This node's tasks of a step have ended.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param exit highest exit status of the tasks
   * @param usage what they consumed
   * @param outOfMemory true when the kernel ended a process for want of memory
   * @param message what went wrong, or the empty string
   */
  record StepEnded(
      long jobId,
      int restarts,
      int stepId,
      ExitStatus exit,
      Usage usage,
      boolean outOfMemory,
      String message)
      implements News {}

  /**
   * Nothing of the job is left on the node.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param message what went wrong in the epilog, or the empty string
   */
  record Released(long jobId, int restarts, String message) implements News {}

  /**
   * A task wrote something.
   *
   * @param jobId job
   * @param stepId step
   * @param task task number
   * @param error true for standard error
   * @param data bytes
   * @param position bytes of this node's output before these, counted as in {@link ToNode.Attach};
   *     so nothing counts twice or in another order that was under way when a connection broke
   */
  record Output(long jobId, int stepId, int task, boolean error, byte[] data, long position)
      implements FromNode {}

  /**
   * A task ended; what it wrote has been sent before.
   *
   * @param jobId job
   * @param stepId step
   * @param task task number
   * @param exit how
   */
  record TaskEnded(long jobId, int stepId, int task, ExitStatus exit) implements FromNode {}

  /**
   * All output of this node's tasks has been sent.
   *
   * @param jobId job
   * @param stepId step
   */
  record OutputClosed(long jobId, int stepId) implements FromNode {}

  /**
   * How far a step's tasks on this node have read their input. Said as they read, and as an answer
   * to {@link ToNode.Attach}.
   *
   * @param jobId job
   * @param stepId step
   * @param position bytes since the step began; they need not be sent again, and as many more may
   *     come
   */
  record InputTaken(long jobId, int stepId, long position) implements FromNode {}

  /**
   * Answer to {@link ToNode.Ask}.
   *
   * @param number of the question
   * @param hardware what the machine has
   * @param host host name
   * @param version version of the agent
   * @param started when the agent started, in epoch milliseconds
   * @param heard when the controller last told it something before, in epoch milliseconds
   * @param pid process id of the agent
   * @param processes those of the steps that run there
   */
  record Answer(
      long number,
      NodeHardware hardware,
      String host,
      String version,
      long started,
      long heard,
      long pid,
      List<StepProcess> processes)
      implements FromNode {
    public Answer {
      processes = List.copyOf(processes);
    }
  }

  /**
   * A process of a step.
   *
   * @param jobId job
   * @param stepId step
   * @param pid process id
   * @param localTask number of the task on this node, or −1 for what a task started
   * @param task number of the task in its step, or −1
   */
  record StepProcess(long jobId, int stepId, long pid, int localTask, int task) {}

  /**
   * The tasks of a step on this node run.
   *
   * @param jobId job
   * @param stepId step
   * @param tasks how many
   */
  record TasksStarted(long jobId, int stepId, int tasks) implements FromNode {}

  /**
   * This node's tasks of a parallel program were ended, and those on other nodes are to be too.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param message why
   */
  record StepAborted(long jobId, int restarts, int stepId, String message) implements News {}

  /**
   * This node's tasks of a parallel program wait in a fence. Said again on each new connection
   * while they do.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param round number of the fence, from 1
   * @param pairs what they bring
   */
  record Share(long jobId, int restarts, int stepId, int round, byte[] pairs) implements FromNode {}

  /**
   * This node's tasks have passed a fence: they have what all brought. Of the last one, said again
   * on each new connection.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param round number of the fence
   */
  record FencePassed(long jobId, int restarts, int stepId, int round) implements FromNode {}
}
