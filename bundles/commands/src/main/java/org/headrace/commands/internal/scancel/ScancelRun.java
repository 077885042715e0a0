package org.headrace.commands.internal.scancel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.commands.internal.cli.ClusterChoice;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.LineInput;
import org.headrace.commands.internal.cli.Product;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.ArrayNotation;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.Users;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalScope;
import org.headrace.control.command.Command.SignalStep;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.JobReference;

/** One call of scancel. */
final class ScancelRun {
  /** Commands that are under way together: one after the other, each would wait for the disk. */
  private static final int MOST_UNDER_WAY = 64;

  /** A command that was given, and what it is about. */
  private record Given(String shown, String kind, CompletableFuture<Outcome> outcome) {}

  private final Control control;
  private final Invocation invocation;
  private final Deque<Given> underWay = new ArrayDeque<>();
  private ScancelOptions options;
  private LineInput answers;
  private boolean failed;

  ScancelRun(Control control, Invocation invocation) {
    this.control = control;
    this.invocation = invocation;
  }

  int run() throws Exception {
    options = ScancelOptions.parse(invocation.arguments(), invocation.environment());
    if (options.has("help") || options.has("usage")) {
      invocation.out().print(options.has("help") ? ScancelHelp.HELP : ScancelHelp.USAGE);
      return 0;
    }
    if (options.has("version")) {
      invocation.out().println(Product.VERSION);
      return 0;
    }
    checkClusters();
    if (!options.restricted()) {
      throw Refusal.error("scancel", 1, "No job identification provided");
    }
    if (options.filtered()) {
      signalMatching();
    } else {
      for (JobReference reference : options.targets()) {
        signal(reference);
      }
    }
    settle(0);
    return failed ? 1 : 0;
  }

  private void checkClusters() {
    String cluster = control.snapshot().definition().name();
    ClusterChoice.check("scancel", options.parsed(), cluster);
  }

  private void signalMatching() throws Exception {
    Snapshot snapshot = control.snapshot();
    JobFilter filter = new JobFilter(options, snapshot, invocation.caller());
    int matching = 0;
    if (options.targets().isEmpty()) {
      List<Job> found = new ArrayList<>();
      snapshot.jobs(row -> !row.state().ended(), found::add);
      for (Job job : found) {
        // The first component stands for all of them.
        if (job.spec().component().index() == 0 && filter.accepts(job)) {
          matching++;
          signalIfAgreed(job, JobReference.ofJob(job.id()));
        }
      }
    }
    for (JobReference reference : options.targets()) {
      List<Job> jobs = jobs(snapshot, reference);
      if (jobs.isEmpty()) {
        settle(0); // in the order in which they were named
        report(reference.toString(), "job id", ErrorCode.INVALID_JOB_ID, "");
      }
      for (Job job : jobs) {
        boolean other = job.spec().component().index() > 0 && job.id() != jobs.get(0).id();
        if (!other && filter.accepts(job)) {
          matching++;
          boolean part = jobs.size() > 1 && reference.arrayTask() == JobReference.NO_TASK;
          signalIfAgreed(job, part ? JobReference.ofJob(job.id()) : reference);
        }
      }
    }
    String user = options.value("user");
    if (matching == 0 && !user.isEmpty() && !Users.exists(user)) {
      throw Refusal.error("scancel", 1, "Invalid user name: " + user);
    }
    if (matching == 0 && options.has("verbose")) {
      invocation
          .err()
          .println(
              "scancel: error: No active jobs match ALL job filters, including: "
                  + options.described());
    }
  }

  private static List<Job> jobs(Snapshot snapshot, JobReference reference) {
    List<Job> all = snapshot.jobOrArray(ComponentRefs.plain(reference).jobId());
    if (reference.arrayTask() == JobReference.NO_TASK) {
      return all;
    }
    return all.stream()
        .filter(job -> job.arrayTask() == reference.arrayTask() || job.pendingArray())
        .limit(1)
        .toList();
  }

  private void signalIfAgreed(Job job, JobReference reference) throws Exception {
    if (!options.has("interactive") || agreed(job, reference)) {
      signal(reference);
    }
  }

