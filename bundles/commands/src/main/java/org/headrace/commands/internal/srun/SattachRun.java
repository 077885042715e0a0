package org.headrace.commands.internal.srun;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.submit.Shown;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.Control;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.control.stepio.StepStreams;
import org.headrace.control.stepio.StepStreams.Connection;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.JobReference;
import org.headrace.slurmconf.text.TextFormatException;

/** One call of sattach. */
final class SattachRun {
  private static final CommandOptions OPTIONS =
      new CommandOptions(
          "sattach",
          "JOB.STEP",
          """
          input-filter||=||task|send standard input to this task alone
          output-filter||=||task|print standard output of this task alone
          error-filter||=||task|print standard error of this task alone
          label|l|-|||put the number of the task before each line
          layout||-|||print which tasks are on which nodes, and end
          pty||-|||hand on the terminal as it is, to a step of srun --pty
          quiet|Q|-|||say nothing but errors
          verbose|v|-|||say more
          """);

  private static final String USAGE = "Usage: sattach [options] <jobid.stepid>";
  private static final int ALL = Connection.ALL_TASKS;

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;
  private final BlockingQueue<StepEvent> events = new LinkedBlockingQueue<>();

  SattachRun(Control control, StepStreams streams, Invocation invocation) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
  }

  int run() throws InterruptedException {
    ParsedOptions options = OPTIONS.parse(invocation.arguments(), invocation.environment());
    if (OPTIONS.answered(options, invocation)) {
      return 0;
    }
    if (options.operands().size() != 1) {
      throw Refusal.raw(1, "sattach: error: too many parameters", USAGE);
    }
    int input = task(options, "input-filter");
    int output = task(options, "output-filter");
    int error = task(options, "error-filter");
    if (options.has("pty") && (input & output & error) != ALL) {
      throw Refusal.error("sattach", 1, "--input/--output/--error-filter can't be used with --pty");
    }
    Step step = step(options.operands().get(0));
    if (options.has("layout")) {
      printLayout(step);
      return 0;
    }
    return follow(step, options, new Filters(input, output, error));
  }

  /** Tasks that are meant, or {@link #ALL}. */
  private record Filters(int input, int output, int error) {}

  private static int task(ParsedOptions options, String name) {
    String text = options.value(name, "");
    if (text.isEmpty()) {
      return ALL;
    }
    if (!text.matches("\\d{1,9}")) {
      throw Refusal.error("sattach", 1, "Invalid numeric value \"" + text + "\" for " + name + ".");
    }
    return Integer.parseInt(text);
  }

  private Step step(String text) {
    JobReference named = reference(text);
    Snapshot snapshot = control.snapshot();
    Job job = job(named, snapshot);
    Step step = null;
    if (job != null) {
      // What a script or the container of a job writes goes into files, or nowhere.
      step =
          snapshot.steps(job.id()).stream()
              .filter(one -> one.id() >= 0 && one.id() == named.step())
              .filter(one -> !one.state().ended())
              .findFirst()
              .orElse(null);
    }
    if (step == null) {
      throw unknown(ErrorCode.INVALID_JOB_ID);
    }
    int uid = invocation.caller().uid();
    if (!invocation.caller().isRoot() && job.spec().owner().uid() != uid) {
      throw unknown(ErrorCode.ACCESS_DENIED);
    }
    return step;
  }

  private static Refusal unknown(ErrorCode code) {
    return Refusal.error("sattach", 1, "Could not get job step info: " + ErrorTexts.text(code));
  }

  private static JobReference reference(String text) {
    int dot = text.indexOf('.');
    JobReference job = null;
    try {
      job = JobReference.parse(text.substring(0, Math.max(0, dot)));
      if (job.arrayTasks().isEmpty()) {
        return JobReference.parse(text);
      }
    } catch (TextFormatException e) {
      if (job != null) {
        String step = Shown.text(text.substring(dot + 1));
        throw Refusal.fatal("sattach", "Bad step specified: " + step);
      }
    }
    throw Refusal.raw(1, "sattach: error: Failed to parse stepid from command line options", USAGE);
  }

  private static Job job(JobReference named, Snapshot snapshot) {
    JobReference plain = ComponentRefs.plain(named);
    if (plain.arrayTask() != JobReference.NO_TASK) {
      return snapshot.jobOrArray(plain.jobId()).stream()
          .filter(job -> job.arrayTask() == plain.arrayTask())
          .findFirst()
          .orElse(null);
    }
    Job job = snapshot.job(plain.jobId());
    return job != null && ComponentRefs.means(named, job) ? job : null;
  }

  private void printLayout(Step step) {
    Snapshot snapshot = control.snapshot();
    List<String> nodes =
        step.parts().stream().map(part -> NodeNames.of(part.node(), snapshot)).toList();
    StringBuilder text = new StringBuilder("Job step layout:\n\t");
    text.append(step.tasks()).append(" tasks, ").append(nodes.size()).append(" nodes (");
    text.append(Hostlist.compress(nodes)).append(")\n\n");
    for (int i = 0; i < nodes.size(); i++) {
      List<Integer> tasks = step.parts().get(i).taskRanks();
      text.append("\tNode ").append(i).append(" (").append(nodes.get(i)).append("), ");
      text.append(tasks.size()).append(" task(s): ");
      tasks.forEach(task -> text.append(task).append(' '));
      text.append('\n');
    }
    invocation.out().print(text.append('\n'));
  }

  private int follow(Step step, ParsedOptions options, Filters filters)
      throws InterruptedException {
    StepLink link = new StepLink(step, 0, events);
    boolean raw = options.has("pty") && step.spec().terminal();
    OutputWriter writer =
        new OutputWriter(
            invocation.out(),
            invocation.err(),
            options.has("label"),
            !step.spec().terminal(),
            step.tasks());
    ExitStatus worst = ExitStatus.SUCCESS;
    invocation.disconnected().thenRun(() -> events.add(new StepEvent.Gone()));
    Connection connection = streams.watch(step.jobId(), step.id(), link);
    try {
      invocation.rawTerminal(raw);
      invocation.streamInput(input(connection, filters.input()));
      StepEvent event = events.take();
      while (!(event instanceof StepEvent.Closed || event instanceof StepEvent.Gone)) {
        if (event instanceof StepEvent.Output said) {
          int only = said.error() ? filters.error() : filters.output();
          if (only == ALL || only == said.task()) {
            writer.write(said.task(), said.error(), said.data());
          }
          invocation.out().flush();
          invocation.err().flush();
          connection.consumed(said.data().length);
        } else if (event instanceof StepEvent.TaskEnded end) {
          worst = ended(end, worst);
        }
        event = events.take();
      }
      writer.finish();
    } finally {
      connection.close();
      if (raw) {
        invocation.rawTerminal(false);
      }
    }
    return StepResult.of(worst).status();
  }

  private ExitStatus ended(StepEvent.TaskEnded end, ExitStatus worst) {
    ExitStatus exit = new ExitStatus(end.code(), end.signal());
    if (end.signal() != 0) {
      tell("task " + end.task() + " terminated by signal " + end.signal());
    } else if (end.code() != 0) {
      tell("task " + end.task() + " exited with exit code " + end.code());
    }
    return StepResult.of(exit).status() > StepResult.of(worst).status() ? exit : worst;
  }

  private void tell(String text) {
    invocation.err().println("sattach: error: " + text);
    invocation.err().flush();
  }

  private static InputListener input(Connection connection, int task) {
    return new InputListener() {
      @Override
      public CompletionStage<Void> data(byte[] bytes) {
        return connection.input(task, bytes, false);
      }

      @Override
      public void end() {
        // The tasks go on reading what whoever started them says.
      }
    };
  }
}
