package org.headrace.commands.internal.sbatch;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.cli.JobWatch;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.DefinedOptions;
import org.headrace.commands.internal.submit.GeneralOptions;
import org.headrace.commands.internal.submit.JobEnvironment;
import org.headrace.commands.internal.submit.OptionCatalog;
import org.headrace.commands.internal.submit.Program;
import org.headrace.commands.internal.submit.SpecBuilder;
import org.headrace.commands.internal.submit.StartForecast;
import org.headrace.commands.internal.submit.Submission;
import org.headrace.commands.internal.submit.SubmissionFailure;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.OptionTable;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.script.BatchScript;
import org.headrace.slurmconf.script.ScriptOptions;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.TextFormatException;

/** One call of sbatch. */
final class SbatchRun {
  /** The script with its arguments, for display; nothing where the script has no file. */
  private static String shown(ScriptSource source, List<String> arguments) {
    return source.path().isEmpty() || arguments.isEmpty()
        ? source.path()
        : source.path() + " " + String.join(" ", arguments);
  }

  private final Control control;
  private final Invocation invocation;

  SbatchRun(Control control, Invocation invocation) {
    this.control = control;
    this.invocation = invocation;
  }

  int run() throws Exception {
    OptionTable table = OptionCatalog.get().table(Program.SBATCH);
    List<ParsedOptions> lines =
        OptionCatalog.get().components(Program.SBATCH, invocation.arguments());
    if (GeneralOptions.served(Program.SBATCH, lines.get(0), invocation)) {
      return 0;
    }
    List<String> operands = lines.get(lines.size() - 1).operands();
    long maxBytes = maxScriptBytes();
    ScriptSource source = source(wrapping(lines), operands, maxBytes);
    List<Choices> components = choices(table, lines, source, maxBytes);
    Choices choices = components.get(0);
    DefinedOptions.announce(choices, invocation, control.snapshot());
    List<String> arguments = operands.isEmpty() ? List.of() : operands.subList(1, operands.size());
    List<JobSpec> specs = new ArrayList<>();
    for (Choices one : components) {
      SpecBuilder builder = new SpecBuilder(one, invocation, control.snapshot());
      JobSpec spec = builder.build(source.name(), true, arguments, shown(source, arguments));
      boolean named = specs.isEmpty() || one.has("job-name");
      specs.add(named ? spec : spec.withName(specs.get(0).name()));
      one.warnings().forEach(invocation.err()::println);
      builder.warnings().forEach(invocation.err()::println);
    }
    JobSpec spec = specs.get(0);
    byte[] environment =
        JobEnvironment.encode(new JobEnvironment(choices, invocation).build(spec.name()));
    if (choices.has("test-only")) {
      return StartForecast.print(Program.SBATCH, control, specs, invocation, choices.has("quiet"));
    }
    JobFiles files = new JobFiles(source.content(), environment);
    List<Command.SubmitJob> jobs =
        specs.stream().map(one -> new Command.SubmitJob(one, files, 0)).toList();
    return submit(choices, jobs.size() == 1 ? jobs.get(0) : new Command.SubmitComponents(jobs));
  }

  /** The options of the component that has {@code --wrap}, or of the first. */
  private static ParsedOptions wrapping(List<ParsedOptions> lines) {
    return lines.stream().filter(one -> one.has("wrap")).findFirst().orElse(lines.get(0));
  }

  private ScriptSource source(ParsedOptions line, List<String> operands, long maxBytes) {
    if (line.has("wrap")) {
      if (!operands.isEmpty()) {
        throw Refusal.error("sbatch", 1, "Script arguments not permitted with --wrap option");
      }
      return ScriptSource.wrap(line.value("wrap", ""));
    }
    return operands.isEmpty()
        ? ScriptSource.standardInput(invocation, maxBytes + 1)
        : ScriptSource.file(invocation, operands.get(0), maxBytes);
  }

  /** Of each component: the script says how many there are, or the command line, if more. */
  private List<Choices> choices(
      OptionTable table, List<ParsedOptions> lines, ScriptSource source, long maxBytes) {
    BatchScript script = source.checked(maxBytes);
    boolean foreign =
        !lines.get(0).has("ignore-pbs")
            && !invocation.environment().containsKey("SBATCH_IGNORE_PBS");
    List<List<OptionValue>> components =
        lines.get(0).has("ignore-directives")
            ? List.of()
            : ScriptOptions.parse(script, table, foreign);
    List<Choices> all = new ArrayList<>();
    for (int i = 0; i < Math.max(components.size(), lines.size()); i++) {
      all.add(
          Choices.merge(
              Program.SBATCH,
              i < components.size() ? components.get(i) : List.of(),
              invocation.environment(),
              i < lines.size() ? lines.get(i).options() : List.of(),
              System.currentTimeMillis()));
    }
    return all;
  }

  private long maxScriptBytes() {
    String parameters =
        control.snapshot().definition().settings().getOrDefault("SchedulerParameters", "");
    for (String parameter : parameters.split(",")) {
      if (parameter.startsWith("max_script_size=")) {
        try {
          return Sizes.parseCount(parameter.substring("max_script_size=".length()));
        } catch (TextFormatException e) {
          return BatchScript.DEFAULT_MAX_BYTES;
        }
      }
    }
    return BatchScript.DEFAULT_MAX_BYTES;
  }

  private int submit(Choices choices, Command command) throws Exception {
    try (JobWatch watch = choices.has("wait") ? new JobWatch(control) : null) {
      Outcome outcome = new Submission(control, invocation, Program.SBATCH).submit(command);
      if (outcome instanceof Outcome.Rejected rejected) {
        throw SubmissionFailure.of(Program.SBATCH, rejected);
      }
      Outcome.JobAccepted accepted = (Outcome.JobAccepted) outcome;
      announce(choices, accepted);
      return watch == null ? 0 : waitFor(watch, accepted.jobId());
    }
  }

  private void announce(Choices choices, Outcome.JobAccepted accepted) {
    accepted.messages().forEach(message -> invocation.err().println("sbatch: " + message));
    PrintStream out = invocation.out();
    String cluster = choices.has("clusters") ? control.snapshot().definition().name() : "";
    if (choices.has("parsable")) {
      out.println(accepted.jobId() + (cluster.isEmpty() ? "" : ";" + cluster));
    } else if (!choices.has("quiet")) {
      out.println(
          "Submitted batch job "
              + accepted.jobId()
              + (cluster.isEmpty() ? "" : " on cluster " + cluster));
    }
    out.flush();
  }

  /** Highest exit code of the job or of its array's tasks; 1 for one that a signal ended. */
  private int waitFor(JobWatch watch, long jobId) throws InterruptedException {
    watch.only(jobId);
    AtomicBoolean gone = new AtomicBoolean();
    invocation
        .disconnected()
        .thenRun(
            () -> {
              gone.set(true);
              watch.wake();
            });
    Integer status =
        watch.await(() -> gone.get() ? Integer.valueOf(1) : ended(jobId), JobWatch.FOREVER);
    return status == null ? 1 : status;
  }

  private Integer ended(long jobId) {
    Snapshot snapshot = control.snapshot();
    int worst = 0;
    for (Job job : snapshot.jobOrArray(jobId)) {
      if (!job.status().state().ended()) {
        return null;
      }
      var exit = job.status().exit();
      int code = exit.signal() != 0 ? 1 : exit.code();
      if (code == 0 && job.status().state() != JobState.COMPLETED) {
        code = 1;
      }
      worst = Math.max(worst, code);
    }
    return worst;
  }
}
