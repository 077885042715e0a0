package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.core.SnapshotItem.StepEntry;

/** Creates, signals and ends steps; the end of its batch step is the end of a batch job. */
final class StepHandler {
  private final Machine machine;
  private final ClusterState state;

  StepHandler(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
  }

  /** What a step may get, or why it gets nothing. */
  private record Attempt(Command.CreateStep command, List<Step.Part> parts, Outcome problem) {
    static Attempt failed(Outcome problem) {
      return new Attempt(null, List.of(), problem);
    }
  }

  Outcome create(Command.CreateStep command, Actor actor) {
    Attempt attempt = attempt(command, actor, new BitSet());
    if (attempt.problem() != null) {
      return attempt.problem();
    }
    Job job = machine.jobs.get(command.jobId());
    return new Outcome.StepAccepted(add(attempt, nextNumber(job), StepGroup.NONE));
  }

  /** Creates a step in each of several components of a heterogeneous job, or in none. */
  Outcome create(Command.CreateSteps command, Actor actor) {
    List<Attempt> attempts = new ArrayList<>();
    BitSet ports = new BitSet();
    long group = 0;
    long last = 0;
    for (Command.CreateStep one : command.steps()) {
      Attempt attempt = attempt(one, actor, ports);
      if (attempt.problem() != null) {
        return attempt.problem();
      }
      Job job = machine.jobs.get(one.jobId());
      long of = job.spec().component().group();
      if (of == 0 || group != 0 && of != group || one.jobId() <= last) {
        return refuse(
            ErrorCode.INVALID_STEP,
            "a step goes over components of one heterogeneous job, in their order; job "
                + one.jobId()
                + " is none of them");
      }
      group = of;
      last = one.jobId();
      attempts.add(attempt);
    }
    if (attempts.isEmpty()) {
      return refuse(ErrorCode.INVALID_STEP, "a step needs a component to run in");
    }
    int number = nextNumber(machine.jobs.get(last));
    List<Step> steps = new ArrayList<>();
    List<StepGroup> groups = groups(attempts);
    for (int i = 0; i < attempts.size(); i++) {
      steps.add(add(attempts.get(i), number, groups.get(i)));
    }
    return new Outcome.StepsAccepted(steps);
  }

  private static List<StepGroup> groups(List<Attempt> attempts) {
    List<Long> jobs = attempts.stream().map(attempt -> attempt.command().jobId()).toList();
    List<Step.Part> parts = attempts.stream().flatMap(one -> one.parts().stream()).toList();
    List<Integer> nodes = parts.stream().map(Step.Part::node).toList();
    List<Integer> tasks = parts.stream().map(part -> part.taskRanks().size()).toList();
    List<Integer> cpus = parts.stream().map(Step.Part::cpus).toList();
    List<StepGroup> groups = new ArrayList<>();
    int firstTask = 0;
    int firstNode = 0;
    for (Attempt attempt : attempts) {
      groups.add(new StepGroup(jobs, firstTask, firstNode, nodes, tasks, cpus));
      firstTask += attempt.parts().stream().mapToInt(part -> part.taskRanks().size()).sum();
      firstNode += attempt.parts().size();
    }
    return groups;
  }

  /** Steps are numbered through over all components of a job. */
  private int nextNumber(Job job) {
    int number = state.runs.get(job.id()).nextStep();
    for (Job other : machine.components.others(job)) {
      Run run = state.runs.get(other.id());
      number = run == null ? number : Math.max(number, run.nextStep());
    }
    return number;
  }

  private Step add(Attempt attempt, int number, StepGroup group) {
    Command.CreateStep command = attempt.command();
    Job job = machine.jobs.get(command.jobId());
    state.runs.put(job.id(), state.runs.get(job.id()).withNextStep(number + 1));
    long environment = state.files.put(command.environment());
    return machine.steps.add(job, number, command.spec(), attempt.parts(), environment, group);
  }

  private Attempt attempt(Command.CreateStep command, Actor actor, BitSet inUse) {
    Job job = machine.jobs.get(command.jobId());
    Outcome problem = job == null ? Refusals.unknownJob(command.jobId()) : problem(job, actor);
    if (problem != null) {
      return Attempt.failed(problem);
    }
    StepPlacer.Placement placement =
        StepPlacer.place(
            state,
            machine.steps.usable(state.runs.get(job.id())),
            command.spec(),
            machine.steps.running(job.id()));
    if (placement.problem() != null) {
      return Attempt.failed(placement.problem());
    }
    return withPorts(new Attempt(command, placement.parts(), null), inUse);
  }

