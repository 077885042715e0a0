package org.headrace.api.job;

import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;

/**
 * A step of a job.
 *
 * @param jobId its job
 * @param id number within the job, from 0, or one of the special numbers
 * @param spec what was asked for
 * @param parts its share of each of its nodes, in the order of task numbers
 * @param state {@link JobState#RUNNING} or one in which it ended
 * @param started start time
 * @param ended end time, or zero
 * @param exit highest exit status of its tasks
 * @param usage what its tasks consumed
 * @param group the steps of other components with which it is one
 */
public record Step(
    long jobId,
    int id,
    StepSpec spec,
    List<Part> parts,
    JobState state,
    long started,
    long ended,
    ExitStatus exit,
    Usage usage,
    StepGroup group) {
  /** The script of a batch job. */
  public static final int BATCH = -5;

  /** What runs in a job's allocation without having been started as a step. */
  public static final int EXTERN = -4;

  /** The shell of an interactive allocation. */
  public static final int INTERACTIVE = -6;

  public Step {
    parts = List.copyOf(parts);
    group = group == null ? StepGroup.NONE : group;
  }

  /** A step that stands alone. */
  public Step(
      long jobId,
      int id,
      StepSpec spec,
      List<Part> parts,
      JobState state,
      long started,
      long ended,
      ExitStatus exit,
      Usage usage) {
    this(jobId, id, spec, parts, state, started, ended, exit, usage, StepGroup.NONE);
  }

  /**
   * A step's share of one node.
   *
   * @param node id of the node
   * @param cores cores held; shared ones too when the step overlaps
   * @param cpus CPUs
   * @param memory memory in MiB
   * @param gres generic resources
   * @param taskRanks numbers of the tasks that run here
   * @param done true when all of them have ended
   */
  public record Part(
      int node,
      CoreSet cores,
      int cpus,
      long memory,
      List<GresAllocation> gres,
      List<Integer> taskRanks,
      boolean done) {
    public Part {
      gres = List.copyOf(gres);
      taskRanks = List.copyOf(taskRanks);
    }
  }

  public int tasks() {
    return parts.stream().mapToInt(part -> part.taskRanks().size()).sum();
  }
}
