package org.headrace.commands.internal.alloc;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.JobWatch;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.Program;
import org.headrace.commands.internal.submit.Submission;
import org.headrace.commands.internal.submit.SubmissionFailure;
import org.headrace.commands.internal.text.ComponentRefs;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.Command.SignalJob;
import org.headrace.control.command.Command.SignalScope;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;

/** Gets resources for a user who waits for them, and gives them back. */
public final class Allocator implements AutoCloseable {
  /** A job that starts within this time is not announced as waiting. */
  private static final long SILENT_MILLIS = 400;

  private static final int NO_SIGNAL = 0;

  /** Stands for "the user has had enough" among the answers of {@link #settled}. */
  private static final Job INTERRUPTED = new Job(0, 0, Job.NO_TASK, null, null);

  private final Control control;
  private final Invocation invocation;
  private final Choices choices;
  private final Program program;
  private final JobWatch watch;
  private final AtomicInteger interrupted = new AtomicInteger(NO_SIGNAL);

  public Allocator(Control control, Invocation invocation, Choices choices) {
    this.control = control;
    this.invocation = invocation;
    this.choices = choices;
    this.program = choices.program();
    this.watch = new JobWatch(control);
  }

  /** A signal that came and that nobody has dealt with, or zero. */
  public int signal() {
    return interrupted.get();
  }

  /** Wakes who waits for changes of jobs. */
  public JobWatch watch() {
    return watch;
  }

  /**
   * Submits a job and waits until it runs.
   *
   * @param specs the job, or its components
   * @return the job, or its first component
   * @throws Refusal if it is refused, revoked, or not started in time
   */
  public Job allocate(List<JobSpec> specs, JobFiles files) throws Exception {
    int patience = immediateSeconds();
    Submission submission = new Submission(control, invocation, program);
    invocation.onSignal(
        signal -> {
          interrupt(signal);
          submission.abandon();
        });
    List<Command.SubmitJob> jobs =
        specs.stream().map(spec -> new Command.SubmitJob(spec, files, patience)).toList();
    Outcome outcome =
        submission.submit(jobs.size() == 1 ? jobs.get(0) : new Command.SubmitComponents(jobs));
    if (outcome instanceof Outcome.Rejected rejected) {
      if (signal() != NO_SIGNAL) {
        throw Refusal.raw(1, program.command() + ": Job aborted due to signal");
      }
      throw immediate(SubmissionFailure.of(program, rejected), rejected.code());
    }
    Outcome.JobAccepted accepted = (Outcome.JobAccepted) outcome;
    accepted.messages().forEach(this::say);
    return follow(accepted.jobId(), patience);
  }

  /** Goes on waiting for a job that an earlier controller had accepted. */
  public Job rejoin(long id) throws Exception {
    return follow(id, immediateSeconds());
  }

  /** A controller that stops interrupts this, and leaves the job to the one that comes next. */
  private Job follow(long id, int patience) throws Exception {
    Job known = control.snapshot().job(id);
    watch.only(id, known == null ? 1 : known.spec().component().count());
    invocation.resumable(ResumeToken.ofJob(id).toString());
    invocation.onSignal(this::interrupt);
    invocation.disconnected().thenRun(() -> interrupt(1));
    return await(id, patience);
  }

  private Job await(long id, int patience) throws Exception {
    Job job = watch.await(() -> settled(id), System.currentTimeMillis() + SILENT_MILLIS);
    boolean waited = job == null && interrupted.get() == NO_SIGNAL && pending(id);
    if (waited && patience == 0) {
      if (program == Program.SALLOC) {
        say("Pending job allocation " + id);
      }
      say("job " + id + " queued and waiting for resources");
    }
    if (job == null) {
      job = watch.await(() -> settled(id), JobWatch.FOREVER);
    }
    if (job == INTERRUPTED) {
      throw aborted(id);
    }
    if (job.status().state() != JobState.RUNNING) {
      throw lost(job, patience);
    }
    if (waited) {
      say("job " + id + " has been allocated resources");
    }
    return job;
  }

  private Job settled(long id) {
    if (interrupted.get() != NO_SIGNAL) {
      return INTERRUPTED;
    }
    Job job = control.snapshot().job(id);
    if (job == null || job.status().state().ended()) {
      return job == null ? INTERRUPTED : job;
    }
    Snapshot snapshot = control.snapshot();
    boolean ready =
        ComponentRefs.all(job, snapshot).stream().allMatch(one -> Readiness.ready(one, snapshot));
    return ready ? job : null;
  }

  /** True while it has no nodes; one that has them only waits until they are ready. */
  private boolean pending(long id) {
    Job job = control.snapshot().job(id);
    return job != null && job.status().state() == JobState.PENDING;
  }

  private void interrupt(int signal) {
    interrupted.compareAndSet(NO_SIGNAL, signal);
    watch.wake();
  }

  private Refusal aborted(long id) throws Exception {
    cancel(id);
    return program == Program.SALLOC
        ? Refusal.raw(
            1,
            "salloc: Job allocation " + id + " has been revoked.",
            "salloc: Job aborted due to signal")
        : Refusal.raw(
            1,
            "srun: Job allocation " + id + " has been revoked",
            "srun: Force Terminated JobId=" + id);
  }

  private Refusal lost(Job job, int patience) {
    if (patience > 0) {
      return immediate(
          SubmissionFailure.of(program, ErrorCode.CANNOT_START_NOW, ""),
          ErrorCode.CANNOT_START_NOW);
    }
    Refusal failure =
        SubmissionFailure.of(
            program,
            ErrorCode.ALREADY_DONE,
            "Job " + job.id() + " ended as " + job.status().state() + " before it could be used.");
    return Refusal.raw(
        1,
        Stream.concat(
                Stream.of(program.command() + ": Job has been cancelled"), failure.lines().stream())
            .toArray(String[]::new));
  }

  private Refusal immediate(Refusal refusal, ErrorCode code) {
    String wanted = invocation.environment().get("SLURM_EXIT_IMMEDIATE");
    if (code != ErrorCode.CANNOT_START_NOW || wanted == null || !wanted.matches("\\d{1,3}")) {
      return refusal;
    }
    return Refusal.raw(Integer.parseInt(wanted) & 0xff, refusal.lines().toArray(String[]::new));
  }

  private int immediateSeconds() {
    return choices.has("immediate") ? Math.max(1, choices.number("immediate", 1)) : 0;
  }

  /** Ends the job in good order. */
  public void complete(long id, ExitStatus exit) throws Exception {
    execute(new SignalJob(JobTarget.of(id), SignalJob.CANCEL, SignalScope.FULL, true, exit));
  }

  /** Ends the job because nobody wants it any more. */
  public void cancel(long id) throws Exception {
    execute(
        new SignalJob(
            JobTarget.of(id), SignalJob.CANCEL, SignalScope.FULL, false, ExitStatus.SUCCESS));
  }

  private Outcome execute(Command command) throws InterruptedException, ExecutionException {
    return control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().get();
  }

  /** Tells the user, unless quiet was asked for. */
  public void say(String message) {
    if (!choices.has("quiet")) {
      invocation.err().println(program.command() + ": " + message);
      invocation.err().flush();
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