  /**
   * Gives a step the ports that it wants to itself.
   *
   * @param inUse ports that others are about to be given; those of this one are added
   */
  private Attempt withPorts(Attempt attempt, BitSet inUse) {
    Command.CreateStep command = attempt.command();
    int wanted = StepPorts.wanted(command.spec());
    if (wanted == 0) {
      return attempt;
    }
    StepPorts ports = StepPorts.of(state.configuration.setting("MpiParams", ""));
    if (wanted > ports.count()) {
      return Attempt.failed(
          refuse(
              ErrorCode.TOO_MANY_PORTS,
              wanted
                  + " ports to reserve; "
                  + (ports.count() == 0
                      ? "MpiParams=ports=FIRST-LAST of slurm.conf would say which there are"
                      : "there are " + ports.count())));
    }
    int[] nodes = attempt.parts().stream().mapToInt(Step.Part::node).toArray();
    StepPorts.taken(state.steps.values(), NodeMask.of(nodes), inUse);
    Job job = machine.jobs.get(command.jobId());
    String chosen = ports.choose(wanted, job.id() + nextNumber(job), inUse);
    if (chosen == null) {
      return Attempt.failed(
          refuse(
              ErrorCode.STEP_BUSY, "fewer than " + wanted + " ports are free on the step's nodes"));
    }
    inUse.or(StepPorts.read(chosen));
    StepSpec spec = command.spec().withAttribute(StepSpec.RESERVED_PORTS, chosen);
    return new Attempt(
        new Command.CreateStep(command.jobId(), spec, command.environment()),
        attempt.parts(),
        null);
  }

  /** Why no step can be made in the job by this user now, or null. */
  private Outcome problem(Job job, Actor actor) {
    if (job.spec().owner().uid() != actor.uid() && !state.admin(actor)) {
      return refuse(
          ErrorCode.ACCESS_DENIED,
          "user " + actor.user() + " may not start steps in job " + job.id() + " of another user");
    }
    if (!Targets.mayActFor(job.spec().owner().uid(), actor)) {
      return refuse(
          ErrorCode.ACCESS_DENIED, "only root may start steps in job " + job.id() + " of root");
    }
    Run run = state.runs.get(job.id());
    if (run == null || !run.alive()) {
      return refuse(
          job.status().state().ended() ? ErrorCode.ALREADY_DONE : ErrorCode.NOT_RUNNING,
          "job " + job.id() + " doesn't run; steps need a running job");
    }
    if (job.status().state() == JobState.SUSPENDED) {
      return refuse(ErrorCode.NOT_RUNNING, "job " + job.id() + " is suspended; resume it first");
    }
    if (job.status().has(JobFlag.CONFIGURING) && !state.configuration.stepsComeEarly()) {
      return refuse(
          ErrorCode.STEP_BUSY, "the nodes of job " + job.id() + " are still being prepared");
    }
    int number = nextNumber(job);
    if (number >= state.limits().maxStepsPerJob()) {
      return refuse(
          ErrorCode.INVALID_STEP,
          "job " + job.id() + " has had " + number + " steps, the most a job may have");
    }
    return null;
  }

  Outcome signal(Command.SignalStep command, Actor actor) {
    Job job = machine.jobs.get(command.jobId());
    if (job == null) {
      return Refusals.unknownJob(command.jobId());
    }
    if (job.spec().owner().uid() != actor.uid() && !state.admin(actor)) {
      return refuse(
          ErrorCode.ACCESS_DENIED,
          "user " + actor.user() + " may not signal steps of job " + job.id() + " of another user");
    }
    StepEntry entry = machine.steps.find(job.id(), command.stepId());
    if (entry == null || command.signal() < 0) {
      return refuse(
          ErrorCode.INVALID_STEP,
          "no step " + command.stepId() + " in job " + job.id() + ", or no such signal");
    }
    if (entry.step().state() != JobState.RUNNING) {
      return refuse(
          ErrorCode.ALREADY_DONE, "step " + job.id() + "." + command.stepId() + " has ended");
    }
    boolean cancel = command.signal() == Command.SignalJob.CANCEL;
    boolean ends = cancel || command.signal() == JobLife.KILL;
    if (!ends && job.status().state() == JobState.SUSPENDED) {
      return SignalHandler.suspended(job.id());
    }
    end(job, entry, cancel, cancel ? JobLife.TERM : command.signal());
    return Outcome.DONE;
  }

