package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.concurrent.CompletionStage;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.MemberProbe;
import org.headrace.control.Operations;
import org.headrace.control.Verbosity;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;
import org.headrace.control.plugin.Plugins;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.ParsedOptions;

/** What the sub-commands of one call share. Used by one thread. */
final class Session {
  /** What Slurm says to whoever may not. */
  static final String WRONG_USER = "Invalid user id";

  final Control control;
  final Plugins plugins;

  /** Asks other controllers; null where there is no way to. */
  final MemberProbe probe;

  /** The level of the controller's log; null where it has one only. */
  final Verbosity verbosity;

  /** Looks after the daemons; null where nobody does. */
  final Operations operations;

  final DebugFlags debugFlags;

  /** Makes tokens; null where nobody does. */
  final TokenAuthority tokens;

  final Invocation invocation;
  final Clock clock;
  final ParsedOptions options;
  boolean all;
  boolean details;
  boolean oneLine;
  boolean quiet;
  private boolean failed;

  Session(Around around, Invocation invocation, ParsedOptions options) {
    control = around.control();
    plugins = around.plugins();
    probe = around.probe();
    verbosity = around.verbosity();
    operations = around.operations();
    debugFlags = around.debugFlags();
    clock = around.clock();
    tokens = around.tokens();
    this.invocation = invocation;
    this.options = options;
    all = options.has("all");
    details = options.has("details");
    oneLine = options.has("oneliner");
    quiet = options.has("quiet");
  }

  Snapshot snapshot() {
    return control.snapshot();
  }

  PrintStream out() {
    return invocation.out();
  }

  TimeTexts times() {
    return TimeTexts.of(invocation.environment(), clock.millis());
  }

  Visibility visibility() {
    return new Visibility(snapshot(), invocation.caller(), all);
  }

  /** Prints what is wrong; the exit status will say so too. */
  void error(String line) {
    failed = true;
    if (!quiet) {
      invocation.err().println(line);
    }
  }

  /**
   * Says that what was to be shown isn't there: on standard output, as scripts expect it, unless
   * they expect data there.
   */
  void missing(String line) {
    failed = true;
    if (!quiet) {
      (data() ? invocation.err() : out()).println(line);
    }
  }

  /** Whether data is asked for rather than text. */
  boolean data() {
    return Answer.wanted(options);
  }

  /** Answers with data. */
  void answer(Answer.Payload payload) throws IOException {
    Answer.write(invocation, options, snapshot().definition().name(), payload);
  }

  boolean failed() {
    return failed;
  }

  /** Gives a command and waits for its answer. */
  Outcome answer(Command command) throws Exception {
    return control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().get();
  }

  /** Gives a command and waits; null when it was done. */
  Outcome.Rejected execute(Command command) throws Exception {
    return await(control.execute(command, CommandFrame.actor(invocation)));
  }

  Outcome.Rejected await(CompletionStage<Outcome> stage) throws Exception {
    Outcome outcome = stage.toCompletableFuture().get();
    if (outcome instanceof Outcome.Done done) {
      done.messages().forEach(message -> invocation.err().println("scontrol: " + message));
    }
    return outcome instanceof Outcome.Rejected rejected ? rejected : null;
  }

  /** Prints a rejection the way scripts expect it, then what exactly was wrong. */
  void rejected(String before, Outcome.Rejected rejected, String after) {
    rejected(before, rejected, ErrorTexts.text(rejected.code()), after);
  }

  /** The same of what only its owner, or only an administrator, may do. */
  void notTheirs(String before, Outcome.Rejected rejected, String after) {
    boolean denied = rejected.code() == ErrorCode.ACCESS_DENIED;
    rejected(before, rejected, denied ? WRONG_USER : ErrorTexts.text(rejected.code()), after);
  }

  /** Whether a job that was named is that of whoever calls. */
  boolean mine(JobTarget target) {
    return target != null
        && snapshot().jobOrArray(target.jobId()).stream()
            .allMatch(job -> job.spec().owner().uid() == invocation.caller().uid());
  }

  private void rejected(String before, Outcome.Rejected rejected, String text, String after) {
    error(before + text + after);
    if (!rejected.message().isEmpty() && !rejected.message().equals(text)) {
      error("scontrol: error: " + rejected.message());
    }
  }
}
