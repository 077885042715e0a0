package org.headrace.commands.internal.srun;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobComponent;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.alloc.AllocationEnvironment;
import org.headrace.commands.internal.alloc.Allocator;
import org.headrace.commands.internal.alloc.ResumeToken;
import org.headrace.commands.internal.alloc.X11Forwarding;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.sbcast.FileBroadcast;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.DefinedOptions;
import org.headrace.commands.internal.submit.GeneralOptions;
import org.headrace.commands.internal.submit.JobEnvironment;
import org.headrace.commands.internal.submit.OptionCatalog;
import org.headrace.commands.internal.submit.Program;
import org.headrace.commands.internal.submit.SpecBuilder;
import org.headrace.commands.internal.submit.StartForecast;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.front.Invocation;
import org.headrace.control.stepio.StepStreams;
import org.headrace.slurmconf.options.ParsedOptions;

/** One call of srun. */
final class SrunRun {
  private static final byte[] NO_SCRIPT = new byte[0];

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;
  private X11Forwarding forwarding;
  private boolean resumed;

  SrunRun(Control control, StepStreams streams, Invocation invocation) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
  }

  int run() throws Exception {
    List<ParsedOptions> lines =
        OptionCatalog.get().components(Program.SRUN, invocation.arguments());
    ParsedOptions line = lines.get(0);
    if (GeneralOptions.served(Program.SRUN, line, invocation)) {
      return 0;
    }
    String mpi = invocation.environment().getOrDefault("SLURM_MPI_TYPE", "");
    if (line.value("mpi", mpi).equals("list")) {
      invocation.out().println(MpiChoice.list());
      return 0;
    }
    List<SrunPart> parts = SrunPart.of(lines, invocation);
    Choices choices = SrunPart.common(parts);
    ResumeToken token = ResumeToken.of(invocation, control);
    if (token != null) {
      return token.ownJob() ? resumeOutside(parts, token) : resumeInside(choices, token);
    }
    DefinedOptions.announce(choices, invocation, control.snapshot());
    parts.stream()
        .flatMap(part -> part.choices().warnings().stream())
        .distinct()
        .forEach(invocation.err()::println);
    return choices.has("jobid") && !choices.has("test-only") ? inside(parts) : outside(parts);
  }

  /** Runs a step in an allocation that is there already. */
  private int inside(List<SrunPart> parts) throws Exception {
    List<Planned> planned = new ArrayList<>();
    for (SrunPart part : parts) {
      Job job = runningJob(part);
      StepRequest request = new StepRequest(part.choices(), invocation, control.snapshot());
      request.prepare(part.command());
      planned.add(new Planned(part, request, job));
    }
    Choices choices = SrunPart.common(parts);
    long job = planned.get(0).job().id();
    forwarding = X11Forwarding.of(choices, invocation, control.snapshot(), job);
    try (StepSession session = new StepSession(control, streams, invocation, choices)) {
      return launch(session, planned, false, 0).status();
    }
  }

  /** What is to run in a job or component. */
  private record Planned(SrunPart part, StepRequest request, Job job) {}

  /** The job, or its component, that a part of the command line means. */
  private Job runningJob(SrunPart part) {
    long id = part.choices().number("jobid", 0);
    Job job = control.snapshot().job(id);
    if (job != null && part.component() != SrunPart.WHOLE) {
      JobComponent known = job.spec().component();
      if (part.component() >= known.count()) {
        throw Refusal.error(
            "srun",
            1,
            "Requested het-group offset exceeds highest hetjob index ("
                + part.component()
                + " > "
                + (known.count() - 1)
                + ")");
      }
      job = known.grouped() ? control.snapshot().job(known.group() + part.component()) : job;
    }
    if (job == null) {
      throw Refusal.raw(
          1,
          "srun: error: Unable to confirm allocation for job "
              + id
              + ": "
              + ErrorTexts.text(ErrorCode.INVALID_JOB_ID),
          "srun: Check SLURM_JOB_ID environment variable. Expired or invalid job " + id);
    }
    JobState state = job.status().state();
    if (state != JobState.RUNNING && state != JobState.SUSPENDED) {
      boolean pending = state == JobState.PENDING;
      throw Refusal.error(
          "srun",
          1,
          "Unable to confirm allocation for job "
              + id
              + ": "
              + (pending ? "Job is pending execution" : ErrorTexts.text(ErrorCode.ALREADY_DONE)));
    }
    return job;
  }

  /** Makes the step, and stays with it to its end. */
  private StepResult launch(StepSession session, List<Planned> planned, boolean own, int signal)
      throws Exception {
    Planned first = planned.get(0);
    if (resumed) {
      // The last controller's may be there or not: without a step nothing knows of it.
      Choices choices = SrunPart.common(planned.stream().map(Planned::part).toList());
      forwarding = X11Forwarding.of(choices, invocation, control.snapshot(), 0);
    }
    if (forwarding != null) {
      forwarding.open(first.job(), control.snapshot());
    }
    List<Command.CreateStep> steps = new ArrayList<>();
    Map<String, String> seen = Map.of();
    Map<String, String> place = LaunchAddress.variables(invocation.hostName(), control.snapshot());
    for (Planned one : planned) {
      SrunPart part = one.part();
      new ProgramBroadcast(control, streams, invocation, part.choices())
          .before(one.job(), part.command(), one.request());
      StepSpec spec = one.request().build(one.job(), part.command(), one == first);
      one.request().warnings().forEach(invocation.err()::println);
      one.request().emptyFiles(one.job());
      String name = own ? one.job().spec().name() : spec.name();
      Map<String, String> variables = new JobEnvironment(part.choices(), invocation).build(name);
      variables.putAll(AllocationEnvironment.of(one.job(), control.snapshot()));
      if (part.choices().explicit("job-name")) {
        variables.put("SLURM_JOB_NAME", name);
      }
      variables.putAll(place);
      MpiChoice.tell(variables, part.choices());
      X11Forwarding.tell(forwarding, invocation, one.job(), variables);
      steps.add(new Command.CreateStep(one.job().id(), spec, JobEnvironment.encode(variables)));
      seen = one == first ? variables : seen;
    }
    SrunHooks hooks = new SrunHooks(first.part().choices(), invocation, control.snapshot());
    hooks.before(first.part().command(), seen);
    StepResult result = session.run(steps, own, signal);
    hooks.after(first.part().command(), seen);
    return result;
  }

  private int resumeInside(Choices choices, ResumeToken token) throws Exception {
    try (StepSession session = new StepSession(control, streams, invocation, choices)) {
      return session.resume(token).status();
    }
  }

  /** Goes on with the allocation of a call that the last controller did not live to finish. */
  private int resumeOutside(List<SrunPart> parts, ResumeToken token) throws Exception {
    Choices choices = SrunPart.common(parts);
    try (Allocator allocator = new Allocator(control, invocation, choices)) {
      // The last controller may have made the step without having told the client.
      ResumeToken step = token.step() == ResumeToken.NO_STEP ? firstStep(token) : token;
      if (step == null) {
        resumed = true;
        return runIn(allocator, parts, requests(parts), allocator.rejoin(token.job()));
      }
      return attend(allocator, choices, token.job(), session -> session.resume(step));
    }
  }

  /** Steps that are made on the way to the one that the user wants. */
  private static boolean helper(StepSpec step) {
    return step.name().equals(FileBroadcast.NAME) || X11Forwarding.listensIn(step);
  }

  private ResumeToken firstStep(ResumeToken token) {
    return control.snapshot().steps(token.job()).stream()
        .filter(step -> step.id() >= 0 && !helper(step.spec()))
        .findFirst()
        .map(step -> new ResumeToken(token.job(), step.id(), true))
        .orElse(null);
  }

  /** Gets an allocation for the one step, and gives it back. */
  private int outside(List<SrunPart> parts) throws Exception {
    Choices choices = SrunPart.common(parts);
    List<StepRequest> requests = requests(parts);
    List<JobSpec> specs = new ArrayList<>();
    for (SrunPart part : parts) {
      if (part.choices().explicit("relative")) {
        throw Refusal.fatal("srun", "--relative option invalid for job allocation request");
      }
      SpecBuilder builder = new SpecBuilder(part.choices(), invocation, control.snapshot());
      String program = part.command().get(0);
      String name = program.substring(program.lastIndexOf('/') + 1);
      specs.add(builder.build(name, false, List.of(), program));
      builder.warnings().forEach(invocation.err()::println);
    }
    if (choices.has("test-only")) {
      return StartForecast.print(Program.SRUN, control, specs, invocation, choices.has("quiet"));
    }
    forwarding = X11Forwarding.of(choices, invocation, control.snapshot(), 0);
    Map<String, String> variables =
        new JobEnvironment(choices, invocation).build(specs.get(0).name());
    JobFiles files = new JobFiles(NO_SCRIPT, JobEnvironment.encode(variables));
    try (Allocator allocator = new Allocator(control, invocation, choices)) {
      return runIn(allocator, parts, requests, allocator.allocate(specs, files));
    }
  }

  private List<StepRequest> requests(List<SrunPart> parts) {
    List<StepRequest> requests = new ArrayList<>();
    for (SrunPart part : parts) {
      StepRequest request = new StepRequest(part.choices(), invocation, control.snapshot());
      request.prepare(part.command());
      requests.add(request);
    }
    return requests;
  }

  private int runIn(Allocator allocator, List<SrunPart> parts, List<StepRequest> requests, Job job)
      throws Exception {
    List<Job> components = ComponentRefs.all(job, control.snapshot());
    List<Planned> planned = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      planned.add(new Planned(parts.get(i), requests.get(i), components.get(i)));
    }
    return attend(
        allocator,
        SrunPart.common(parts),
        job.id(),
        session -> launch(session, planned, true, allocator.signal()));
  }

  /** What is done with a step in an allocation of its own. */
  private interface StepWork {
    StepResult in(StepSession session) throws Exception;
  }

  /**
   * Gives the allocation back after the step, unless another controller goes on with it. A user who
   * has gone (srun was killed) has cancelled the job.
   */
  private int attend(Allocator allocator, Choices choices, long job, StepWork work)
      throws Exception {
    ExitStatus exit = new ExitStatus(1, 0);
    boolean left = false;
    try (StepSession session = new StepSession(control, streams, invocation, choices)) {
      StepResult result = work.in(session);
      exit = result.exit();
      return result.status();
    } catch (InterruptedException e) {
      left = true;
      throw e;
    } finally {
      Job now = control.snapshot().job(job);
      if (!left && now != null && !now.status().state().ended()) {
        if (invocation.disconnected().toCompletableFuture().isDone()) {
          allocator.cancel(job);
        } else {
          allocator.complete(job, exit);
        }
      }
    }
  }
}