  private void end(Job job, StepEntry entry, boolean killLater, int signal) {
    boolean batch = entry.step().id() == Step.BATCH;
    state.events.signal(job, entry.step().id(), signal, batch, !batch);
    if (killLater) {
      long killAt = Timers.after(state.time, state.limits().killWait());
      machine.steps.put(new StepEntry(entry.step(), entry.environment(), killAt));
      state.timers.set(killAt, Timers.Kind.STEP_KILL, job.id(), entry.step().id());
    }
  }

  /** A step's time limit has run out. */
  void limitDue(long jobId, int stepId, long at) {
    StepEntry entry = machine.steps.find(jobId, stepId);
    if (entry == null || entry.step().state() != JobState.RUNNING || entry.killAt() != 0) {
      return;
    }
    long limit = entry.step().spec().timeLimit();
    if (limit > 0 && Timers.after(entry.step().started(), limit) <= at) {
      end(machine.jobs.get(jobId), entry, true, JobLife.TERM);
    }
  }

  /** A cancelled step has had its time to end by itself. */
  void killDue(long jobId, int stepId, long at) {
    StepEntry entry = machine.steps.find(jobId, stepId);
    if (entry != null
        && entry.step().state() == JobState.RUNNING
        && entry.killAt() != 0
        && entry.killAt() <= at) {
      machine.steps.put(new StepEntry(entry.step(), entry.environment(), 0));
      end(machine.jobs.get(jobId), entry, false, JobLife.KILL);
    }
  }

  Outcome ended(Command.StepEnded command) {
    Run run = state.runs.get(command.jobId());
    NodeEntry node = state.nodes.get(command.node());
    if (run == null || node == null || run.job().status().restarts() != command.restarts()) {
      return Outcome.DONE; // told twice, or of a run that is gone
    }
    StepEntry entry = machine.steps.find(command.jobId(), command.stepId());
    if (entry == null
        || entry.step().state() != JobState.RUNNING
        || !Steps.open(entry.step(), node.id())) {
      return Outcome.DONE; // also when a node speaks of what isn't its own
    }
    if (run.alive() && command.stepId() != Step.EXTERN) {
      machine.life.launched(run);
    }
    Job job = machine.jobs.get(command.jobId());
    ExitStatus exit = command.outOfMemory() ? ExitStatus.OUT_OF_MEMORY : command.exit();
    Step step =
        machine.steps.partEnded(
            job, entry.step(), node.id(), exit, command.usage(), command.outOfMemory());
    boolean over = step.state() != JobState.RUNNING;
    if (step.id() == Step.BATCH && over) {
      batchEnded(state.runs.get(job.id()), command, exit);
    } else if (!over && step.spec().killOnBadExit() && !exit.success()) {
      StepEntry now = machine.steps.find(job.id(), step.id());
      end(job, now, false, JobLife.KILL);
    }
    return Outcome.DONE;
  }

  private void batchEnded(Run run, Command.StepEnded command, ExitStatus exit) {
    if (!run.alive()) {
      recordExit(run, exit);
      return;
    }
    JobEnd.Processes left =
        machine.steps.running(run.job().id()).isEmpty()
            ? JobEnd.Processes.NONE
            : JobEnd.Processes.KILL;
    if (command.outOfMemory()) {
      machine.end.end(run, JobState.OUT_OF_MEMORY, Reason.OUT_OF_MEMORY, exit, -1, left);
    } else if (exit.success()) {
      machine.end.end(run, JobState.COMPLETED, Reason.NONE, exit, -1, left);
    } else {
      machine.end.end(run, JobState.FAILED, failure(command), exit, -1, left);
    }
  }

  private static Reason failure(Command.StepEnded command) {
    if (command.exit().equals(ExitStatus.NOT_STARTED) && !command.message().isEmpty()) {
      return Reason.LAUNCH_FAILED;
    }
    return command.exit().signal() != 0 ? Reason.RAISED_SIGNAL : Reason.NON_ZERO_EXIT_CODE;
  }

  /**
   * The script of a job that was cancelled, or ran out of time, has ended at last. {@code scontrol}
   * shows how; the record of the job stays as its end left it, as Slurm's does, and the script's
   * own end is in the record of its batch step.
   */
  private void recordExit(Run run, ExitStatus exit) {
    Job job = run.job();
    if (job.status().state().ended() && !exit.equals(job.status().exit())) {
      machine.jobs.put(job.withStatus(new StatusEdit(job.status()).exit(exit).done()));
    }
  }
}
