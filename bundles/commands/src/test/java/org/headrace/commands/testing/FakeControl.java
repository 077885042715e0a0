package org.headrace.commands.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.control.Control;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.control.event.EventListener;
import org.headrace.control.query.Diagnostics;
import org.headrace.control.query.Forecast;
import org.headrace.control.query.Snapshot;

/** A controller in memory that does what a test tells it. */
public final class FakeControl implements Control {
  private final Map<Long, Job> jobs = new TreeMap<>();
  private final Map<Long, List<Step>> steps = new TreeMap<>();
  private final Set<String> down = ConcurrentHashMap.newKeySet();
  private final Map<String, String> settings = new TreeMap<>();
  private final List<EventListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Command> commands = new CopyOnWriteArrayList<>();
  private final List<Actor> actors = new CopyOnWriteArrayList<>();
  private Function<Command, Outcome> answers = command -> null;
  private boolean startAtOnce;
  private long nextId = 1;
  private long number;

  /** Has jobs run as soon as they are submitted. */
  public FakeControl startingJobs() {
    startAtOnce = true;
    return this;
  }

  /** Has a setting of slurm.conf. */
  public synchronized FakeControl set(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Answers commands; null leaves the answer to this fake. */
  public synchronized FakeControl answering(Function<Command, Outcome> function) {
    answers = function;
    return this;
  }

  public List<Command> commands() {
    return commands;
  }

  public List<Actor> actors() {
    return actors;
  }

  /** The only command of its kind. */
  public <T extends Command> T only(Class<T> kind) {
    List<T> found = commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " of " + kind.getSimpleName() + " in " + commands);
    }
    return found.get(0);
  }

  @Override
  public synchronized CompletionStage<Outcome> execute(Command command, Actor actor) {
    commands.add(command);
    actors.add(actor);
    Outcome outcome = answers.apply(command);
    return CompletableFuture.completedFuture(outcome != null ? outcome : carryOut(command));
  }

  private Outcome carryOut(Command command) {
    if (command instanceof Command.SubmitJob submit) {
      long id = nextId++;
      put(job(id, submit.spec(), startAtOnce ? JobState.RUNNING : JobState.PENDING));
      return new Outcome.JobAccepted(id, List.of());
    }
    if (command instanceof Command.SubmitComponents group) {
      long first = nextId;
      int count = group.components().size();
      for (int i = 0; i < count; i++) {
        Command.SubmitJob one = group.components().get(i);
        JobSpec spec = one.spec().withComponent(new JobComponent(first, i, count));
        carryOut(new Command.SubmitJob(spec, one.files(), one.immediateSeconds()));
      }
      return new Outcome.JobAccepted(first, List.of());
    }
    if (command instanceof Command.CreateStep create) {
      return new Outcome.StepAccepted(createStep(create, StepGroup.NONE));
    }
    if (command instanceof Command.CreateSteps create) {
      return new Outcome.StepsAccepted(createSteps(create.steps()));
    }
    if (command instanceof Command.SignalJob signal && signal.signal() == 0) {
      long id = signal.target().jobId();
      if (jobs.containsKey(id) && signal.target().tasks().isEmpty()) {
        end(id, signal.complete() ? JobState.COMPLETED : JobState.CANCELLED, signal.exit());
      }
    }
    return Outcome.DONE;
  }

  private List<Step> createSteps(List<Command.CreateStep> wanted) {
    List<Long> jobs = wanted.stream().map(Command.CreateStep::jobId).toList();
    List<Integer> tasks = wanted.stream().map(one -> one.spec().layout().tasks()).toList();
    List<Integer> zeros = Collections.nCopies(jobs.size(), 0);
    List<Step> created = new ArrayList<>();
    int first = 0;
    for (Command.CreateStep one : wanted) {
      created.add(createStep(one, new StepGroup(jobs, first, created.size(), zeros, tasks, zeros)));
      first += one.spec().layout().tasks();
    }
    return created;
  }

  private Step createStep(Command.CreateStep create, StepGroup group) {
    List<Integer> ranks = new ArrayList<>();
    for (int i = 0; i < create.spec().layout().tasks(); i++) {
      ranks.add(i);
    }
    Step.Part part = new Step.Part(0, CoreSet.firstOf(1), 1, 0, List.of(), ranks, false);
    List<Step> all = steps.computeIfAbsent(create.jobId(), key -> new ArrayList<>());
    Step step =
        new Step(
            create.jobId(),
            all.size(),
            create.spec(),
            List.of(part),
            JobState.RUNNING,
            1000,
            0,
            ExitStatus.SUCCESS,
            Usage.NONE,
            group);
    all.add(step);
    return step;
  }

  /** A job on the first node. */
  public static Job job(long id, JobSpec spec, JobState state) {
    return job(id, spec, state, Set.of());
  }

  private static Job job(long id, JobSpec spec, JobState state, Set<JobFlag> flags) {
    List<NodeAllocation> nodes = new ArrayList<>();
    int count = Math.max(1, Math.min(2, spec.request().minNodes()));
    for (int i = 0; i < count; i++) {
      nodes.add(new NodeAllocation(i, CoreSet.firstOf(2), 2, 100, List.of(), 1));
    }
    boolean pending = state == JobState.PENDING;
    return new Job(
        id,
        spec.array().isArray() ? id : 0,
        Job.NO_TASK,
        spec,
        new JobStatus(
            state,
            flags,
            Reason.NONE,
            1,
            "main",
            1000,
            1000,
            0,
            pending ? 0 : 2000,
            0,
            spec.timing().timeLimit() == 0 ? JobClass.UNLIMITED : spec.timing().timeLimit(),
            pending ? null : new Allocation(nodes, false),
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            0,
            spec.array().isArray() ? spec.array() : JobArray.NONE,
            0,
            -1,
            0,
            0));
  }

  /** Adds or replaces a job. */
  public synchronized void put(Job job) {
    jobs.put(job.id(), job);
    nextId = Math.max(nextId, job.id() + 1);
    tell(new Event.JobChanged(++number, 0, job));
  }

  /** Starts a pending job. */
  public synchronized void start(long id) {
    put(job(id, jobs.get(id).spec(), JobState.RUNNING));
  }

  /** Gives a job nodes that are still being prepared. */
  public synchronized void prepare(long id) {
    put(job(id, jobs.get(id).spec(), JobState.RUNNING, Set.of(JobFlag.CONFIGURING)));
  }

  /** Ends a job. */
  public synchronized void end(long id, JobState state, ExitStatus exit) {
    Job job = jobs.get(id);
    JobStatus old = job.status();
    put(
        job.withStatus(
            new JobStatus(
                state,
                Set.of(),
                old.reason(),
                old.priority(),
                old.partition(),
                old.submitted(),
                old.eligible(),
                0,
                old.started(),
                3000,
                old.timeLimit(),
                old.allocation(),
                exit,
                exit,
                0,
                old.pendingTasks(),
                0,
                -1,
                0,
                0)));
  }

  /** Tells that a step is to be signalled. */
  public synchronized void signalRequested(long jobId, int stepId, int signal) {
    Job job = jobs.get(jobId);
    tell(new Event.SignalRequested(++number, 0, job, stepId, signal, false, true));
  }

  /** Ends a step. */
  public synchronized void endStep(long jobId, int stepId, ExitStatus exit) {
    Step old = steps.get(jobId).get(stepId);
    JobState state = exit.success() ? JobState.COMPLETED : JobState.FAILED;
    Step step =
        new Step(
            jobId,
            stepId,
            old.spec(),
            old.parts(),
            state,
            old.started(),
            3000,
            exit,
            Usage.NONE,
            old.group());
    steps.get(jobId).set(stepId, step);
    tell(new Event.StepChanged(++number, 0, step, 0));
  }

  /** Has a node go down. */
  public void nodeDown(String name) {
    down.add(name);
    tell(new Event.NodeChanged(++number, 0, name));
  }

  /** Has a job go on without its nodes, or those that are said to be. */
  public void nodesLeft(long jobId) {
    tell(new Event.NodeLeft(++number, 0, jobs.get(jobId)));
  }

  private void tell(Event event) {
    listeners.forEach(listener -> listener.on(event));
  }

  @Override
  public synchronized Snapshot snapshot() {
    return new FakeSnapshot(jobs, steps, down, settings);
  }

  @Override
  public JobFiles files(long jobId) {
    return null;
  }

  @Override
  public Registration listen(EventListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** How many listen now. */
  public int listeners() {
    return listeners.size();
  }

  @Override
  public Diagnostics diagnostics() {
    return null;
  }

  @Override
  public void resetDiagnostics() {}

  @Override
  public CompletionStage<Outcome> reconfigure(Actor actor) {
    return CompletableFuture.completedFuture(Outcome.DONE);
  }

  @Override
  public void served(String command, String user, long micros) {}

  /** What would be refused is; of nothing else is it known when it would start. */
  @Override
  public CompletionStage<Forecast> forecast(JobSpec spec, Actor actor) {
    Outcome outcome = answers.apply(new Command.SubmitJob(spec, JobFiles.EMPTY, 0));
    return CompletableFuture.completedFuture(
        outcome instanceof Outcome.Rejected refusal
            ? new Forecast(0, Forecast.UNKNOWN, 0, List.of(), "", refusal)
            : Forecast.unknown());
  }
}