  private boolean agreed(Job job, JobReference reference) throws InterruptedException {
    if (answers == null) {
      answers = new LineInput();
      invocation.streamInput(answers);
    }
    String what =
        reference.hasStep()
            ? "step_id=" + Ids.step(job, stepId(reference))
            : "job_id=" + Ids.job(job);
    String verb = options.number() == SignalJob.CANCEL ? "Cancel " : "Signal ";
    while (true) {
      invocation
          .out()
          .print(
              verb
                  + what
                  + " name="
                  + job.spec().name()
                  + " partition="
                  + job.status().partition()
                  + " [y/n]? ");
      invocation.out().flush();
      String answer = answers.next();
      if (answer == null || answer.startsWith("n") || answer.startsWith("N")) {
        return false;
      }
      if (answer.startsWith("y") || answer.startsWith("Y")) {
        return true;
      }
    }
  }

  private void signal(JobReference reference) throws Exception {
    String shown = reference.toString();
    boolean step = reference.hasStep() && reference.step() != JobReference.BATCH_STEP;
    if (options.has("verbose")) {
      String what = (reference.hasStep() ? "step " : "job ") + shown;
      boolean cancel = options.number() == SignalJob.CANCEL;
      String verb = cancel ? "Terminating " : "Signal " + options.number() + " to ";
      invocation.err().println("scancel: " + verb + what);
      invocation.err().flush();
    }
    underWay.add(
        new Given(
            shown,
            step ? "job step id" : "job id",
            control
                .execute(command(reference, step), CommandFrame.actor(invocation))
                .toCompletableFuture()));
    settle(MOST_UNDER_WAY - 1);
  }

  /** Waits for the oldest until no more than so many are left; tells of failures in their order. */
  private void settle(int left) throws ExecutionException, InterruptedException {
    while (underWay.size() > left) {
      Given oldest = underWay.remove();
      if (oldest.outcome().get() instanceof Outcome.Rejected rejected) {
        report(oldest.shown(), oldest.kind(), rejected.code(), rejected.message());
      }
    }
  }

  private Command command(JobReference reference, boolean step) {
    JobTarget target =
        new JobTarget(
            ComponentRefs.plain(reference).jobId(),
            reference.arrayTask() != JobReference.NO_TASK
                ? JobTarget.task(reference.jobId(), reference.arrayTask()).tasks()
                : ArrayNotation.of(reference.arrayTasks()).ranges());
    if (step) {
      return new SignalStep(jobIdOf(reference), stepId(reference), options.number());
    }
    boolean batch = reference.hasStep();
    return new SignalJob(
        target,
        options.number(),
        batch ? SignalScope.BATCH : options.scope(),
        false,
        ExitStatus.SUCCESS);
  }

  /** The job's own id; of a task of an array that runs, not the array's. */
  private long jobIdOf(JobReference reference) {
    if (reference.arrayTask() == JobReference.NO_TASK) {
      return ComponentRefs.plain(reference).jobId();
    }
    return control.snapshot().jobOrArray(reference.jobId()).stream()
        .filter(job -> job.arrayTask() == reference.arrayTask())
        .mapToLong(Job::id)
        .findFirst()
        .orElse(reference.jobId());
  }

  private static int stepId(JobReference reference) {
    return switch (reference.step()) {
      case JobReference.BATCH_STEP -> Step.BATCH;
      case JobReference.EXTERN_STEP -> Step.EXTERN;
      case JobReference.INTERACTIVE_STEP -> Step.INTERACTIVE;
      default -> reference.step();
    };
  }

  /** A job that has ended already is what the user wanted, so that is no error. */
  private void report(String shown, String kind, ErrorCode code, String detail) {
    boolean done = code == ErrorCode.ALREADY_DONE;
    if (!done) {
      failed = true;
    }
    boolean gone = code == ErrorCode.INVALID_JOB_ID && options.has("quiet");
    boolean said = done ? options.has("verbose") : !gone;
    if (said) {
      invocation
          .err()
          .println(
              "scancel: error: Kill job error on "
                  + kind
                  + " "
                  + shown
                  + ": "
                  + ErrorTexts.text(code));
      if (!detail.isEmpty() && !done) {
        invocation.err().println("scancel: error: " + detail);
      }
    }
  }
}
