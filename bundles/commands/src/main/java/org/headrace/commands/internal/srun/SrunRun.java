package org.headrace.commands.internal.srun;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.alloc.AllocationEnvironment;
import org.headrace.commands.internal.alloc.Allocator;
import org.headrace.commands.internal.alloc.ResumeToken;
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
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.front.Invocation;
import org.headrace.control.stepio.StepStreams;
import org.headrace.slurmconf.options.OptionTable.Operands;
import org.headrace.slurmconf.options.ParsedOptions;

/** One call of srun. */
final class SrunRun {
  private static final byte[] NO_SCRIPT = new byte[0];

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;

  SrunRun(Control control, StepStreams streams, Invocation invocation) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
  }

  int run() throws Exception {
    ParsedOptions line =
        OptionCatalog.get()
            .table(Program.SRUN)
            .parse(invocation.arguments(), Operands.STOP_AT_FIRST);
    if (GeneralOptions.served(Program.SRUN, line, invocation)) {
      return 0;
    }
    if (line.value("mpi", "").equals("list")) {
      invocation.out().println("MPI plugin types are...\n\tnone");
      return 0;
    }
    Choices choices =
        Choices.merge(
            Program.SRUN,
            List.of(),
            ofComponent(line.value("het-group", "")),
            line.options(),
            System.currentTimeMillis());
    if (line.operands().isEmpty()) {
      throw Refusal.fatal("srun", "No command given to execute.");
    }
    if (line.operands().get(0).equals(":")) {
      throw Refusal.error(
          "srun",
          1,
          "A step runs in one component of a heterogeneous job.",
          "Start a step in each, side by side: srun --het-group=0 ... & srun --het-group=1 ...");
    }
    ResumeToken token = ResumeToken.of(invocation, control);
    if (token != null) {
      return token.ownJob()
          ? resumeOutside(choices, line.operands(), token)
          : resumeInside(choices, token);
    }
    DefinedOptions.announce(choices, invocation, control.snapshot());
    choices.warnings().forEach(invocation.err()::println);
    boolean inJob = choices.has("jobid");
    return inJob ? inside(choices, line.operands()) : outside(choices, line.operands());
  }

  /** The environment, in which what is said of a component of the job is said of the job. */
  private Map<String, String> ofComponent(String number) {
    Map<String, String> all = invocation.environment();
    if (number.isEmpty()) {
      return all;
    }
    String suffix = "_HET_GROUP_" + number;
    if (!all.containsKey("SLURM_JOB_ID" + suffix) && !number.equals("0")) {
      throw Refusal.error("srun", 1, "Invalid --het-group value: there is no component " + number);
    }
    Map<String, String> own = new HashMap<>(all);
    all.forEach(
        (name, value) -> {
          if (name.endsWith(suffix)) {
            own.put(name.substring(0, name.length() - suffix.length()), value);
          }
        });
    return own;
  }

  /** Runs a step in an allocation that is there already. */
  private int inside(Choices choices, List<String> command) throws Exception {
    long id = choices.number("jobid", 0);
    Job job = control.snapshot().job(id);
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
    StepRequest request = new StepRequest(choices, invocation, control.snapshot());
    request.prepare(command);
    new ProgramBroadcast(control, streams, invocation, choices).before(job, command, request);
    StepSpec spec = request.build(job, command);
    request.warnings().forEach(invocation.err()::println);
    Map<String, String> variables = new JobEnvironment(choices, invocation).build(spec.name());
    variables.putAll(AllocationEnvironment.of(job, control.snapshot()));
    SrunHooks hooks = new SrunHooks(choices, invocation, control.snapshot());
    hooks.before(command, variables);
    int status;
    try (StepSession session = new StepSession(control, streams, invocation, choices)) {
      status = session.run(id, false, spec, JobEnvironment.encode(variables), 0).status();
    }
    hooks.after(command, variables);
    return status;
  }

  private int resumeInside(Choices choices, ResumeToken token) throws Exception {
    try (StepSession session = new StepSession(control, streams, invocation, choices)) {
      return session.resume(token).status();
    }
  }

  /** Goes on with the allocation of a call that the last controller did not live to finish. */
  private int resumeOutside(Choices choices, List<String> command, ResumeToken token)
      throws Exception {
    try (Allocator allocator = new Allocator(control, invocation, choices)) {
      // The last controller may have made the step without having told the client.
      ResumeToken step = token.step() == ResumeToken.NO_STEP ? firstStep(token) : token;
      if (step == null) {
        StepRequest request = new StepRequest(choices, invocation, control.snapshot());
        request.prepare(command);
        return runIn(allocator, choices, request, command, allocator.rejoin(token.job()));
      }
      return attend(allocator, choices, token.job(), session -> session.resume(step));
    }
  }

  private ResumeToken firstStep(ResumeToken token) {
    return control.snapshot().steps(token.job()).stream()
        .filter(step -> step.id() >= 0 && !step.spec().name().equals(FileBroadcast.NAME))
        .findFirst()
        .map(step -> new ResumeToken(token.job(), step.id(), true, Map.of()))
        .orElse(null);
  }

  /** Gets an allocation for the one step, and gives it back. */
  private int outside(Choices choices, List<String> command) throws Exception {
    if (choices.explicit("relative")) {
      throw Refusal.fatal("srun", "--relative option invalid for job allocation request");
    }
    StepRequest request = new StepRequest(choices, invocation, control.snapshot());
    request.prepare(command);
    SpecBuilder builder = new SpecBuilder(choices, invocation, control.snapshot());
    String program = command.get(0);
    String name = program.substring(program.lastIndexOf('/') + 1);
    JobSpec spec = builder.build(name, false, List.of(), program);
    builder.warnings().forEach(invocation.err()::println);
    if (choices.has("test-only")) {
      return StartForecast.print(Program.SRUN, control, spec, invocation, choices.has("quiet"));
    }
    Map<String, String> variables = new JobEnvironment(choices, invocation).build(spec.name());
    JobFiles files = new JobFiles(NO_SCRIPT, JobEnvironment.encode(variables));
    try (Allocator allocator = new Allocator(control, invocation, choices)) {
      return runIn(allocator, choices, request, command, allocator.allocate(spec, files));
    }
  }

  private int runIn(
      Allocator allocator, Choices choices, StepRequest request, List<String> command, Job job)
      throws Exception {
    Map<String, String> variables =
        new JobEnvironment(choices, invocation).build(job.spec().name());
    variables.putAll(AllocationEnvironment.of(job, control.snapshot()));
    SrunHooks hooks = new SrunHooks(choices, invocation, control.snapshot());
    return attend(
        allocator,
        choices,
        job.id(),
        session -> {
          new ProgramBroadcast(control, streams, invocation, choices).before(job, command, request);
          StepSpec spec = request.build(job, command);
          request.warnings().forEach(invocation.err()::println);
          hooks.before(command, variables);
          StepResult result =
              session.run(
                  job.id(), true, spec, JobEnvironment.encode(variables), allocator.signal());
          hooks.after(command, variables);
          return result;
        });
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
