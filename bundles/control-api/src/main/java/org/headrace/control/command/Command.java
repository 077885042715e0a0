package org.headrace.control.command;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Usage;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ReservationDefinition;

/**
 * Everything that changes the cluster. A command is written to the log before it is carried out,
 * and its answer is given afterwards.
 *
 * <p>Commands are part of the log's format: kinds and components are only ever appended.
 */
public sealed interface Command
    permits Command.SubmitJob,
        Command.SignalJob,
        Command.UpdateJob,
        Command.HoldJob,
        Command.ReleaseJob,
        Command.RequeueJob,
        Command.SuspendJob,
        Command.CreateStep,
        Command.SignalStep,
        Command.UpdateNodes,
        Command.AdjustNodes,
        Command.UpdatePartition,
        Command.Configure,
        Command.DefineQos,
        Command.ApplyPlan,
        Command.RegisterNode,
        Command.NodeResponds,
        Command.LaunchFailed,
        Command.NodeReady,
        Command.StepEnded,
        Command.NodeReleased,
        Command.Tick,
        Command.AccountingSafe,
        Command.CheckJob,
        Command.PutReservation,
        Command.DeleteReservation,
        Command.NotifyJob,
        Command.ChangeAccounts,
        Command.SubmitComponents,
        Command.CreateSteps,
        Command.SkipReservation,
        Command.EndRunaways {
  /**
   * Submits a job. Answered by {@link Outcome.JobAccepted}.
   *
   * @param spec what is asked for
   * @param files script and environment
   * @param immediateSeconds the job is withdrawn unless it starts within so many seconds; zero to
   *     wait in the queue
   */
  record SubmitJob(JobSpec spec, JobFiles files, int immediateSeconds) implements Command {}

  /**
   * Submits a heterogeneous job: components that start together. The first one's id is the job's,
   * those of the others follow it.
   *
   * @param components at least two; none of them an array
   */
  record SubmitComponents(List<SubmitJob> components) implements Command {
    /** Most components of one job. */
    public static final int MOST = 128;

    public SubmitComponents {
      components = List.copyOf(components);
    }
  }

  /**
   * Signals or cancels a job.
   *
   * @param target which
   * @param signal signal number, or {@link #CANCEL}
   * @param scope which of its processes
   * @param complete true when the owner of an allocation ends it in good order, which isn't a
   *     cancellation
   * @param exit exit status to record when {@code complete}
   */
  record SignalJob(
      JobTarget target, int signal, SignalScope scope, boolean complete, ExitStatus exit)
      implements Command {
    /** Ends the job, rather than sending it a signal. */
    public static final int CANCEL = 0;
  }

  /** Which processes of a job a signal goes to. */
  enum SignalScope {
    /** All steps, not the batch shell; pending jobs are cancelled. */
    STEPS,
    /** The batch shell alone. */
    BATCH,
    /** Batch shell and steps. */
    FULL
  }

  /**
   * Changes a job.
   *
   * @param target which
   * @param changes what; all or none are made
   */
  record UpdateJob(JobTarget target, List<JobChange> changes) implements Command {
    public UpdateJob {
      changes = List.copyOf(changes);
    }
  }

  /**
   * Holds a pending job back.
   *
   * @param target which
   * @param byUser true for a hold that the user may release, also when an administrator sets it
   */
  record HoldJob(JobTarget target, boolean byUser) implements Command {}

  /**
   * Releases a held job.
   *
   * @param target which
   */
  record ReleaseJob(JobTarget target) implements Command {}

  /**
   * Puts a running or ended batch job back in the queue.
   *
   * @param target which
   * @param hold true to hold it there
   */
  record RequeueJob(JobTarget target, boolean hold) implements Command {}

  /**
   * Stops a running job's processes, or lets them go on.
   *
   * @param target which
   * @param resume true to let them go on
   */
  record SuspendJob(JobTarget target, boolean resume) implements Command {}

  /**
   * Creates a step in a running job. Answered by {@link Outcome.StepAccepted}.
   *
   * @param jobId job
   * @param spec what is asked for
   * @param environment {@code NAME=value} entries, each ended by a NUL byte
   */
  record CreateStep(long jobId, StepSpec spec, byte[] environment) implements Command {}

  /**
   * Creates one step over several components of a heterogeneous job: in each a step of the same
   * number, or none at all. Answered by {@link Outcome.StepsAccepted}.
   *
   * @param steps one for each component, in the order of the components
   */
  record CreateSteps(List<CreateStep> steps) implements Command {
    public CreateSteps {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Signals a step.
   *
   * @param jobId job
   * @param stepId step
   * @param signal signal number; {@link SignalJob#CANCEL} ends it
   */
  record SignalStep(long jobId, int stepId, int signal) implements Command {}

  /**
   * Changes the condition of nodes.
   *
   * @param nodes names
   * @param change what
   * @param reason why, or the empty string
   */
  record UpdateNodes(List<String> nodes, NodeChange change, String reason) implements Command {
    public UpdateNodes {
      nodes = List.copyOf(nodes);
    }
  }

  /** What an administrator does to a node. */
  enum NodeChange {
    DRAIN,
    /** Takes jobs again, whatever kept it from that. */
    RESUME,
    UNDRAIN,
    DOWN,
    FAIL
  }

  /**
   * Changes settings of nodes that last until the next start of their configuration.
   *
   * @param nodes names
   * @param weight new weight, or −1
   * @param features new features, or null
   * @param comment new comment, or null
   */
  record AdjustNodes(List<String> nodes, long weight, List<String> features, String comment)
      implements Command {
    public AdjustNodes {
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * Changes settings of a partition by the names of the configuration.
   *
   * @param partition name
   * @param settings names and values, for example {@code State=DOWN}
   */
  record UpdatePartition(String partition, Map<String, String> settings) implements Command {
    public UpdatePartition {
      settings = Map.copyOf(settings);
    }
  }

  /**
   * Puts a configuration into force, at the start and by {@code reconfigure}.
   *
   * @param definition the whole new configuration
   */
  record Configure(ClusterDefinition definition) implements Command {}

  /**
   * Adds or replaces a quality of service, or removes it.
   *
   * @param qos the quality of service
   * @param remove true to remove it
   */
  record DefineQos(QualityOfService qos, boolean remove) implements Command {}

  /**
   * Carries out a plan: every decision that still holds.
   *
   * @param plan decisions
   * @param jobs ids of jobs whose priority was computed anew
   * @param priorities their priorities, in the same order
   */
  record ApplyPlan(Plan plan, long[] jobs, long[] priorities) implements Command {}

  /**
   * An agent has reported for duty.
   *
   * @param report what it said
   */
  record RegisterNode(NodeReport report) implements Command {}

  /**
   * An agent stopped answering, or answers again.
   *
   * @param node node name
   * @param responding true when it answers
   */
  record NodeResponds(String node, boolean responding) implements Command {}

  /**
   * A node could not prepare or start a job.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param node node name
   * @param message what went wrong
   * @param prolog true when the prolog failed, which drains the node
   */
  record LaunchFailed(long jobId, int restarts, String node, String message, boolean prolog)
      implements Command {}

  /**
   * A node has made a job's environment ready.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param node node name
   */
  record NodeReady(long jobId, int restarts, String node) implements Command {}

  /**
   * The tasks of a step on one node have ended.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param stepId step
   * @param node node name
   * @param exit highest exit status of its tasks there
   * @param usage what they consumed
   * @param outOfMemory true when the kernel ended a process for want of memory
   * @param message what went wrong, or the empty string
   */
  record StepEnded(
      long jobId,
      int restarts,
      int stepId,
      String node,
      ExitStatus exit,
      Usage usage,
      boolean outOfMemory,
      String message)
      implements Command {}

  /**
   * A node is done with a job: no process is left, and its epilog has run.
   *
   * @param jobId job
   * @param restarts which run of it
   * @param node node name
   * @param message what went wrong in the epilog, which drains the node, or the empty string
   */
  record NodeReleased(long jobId, int restarts, String node, String message) implements Command {}

  /**
   * Time has come for what was due: time limits, begin times, deadlines, and forgetting old jobs.
   */
  record Tick() implements Command {}

  /**
   * Accounting has what it was sent.
   *
   * @param number records up to this number are safe
   */
  record AccountingSafe(long number) implements Command {}

  /**
   * Asks whether a job would be accepted; changes nothing. Answered by {@link Outcome.JobChecked}.
   *
   * @param spec what would be asked for
   */
  record CheckJob(JobSpec spec) implements Command {}

  /**
   * Makes a reservation, whose id is zero then, or replaces one. Answered by {@link Outcome.Done}
   * with its name.
   *
   * @param definition the whole of it
   */
  record PutReservation(ReservationDefinition definition) implements Command {}

  /**
   * Takes a reservation away, unless jobs of it run.
   *
   * @param name its name
   */
  record DeleteReservation(String name) implements Command {}

  /**
   * Has accounting take jobs for ended of which the controller knows nothing any more. Those that
   * it does know are passed over.
   *
   * @param runaways jobs as accounting has them
   */
  record EndRunaways(List<Runaway> runaways) implements Command {
    public EndRunaways {
      runaways = List.copyOf(runaways);
    }

    /**
     * A run of a job that accounting takes for running.
     *
     * @param job the job
     * @param nodes names of the nodes of its allocation
     */
    public record Runaway(Job job, List<String> nodes) {
      public Runaway {
        nodes = List.copyOf(nodes);
      }
    }
  }

  /**
   * Leaves out the present or next time of a reservation that repeats: it ends, or doesn't begin,
   * and comes again after that.
   *
   * @param name its name
   */
  record SkipReservation(String name) implements Command {}

  /**
   * Shows a text to whoever waits for a running job: among the errors of its script, or of the
   * command that waits for it.
   *
   * @param target which
   * @param text one line of at most {@link #LONGEST} characters
   */
  record NotifyJob(JobTarget target, String text) implements Command {
    /** The longest text that is passed on, in characters. */
    public static final int LONGEST = 4096;
  }

  /**
   * Changes accounts, users, associations and qualities of service: all that is said, or nothing.
   *
   * @param version version of the accounts that the changes were worked out from; the command is
   *     refused when they have changed since
   * @param changes changes, in the order in which they are made
   */
  record ChangeAccounts(long version, List<AccountChange> changes) implements Command {
    public ChangeAccounts {
      changes = List.copyOf(changes);
    }
  }
}
