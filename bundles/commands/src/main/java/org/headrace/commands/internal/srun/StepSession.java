package org.headrace.commands.internal.srun;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.alloc.ResumeToken;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.Control;
import org.headrace.control.event.Event;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.stepio.StepStreams;
import org.headrace.control.stepio.StepStreams.Connection;

/**
 * A step while it runs: passes input and output on, says how tasks end, and signals them. All work
 * is done by the thread of the command; other threads only put events in its queue.
 */
final class StepSession implements AutoCloseable {
  /** Tasks that end within this time are reported together. */
  private static final long REPORT_MILLIS = 60;

  /** How long output may come after the controller has said that the step is over. */
  private static final long LATE_MILLIS = 5000;

  /** How often a client is told how far it is, where that is long to say. */
  private static final long PROGRESS_MILLIS = 100;

  private static final int FEW_NODES = 16;
  private static final int MUCH_OUTPUT = 256 * 1024;
  private static final long NEVER = Long.MAX_VALUE;
  private static final int OUT_OF_MEMORY = 253;
  private static final int HANGUP = 1;
  private static final int TERMINATE = 15;

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;
  private final Choices choices;
  private final StepTrace trace;
  private final BlockingQueue<StepEvent> events = new LinkedBlockingQueue<>();
  private final Map<String, Long> passedOn = new TreeMap<>();
  private Control.Registration registration;
  private Connection connection;
  private Step step;
  private StepSpec spec;
  private TaskReport report;
  private OutputWriter writer;
  private StepSignals signals;
  private boolean closed;
  private boolean leaving;
  private boolean left;
  private boolean resumed;
  private boolean ownJob;
  private int unsafe;
  private long progressDue = NEVER;
  private Step ended;
  private long reportDue = NEVER;
  private long lateDue = NEVER;
  private long waitDue = NEVER;

