package org.headrace.protocol.node;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;

/**
 * What the controller tells an agent. Every message may come twice, and after a break of the
 * connection what still holds is sent again: an agent treats each as a statement of what should be.
 * A run of a job is named by the job's id and its count of restarts.
 */
public sealed interface ToNode
    permits ToNode.Welcome,
        ToNode.Ping,
        ToNode.Prepare,
        ToNode.Launch,
        ToNode.Signal,
        ToNode.Release,
        ToNode.Input,
        ToNode.Attach,
        ToNode.Credit,
        ToNode.Resize,
        ToNode.Safe,
        ToNode.Tell,
        ToNode.Ask,
        ToNode.Leave,
        ToNode.Fenced,
        ToNode.AskShare,
        ToNode.StepFailed {
  /**
   * The agent is known; its report has been taken in.
   *
   * @param settings the whole configuration by the names of the file, for hooks and time-outs
   */
  record Welcome(Map<String, String> settings) implements ToNode {
    public Welcome {
      settings = Map.copyOf(settings);
    }
  }

  /** Are you there? Answered by {@link FromNode.Alive}. */
  record Ping() implements ToNode {}

  /**
   * A job has this node: make it ready (prolog), and answer {@link FromNode.Ready} or {@link
   * FromNode.LaunchFailed}.
   *
   * @param job the job
   * @param nodes names of all its nodes, in the order of its allocation
   */
  record Prepare(Job job, List<String> nodes) implements ToNode {
    public Prepare {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Run this node's tasks of a step. Implies {@link Prepare}.
   *
   * @param job the job
   * @param nodes names of all nodes of the job, in the order of its allocation
   * @param step the step
   * @param stepNodes names of the step's nodes, in the order of its parts
   * @param script script of a batch step, else empty
   * @param environment {@code NAME=value} entries, each ended by a NUL byte
   * @param components of a heterogeneous job, all of its components
   * @param groupNodes of a step over several of them, names of the nodes of {@code step.group()}
   * @param groupSteps of a step over several of them, all of these steps in their order
   */
  record Launch(
      Job job,
      List<String> nodes,
      Step step,
      List<String> stepNodes,
      byte[] script,
      byte[] environment,
      List<Component> components,
      List<String> groupNodes,
      List<Step> groupSteps)
      implements ToNode {
    public Launch {
      nodes = List.copyOf(nodes);
      stepNodes = List.copyOf(stepNodes);
      components = List.copyOf(components);
      groupNodes = List.copyOf(groupNodes);
      groupSteps = List.copyOf(groupSteps);
    }

    /** For a job that stands alone. */
    public Launch(
        Job job,
        List<String> nodes,
        Step step,
        List<String> stepNodes,
        byte[] script,
        byte[] environment) {
      this(job, nodes, step, stepNodes, script, environment, List.of(), List.of(), List.of());
    }
  }

  /**
   * A component of a heterogeneous job.
   *
   * @param job the component
   * @param nodes names of its nodes
   */
  record Component(Job job, List<String> nodes) {
    public Component {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Signal processes.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step, or {@link #ALL_STEPS}
   * @param signal signal number
   * @param batchShell true to signal the shell of the batch step
   * @param steps true to signal the other steps
   */
  record Signal(long jobId, int restarts, int stepId, int signal, boolean batchShell, boolean steps)
      implements ToNode {
    /** Every step of the job. */
    public static final int ALL_STEPS = -1;
  }

  /**
   * The job is over: end what is left of it (TERM, after a while KILL), run the epilog, and answer
   * {@link FromNode.Released}.
   *
   * @param job the job, ended or put back in the queue
   * @param restarts the run that is over
   * @param nodes names of all its nodes
   */
  record Release(Job job, int restarts, List<String> nodes) implements ToNode {
    public Release {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Input for tasks of a step.
   *
   * @param jobId job
   * @param stepId step
   * @param task task number, or −1 for all
   * @param data bytes
   * @param end true when no more comes
   * @param position how many bytes of the step's input came before these. What an agent has already
   *     may come again; what leaves a gap is to be ignored, since what is missing comes first when
   *     the connection is there again
   */
  record Input(long jobId, int stepId, int task, byte[] data, boolean end, long position)
      implements ToNode {}

  /**
   * Somebody listens to a step's output from now on, or nobody does.
   *
   * @param jobId job
   * @param stepId step
   * @param attached true when somebody listens
   * @param received how many bytes of this node's output the listener has, so that what came after
   *     them is sent (again); or {@link #UNCOUNTED} to go on with what was never sent
   */
  record Attach(long jobId, int stepId, boolean attached, long received) implements ToNode {
    /** The listener does not count. */
    public static final long UNCOUNTED = -1;

    public Attach(long jobId, int stepId, boolean attached) {
      this(jobId, stepId, attached, UNCOUNTED);
    }
  }

  /**
   * So many more bytes of a step's output may be sent.
   *
   * @param jobId job
   * @param stepId step
   * @param bytes number of bytes
   * @param received how many bytes of this node's output are safe with the listener; they are not
   *     asked for again
   */
  record Credit(long jobId, int stepId, long bytes, long received) implements ToNode {
    public Credit(long jobId, int stepId, long bytes) {
      this(jobId, stepId, bytes, 0);
    }
  }

  /**
   * The size of the window of a step's terminal.
   *
   * @param jobId job
   * @param stepId step
   * @param columns columns
   * @param rows rows
   */
  record Resize(long jobId, int stepId, int columns, int rows) implements ToNode {}

  /**
   * The report of this number is safe in the log, or need not come again. It says nothing about
   * others: one before it may have been refused for want of room.
   *
   * @param number number of the report
   */
  record Safe(long number) implements ToNode {}

  /**
   * A text for whoever reads the errors of a job's script.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param text one line, without its end
   */
  record Tell(long jobId, int restarts, String text) implements ToNode {}

  /**
   * What are you, and which processes are there? Answered by {@link FromNode.Answer}.
   *
   * @param number by which the answer is told from others
   */
  record Ask(long number) implements ToNode {}

  /** The agent is to end; its steps go on. */
  record Leave() implements ToNode {}

  /**
   * All nodes of a parallel program have come to a fence.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param round number of the fence, from 1
   * @param pairs what they brought
   */
  record Fenced(long jobId, int restarts, int stepId, int round, byte[] pairs) implements ToNode {}

  /**
   * Another node still waits in a fence that this one has passed: say again what you brought to it.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param round number of the fence
   */
  record AskShare(long jobId, int restarts, int stepId, int round) implements ToNode {}

  /**
   * A step whose tasks can't find each other is to be ended.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param why one line for the user
   */
  record StepFailed(long jobId, int restarts, int stepId, String why) implements ToNode {}
}
