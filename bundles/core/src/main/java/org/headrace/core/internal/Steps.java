package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.TaskLayout;
import org.headrace.core.FileStore;
import org.headrace.core.SnapshotItem.StepEntry;

/**
 * The steps of jobs.
 *
 * <p>A step is RUNNING from its creation until its tasks have ended on each of its nodes; a node
 * that leaves the job ends its share. Then the step's state follows from its exit status. A step
 * never outlives the run of its job: the last node to release the job ends what is left.
 */
final class Steps {
  private static final List<String> SLEEPER = List.of("sleep", "100000000");

  private final ClusterState state;
  private final Machine machine;

  Steps(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  List<StepEntry> of(long jobId) {
    List<StepEntry> steps = state.steps.get(jobId);
    return steps == null ? List.of() : steps;
  }

  StepEntry find(long jobId, int stepId) {
    for (StepEntry entry : of(jobId)) {
      if (entry.step().id() == stepId) {
        return entry;
      }
    }
    return null;
  }

  /** Steps of a job that run, other than its script. */
  List<Step> running(long jobId) {
    List<Step> running = new ArrayList<>();
    for (StepEntry entry : of(jobId)) {
      if (entry.step().state() == JobState.RUNNING && entry.step().id() >= 0) {
        running.add(entry.step());
      }
    }
    return running;
  }

  /** Starts the step of a batch job's script, on its first node. */
  void batch(Job job) {
    NodeAllocation first = job.status().allocation().nodes().get(0);
    Step.Part part =
        new Step.Part(
            first.node(),
            first.cores(),
            first.cpus(),
            first.memory(),
            first.gres(),
            List.of(0),
            false);
    String directory = job.spec().execution().workDirectory();
    StepSpec spec = ownSpec(job, "batch", 1, List.of(), directory, "");
    add(job, Step.BATCH, spec, List.of(part), FileStore.NOTHING, StepGroup.NONE);
  }

  /**
   * Starts the step that holds what comes to a job's nodes without being one of its steps. Nothing
   * but a sleeper runs in it by itself; it ends with the job.
   */
  void extern(Job job) {
    List<Step.Part> parts = new ArrayList<>();
    for (NodeAllocation part : job.status().allocation().nodes()) {
      parts.add(
          new Step.Part(
              part.node(),
              part.cores(),
              part.cpus(),
              part.memory(),
              part.gres(),
              List.of(parts.size()),
              false));
    }
    StepSpec spec = ownSpec(job, "extern", parts.size(), SLEEPER, "/", "none");
    add(job, Step.EXTERN, spec.withOutlivesNodes(true), parts, FileStore.NOTHING, StepGroup.NONE);
  }

  private static StepSpec ownSpec(
      Job job, String name, int tasks, List<String> argv, String directory, String files) {
    return new StepSpec(
        name,
        tasks,
        List.of(),
        List.of(),
        0,
        TaskLayout.SINGLE.withTasks(tasks),
        MemoryRequest.NONE,
        List.of(),
        StepSpec.StepSharing.OVERLAP,
        argv,
        directory,
        files,
        files,
        files,
        job.spec().execution().append(),
        false,
        job.spec().execution().umask(),
        Map.of(),
        false,
        0,
        Map.of());
  }

  /** Takes in a step that starts now. */
  Step add(
      Job job, int id, StepSpec spec, List<Step.Part> parts, long environment, StepGroup group) {
    Step step =
        new Step(
            job.id(),
            id,
            spec,
            parts,
            JobState.RUNNING,
            state.time,
            0,
            ExitStatus.SUCCESS,
            Usage.NONE,
            group);
    put(new StepEntry(step, environment, 0));
    tell(job, step);
    if (spec.timeLimit() > 0) {
      state.timers.set(
          Timers.after(state.time, spec.timeLimit()), Timers.Kind.STEP_LIMIT, job.id(), id);
    }
    return step;
  }

  void put(StepEntry entry) {
    List<StepEntry> steps = new ArrayList<>(of(entry.step().jobId()));
    steps.removeIf(known -> known.step().id() == entry.step().id());
    steps.add(entry);
    steps.sort(Comparator.comparingInt(known -> known.step().id()));
    state.steps.put(entry.step().jobId(), List.copyOf(steps));
  }

  /** The tasks of a step on one node have ended. Returns the step, ended if it was the last. */
  Step partEnded(Job job, Step step, int node, ExitStatus exit, Usage usage, boolean outOfMemory) {
    List<Step.Part> parts = new ArrayList<>(step.parts());
    boolean open = false;
    boolean news = false;
    for (int i = 0; i < parts.size(); i++) {
      Step.Part part = parts.get(i);
      if (part.node() == node && !part.done()) {
        parts.set(i, done(part));
        news = true;
      }
      open |= !parts.get(i).done();
    }
    if (!news) {
      return step;
    }
    // How the sleeper of a job's container ends says nothing of the job.
    ExitStatus worst = step.id() == Step.EXTERN ? ExitStatus.SUCCESS : worse(step.exit(), exit);
    JobState now = step.state();
    if (!open) {
      // Whichever of its nodes it was, and whatever the others said before or after.
      boolean ranOut = outOfMemory || worst.equals(ExitStatus.OUT_OF_MEMORY);
      now = ranOut ? JobState.OUT_OF_MEMORY : stateFor(job, worst);
    }
    Step changed =
        new Step(
            step.jobId(),
            step.id(),
            step.spec(),
            parts,
            now,
            step.started(),
            open ? 0 : state.time,
            worst,
            step.usage().plus(usage),
            step.group());
    StepEntry entry = find(step.jobId(), step.id());
    put(new StepEntry(changed, entry.environment(), open ? entry.killAt() : 0));
    if (!open) {
      tell(job, changed);
      rememberWorst(changed);
    }
    return changed;
  }

  /** Ends what runs on a node that has left the job. */
  void nodeGone(Job job, int node) {
    for (StepEntry entry : of(job.id())) {
      if (entry.step().state() == JobState.RUNNING) {
        partEnded(job, entry.step(), node, new ExitStatus(0, JobLife.KILL), Usage.NONE, false);
      }
    }
  }

  /**
   * Ends what ran on a node that is lost to a job that goes on. The rest of a step goes on, too, if
   * it was made to outlive its nodes, and is killed otherwise.
   */
  void nodeLost(Job job, int node) {
    for (StepEntry entry : of(job.id())) {
      Step step = entry.step();
      if (step.state() == JobState.RUNNING && open(step, node)) {
        partEnded(job, step, node, new ExitStatus(0, JobLife.KILL), Usage.NONE, false);
        if (!step.spec().outlivesNodes()) {
          state.events.signal(job, step.id(), JobLife.KILL, false, true);
        }
      }
    }
  }

  /** True while a step has tasks on a node. */
  static boolean open(Step step, int node) {
    return step.parts().stream().anyMatch(part -> part.node() == node && !part.done());
  }

  /** Forgets the steps of a job. */
  void forget(long jobId) {
    for (StepEntry entry : of(jobId)) {
      state.files.release(entry.environment());
    }
    state.steps.remove(jobId);
  }

  private void rememberWorst(Step step) {
    if (step.id() < 0) {
      return;
    }
    Run run = state.runs.get(step.jobId());
    if (run != null) {
      JobStatus status = run.job().status();
      ExitStatus worst = higher(status.worstStepExit(), step.exit());
      if (!worst.equals(status.worstStepExit())) {
        machine.jobs.put(run.job().withStatus(new StatusEdit(status).worstStepExit(worst).done()));
      }
    }
  }

  private void tell(Job job, Step step) {
    state.events.step(step, job.status().restarts());
    List<String> names = new ArrayList<>();
    for (Step.Part part : step.parts()) {
      String name = state.nodes.name(part.node());
      if (name != null) {
        names.add(name);
      }
    }
    state.outbox.step(step, job.status().started(), names);
  }

  private JobState stateFor(Job job, ExitStatus exit) {
    if (exit.success()) {
      return JobState.COMPLETED;
    }
    JobState ofJob = job.status().state();
    boolean killed = exit.signal() != 0 && ofJob.ended() && ofJob != JobState.COMPLETED;
    if (killed && ofJob == JobState.NODE_FAIL) {
      return JobState.NODE_FAIL;
    }
    return killed || exit.signal() != 0 ? JobState.CANCELLED : JobState.FAILED;
  }

  private static Step.Part done(Step.Part part) {
    return new Step.Part(
        part.node(), part.cores(), part.cpus(), part.memory(), part.gres(), part.taskRanks(), true);
  }

  /** The higher of two: a signal is worse than any code. */
  static ExitStatus worse(ExitStatus one, ExitStatus other) {
    if (one.signal() != other.signal()) {
      return one.signal() > other.signal() ? one : other;
    }
    return one.code() >= other.code() ? one : other;
  }

  /** As a wait status is compared: a code outweighs a signal. */
  private static ExitStatus higher(ExitStatus one, ExitStatus other) {
    if (one.code() != other.code()) {
      return one.code() > other.code() ? one : other;
    }
    return one.signal() >= other.signal() ? one : other;
  }

  /** Positions of a job's nodes that it still holds. */
  List<NodeAllocation> usable(Run run) {
    Allocation allocation = run.job().status().allocation();
    return allocation.nodes().stream()
        .filter(part -> run.unreleased().contains(part.node()))
        .toList();
  }
}