  StepSession(Control control, StepStreams streams, Invocation invocation, Choices choices) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
    this.choices = choices;
    this.trace = new StepTrace(control, invocation, choices);
  }

  /**
   * Creates the step, and stays with it to its end.
   *
   * @param jobIsOwn whether the job is there for the step alone
   * @param earlierSignal a signal that came just before, or zero
   */
  StepResult run(
      long jobId, boolean jobIsOwn, StepSpec wanted, byte[] environment, int earlierSignal)
      throws InterruptedException {
    spec = wanted;
    ownJob = jobIsOwn;
    registration = control.listen(event -> hear(event, jobId));
    StepCreation creation = new StepCreation(control, invocation, choices);
    // What comes while the step is created is not lost: it is dealt with as soon as there is one.
    invocation.onSignal(
        signal -> {
          events.add(new StepEvent.Signal(signal));
          creation.interrupt(signal);
        });
    invocation
        .disconnected()
        .thenRun(
            () -> {
              events.add(new StepEvent.Gone());
              creation.interrupt(HANGUP);
            });
    if (earlierSignal != 0) {
      events.add(new StepEvent.Signal(earlierSignal));
    }
    trace.requested(jobId, wanted);
    step = creation.create(jobId, wanted, environment);
    invocation.resumable(progress());
    if (choices.has("parsable")) {
      invocation.out().println(jobId + "." + step.id());
      invocation.out().flush();
    }
    trace.launching(step);
    return follow();
  }

  /**
   * Goes on with a step that an earlier controller made.
   *
   * @throws Refusal if there is no such step any more
   */
  StepResult resume(ResumeToken token) throws InterruptedException {
    resumed = true;
    ownJob = token.ownJob();
    passedOn.putAll(token.received());
    registration = control.listen(event -> hear(event, token.job()));
    invocation.onSignal(signal -> events.add(new StepEvent.Signal(signal)));
    invocation.disconnected().thenRun(() -> events.add(new StepEvent.Gone()));
    step =
        control.snapshot().steps(token.job()).stream()
            .filter(candidate -> candidate.id() == token.step())
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.error(
                        "srun",
                        1,
                        "StepId=" + token.job() + "." + token.step() + " is not known any more"));
    spec = step.spec();
    invocation.resumable(token.toString());
    if (step.state().ended()) {
      events.add(new StepEvent.Ended(step));
    }
    return follow();
  }

  private StepResult follow() throws InterruptedException {
    int tasks = Math.max(1, step.tasks());
    report = new TaskReport(tasks, trace.on());
    writer =
        new OutputWriter(
            invocation.out(),
            invocation.err(),
            choices.has("label"),
            !choices.has("unbuffered") && !spec.terminal(),
            tasks);
    signals = new StepSignals(control, invocation, choices, step, report);
    connection = streams.attach(step.jobId(), step.id(), Map.copyOf(passedOn), new Listener());
    openInput();
    openTerminal();
    try {
      while (!finished()) {
        StepEvent event = events.poll(Math.max(0, nextDue() - now()), TimeUnit.MILLISECONDS);
        if (event != null) {
          handle(event);
        }
        pass();
        timers();
      }
      if (unsafe > 0) {
        tellProgress();
      }
    } catch (InterruptedException e) {
      // The controller stops: the step's output waits for the one that comes next.
      left = true;
      throw e;
    }
    return finish();
  }

  /** Hears of the step's end, also of one that came before its creation was answered. */
  private void hear(Event event, long jobId) {
    if (event instanceof Event.StepChanged changed
        && changed.step().jobId() == jobId
        && changed.step().state().ended()) {
      events.add(new StepEvent.Ended(changed.step()));
    } else if (event instanceof Event.SignalRequested request
        && request.job().id() == jobId
        && request.stepId() >= 0
        && request.signal() == TERMINATE) {
      events.add(new StepEvent.Cancelled(request.stepId()));
    } else if (event instanceof Event.JobNotified notified
        && notified.job().id() == jobId
        && ownJob) {
      events.add(new StepEvent.Notice(notified.text()));
    } else if (event instanceof Event.JobChanged changed
        && changed.job().id() == jobId
        && (changed.job().status().state().ended()
            || changed.job().status().has(JobFlag.COMPLETING))) {
      events.add(new StepEvent.Cancelled(StepEvent.Cancelled.ALL));
    }
  }

  private final class Listener implements StepStreams.OutputListener {
    @Override
    public void output(String node, int task, boolean error, byte[] data) {
      events.add(new StepEvent.Output(node, task, error, data));
    }

    @Override
    public void started(String node, int tasks) {
      events.add(new StepEvent.Started(node, tasks));
    }

    @Override
    public void taskEnded(int task, int code, int signal, String node) {
      events.add(new StepEvent.TaskEnded(task, code, signal, node));
    }

    @Override
    public void closed() {
      events.add(new StepEvent.Closed());
    }
  }

  private void openInput() {
    String input = spec.input();
    boolean all = input.isEmpty() || input.equals("all");
    if (!all && !input.matches("\\d{1,7}")) {
      return;
    }
    int task = all ? Connection.ALL_TASKS : Integer.parseInt(input);
    Connection target = connection;
    invocation.streamInput(
        new InputListener() {
          @Override
          public CompletionStage<Void> data(byte[] bytes) {
            return target.input(task, bytes, false);
          }

          @Override
          public void end() {
            target.input(task, new byte[0], true);
          }
        });
  }

  private void openTerminal() {
    if (spec.terminal()) {
      invocation.rawTerminal(true);
      Connection target = connection;
      invocation.onResize(target::resize);
      if (invocation.terminalColumns() > 0) {
        target.resize(invocation.terminalColumns(), invocation.terminalRows());
      }
    }
  }

  private void handle(StepEvent event) {
    if (event instanceof StepEvent.Output output) {
      if (wanted(output)) {
        writer.write(output.task(), output.error(), output.data());
      }
      passedOn.merge(output.node(), (long) output.data().length, Long::sum);
      unsafe += output.data().length;
    } else if (event instanceof StepEvent.Started start) {
      trace.started(start.node(), start.tasks());
    } else if (event instanceof StepEvent.TaskEnded end) {
      ended(end);
    } else if (event instanceof StepEvent.Closed) {
      closed = true;
    } else if (event instanceof StepEvent.Ended end && end.step().id() == step.id()) {
      ended = end.step();
      lateDue = now() + LATE_MILLIS;
    } else if (event instanceof StepEvent.Cancelled cancelled && cancelled.concerns(step)) {
      signals.cancelled();
    } else if (event instanceof StepEvent.Notice notice) {
      invocation.err().println("srun: " + Printable.of(notice.text()));
      invocation.err().flush();
    } else if (event instanceof StepEvent.Signal signal) {
      leaving = signals.received(signal.number());
    } else if (event instanceof StepEvent.Gone) {
      signals.terminate();
      leaving = true;
    }
  }

  private void ended(StepEvent.TaskEnded end) {
    boolean first = report.noneEnded();
    report.ended(end.task(), end.code(), end.signal(), end.node());
    if (spec.killOnBadExit() && (end.code() != 0 || end.signal() != 0) && !report.allEnded()) {
      tell();
      signals.badExit();
    }
    reportDue = report.hasNews() ? now() + REPORT_MILLIS : reportDue;
    int patience = choices.number("wait", 0);
    if (first && patience > 0) {
      waitDue = now() + patience * 1000L;
      if (!report.allEnded()) {
        tell();
        trace.waiting(patience);
      }
    }
  }

  /** Output of one task alone, where the user asked for that. */
  private boolean wanted(StepEvent.Output output) {
    String mode = output.error() && !spec.error().isEmpty() ? spec.error() : spec.output();
    if (mode.equals("none")) {
      return false;
    }
    return !mode.matches("\\d{1,7}") || Integer.parseInt(mode) == output.task();
  }

  /** Passes output on when there is a moment's rest, or much of it. */
  private void pass() {
    if (unsafe == 0 || !events.isEmpty() && unsafe < MUCH_OUTPUT) {
      return;
    }
    if (passedOn.size() <= FEW_NODES) {
      tellProgress();
    } else {
      progressDue = Math.min(progressDue, now() + PROGRESS_MILLIS);
      invocation.out().flush();
      invocation.err().flush();
    }
  }

  /**
   * With the output itself the client gets to know how far it is, so that after a loss of this
   * controller it misses nothing and gets nothing twice. Once it does, the nodes need keep it no
   * more.
   */
  private void tellProgress() {
    progressDue = NEVER;
    int bytes = unsafe;
    unsafe = 0;
    Connection passed = connection;
    invocation.resumable(progress()).thenRun(() -> passed.consumed(bytes));
  }

  private String progress() {
    return new ResumeToken(step.jobId(), step.id(), ownJob, passedOn).toString();
  }

  private void timers() {
    if (now() >= progressDue) {
      tellProgress();
    }
    if (now() >= reportDue) {
      reportDue = NEVER;
      tell();
    }
    if (now() >= waitDue) {
      waitDue = NEVER;
      if (!report.allEnded()) {
        signals.overdue(choices.number("wait", 0));
      }
    }
  }

  private boolean finished() {
    return leaving || closed && (report.allEnded() || ended != null) || now() >= lateDue;
  }

  private long nextDue() {
    long due = Math.min(Math.min(reportDue, progressDue), Math.min(waitDue, lateDue));
    return due == NEVER ? now() + TimeUnit.HOURS.toMillis(1) : due;
  }

  private StepResult finish() {
    writer.finish();
    tell();
    ExitStatus exit = report.worst();
    if ((exit.success() || resumed) && ended != null && !report.allEnded()) {
      exit = ended.exit();
    }
    if (leaving && exit.success()) {
      exit = new ExitStatus(1, 0);
    }
    boolean outOfMemory = ended != null && ended.state() == JobState.OUT_OF_MEMORY;
    if (outOfMemory) {
      invocation.err().println("srun: error: StepId=" + signals.name() + ": Out Of Memory");
      return new StepResult(exit, OUT_OF_MEMORY);
    }
    if (report.forced() && !signals.aborted()) {
      invocation.err().println("srun: Force Terminated StepId=" + signals.name());
    }
    return StepResult.of(exit);
  }

  private void tell() {
    for (TaskReport.News news : report.news()) {
      trace.ended(step, news);
      if (news.failed()) {
        invocation.err().println("srun: error: " + news.text());
      }
    }
    invocation.err().flush();
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  @Override
  public void close() {
    if (registration != null) {
      registration.close();
    }
    if (connection != null && !left) {
      connection.close();
    }
    if (spec != null && spec.terminal()) {
      invocation.rawTerminal(false);
    }
  }
}
