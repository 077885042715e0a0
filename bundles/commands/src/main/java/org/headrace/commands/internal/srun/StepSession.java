package org.headrace.commands.internal.srun;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.commands.internal.alloc.ResumeToken;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.event.Event;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.control.stepio.StepStreams;
import org.headrace.control.stepio.StepStreams.Connection;

/**
 * A step while it runs, or the steps of several components of a heterogeneous job: passes input and
 * output on, says how tasks end, and signals them. All work is done by the thread of the command;
 * other threads only put events in its queue.
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

  /** Bytes of lines without an end that a client is told, in messages of at most 64 KiB. */
  private static final int MOST_BEGUN = 16 * 1024;

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

  /** Lines that an earlier controller had begun to read. */
  private Map<Integer, String> begun = Map.of();

  private Control.Registration registration;
  private final List<StepLink> links = new ArrayList<>();
  private TaskReport report;
  private OutputWriter writer;
  private StepSignals signals;
  private boolean leaving;
  private boolean left;
  private boolean resumed;
  private boolean ownJob;
  private final Set<String> lost = new HashSet<>();

  /** Nodes whose change is among the events; once each, as all of a cluster's are heard of. */
  private final Set<String> changedNodes = ConcurrentHashMap.newKeySet();

  private int unsafe;
  private long progressDue = NEVER;
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
   * @param wanted one for each component of the job that it goes over, in their order
   * @param jobIsOwn whether the job is there for the step alone
   * @param earlierSignal a signal that came just before, or zero
   */
  StepResult run(List<Command.CreateStep> wanted, boolean jobIsOwn, int earlierSignal)
      throws InterruptedException {
    ownJob = jobIsOwn;
    Set<Long> jobs = wanted.stream().map(Command.CreateStep::jobId).collect(Collectors.toSet());
    registration = control.listen(event -> hear(event, jobs));
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
    wanted.forEach(trace::requested);
    link(creation.create(wanted));
    invocation.resumable(progress());
    if (choices.has("parsable")) {
      invocation.out().println(leading().jobId() + "." + leading().id());
      invocation.out().flush();
    }
    links.forEach(link -> trace.launching(link.step()));
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
    begun = token.begun();
    List<Step> steps = steps(token);
    Set<Long> jobs = steps.stream().map(Step::jobId).collect(Collectors.toSet());
    registration = control.listen(event -> hear(event, jobs));
    invocation.onSignal(signal -> events.add(new StepEvent.Signal(signal)));
    invocation.disconnected().thenRun(() -> events.add(new StepEvent.Gone()));
    link(steps);
    invocation.resumable(token.toString());
    // As they are now that their ends are heard of.
    for (Step step : steps(token)) {
      if (step.state().ended()) {
        events.add(new StepEvent.Ended(step));
      }
    }
    return follow();
  }

  /** The step, or the one of each component, in the order of components. */
  private List<Step> steps(ResumeToken token) {
    Step first = step(token.job(), token.step());
    return first.group().grouped()
        ? first.group().jobs().stream().map(job -> step(job, token.step())).toList()
        : List.of(first);
  }

  private Step step(long job, int number) {
    return control.snapshot().steps(job).stream()
        .filter(candidate -> candidate.id() == number)
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.error(
                    "srun", 1, "StepId=" + job + "." + number + " is not known any more"));
  }

  private void link(List<Step> steps) {
    steps.forEach(step -> links.add(new StepLink(step, links.size(), events)));
  }

  /** The step by whose name the user knows all of them. */
  private Step leading() {
    return links.get(0).step();
  }

  private StepSpec spec() {
    return leading().spec();
  }

  private StepResult follow() throws InterruptedException {
    List<Step> steps = links.stream().map(StepLink::step).toList();
    int tasks = Math.max(1, steps.stream().mapToInt(Step::tasks).sum());
    report = new TaskReport(tasks, trace.on());
    writer =
        new OutputWriter(
            invocation.out(),
            invocation.err(),
            choices.has("label"),
            !choices.has("unbuffered") && !spec().terminal(),
            tasks);
    writer.begin(begun);
    signals = new StepSignals(control, invocation, choices, steps, report);
    links.forEach(link -> link.attach(streams, passedOn));
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
  private void hear(Event event, Set<Long> jobs) {
    if (event instanceof Event.StepChanged changed
        && jobs.contains(changed.step().jobId())
        && changed.step().state().ended()) {
      events.add(new StepEvent.Ended(changed.step()));
    } else if (event instanceof Event.SignalRequested request
        && jobs.contains(request.job().id())
        && request.stepId() >= 0
        && request.signal() == TERMINATE) {
      events.add(new StepEvent.Cancelled(request.stepId()));
    } else if (event instanceof Event.JobNotified notified
        && jobs.contains(notified.job().id())
        && ownJob) {
      events.add(new StepEvent.Notice(notified.text()));
    } else if (event instanceof Event.NodeChanged changed && changedNodes.add(changed.node())) {
      events.add(new StepEvent.NodeChanged(changed.node()));
    } else if (event instanceof Event.JobChanged changed
        && jobs.contains(changed.job().id())
        && (changed.job().status().state().ended()
            || changed.job().status().has(JobFlag.COMPLETING))) {
      events.add(new StepEvent.Cancelled(StepEvent.Cancelled.ALL));
    }
  }

  private void openInput() {
    Map<Connection, Integer> readers = new LinkedHashMap<>();
    for (StepLink link : links) {
      String input = link.step().spec().input();
      if (input.isEmpty() || input.equals("all")) {
        readers.put(link.connection(), Connection.ALL_TASKS);
      } else if (input.matches("\\d{1,7}")) {
        int task = Integer.parseInt(input) - link.firstTask();
        if (links.size() == 1 || task >= 0 && task < link.step().tasks()) {
          readers.put(link.connection(), task);
        }
      }
    }
    if (readers.isEmpty()) {
      return;
    }
    invocation.streamInput(
        new InputListener() {
          @Override
          public CompletionStage<Void> data(byte[] bytes) {
            return CompletableFuture.allOf(
                readers.entrySet().stream()
                    .map(reader -> reader.getKey().input(reader.getValue(), bytes, false))
                    .map(CompletionStage::toCompletableFuture)
                    .toArray(CompletableFuture[]::new));
          }

          @Override
          public void end() {
            readers.forEach((connection, task) -> connection.input(task, new byte[0], true));
          }
        });
  }

  private void openTerminal() {
    if (spec().terminal()) {
      invocation.rawTerminal(true);
      Connection target = links.get(0).connection();
      invocation.onResize(target::resize);
      if (invocation.terminalColumns() > 0) {
        target.resize(invocation.terminalColumns(), invocation.terminalRows());
      }
    }
  }

  private void handle(StepEvent event) {
    if (event instanceof StepEvent.Output output) {
      int length = output.data().length;
      if (wanted(output)) {
        writer.write(output.task(), output.error(), output.data());
      }
      passedOn.merge(output.link().source(output.node()), (long) length, Long::sum);
      output.link().passing(length);
      unsafe += length;
    } else if (event instanceof StepEvent.Started start) {
      trace.started(start.node(), start.tasks());
    } else if (event instanceof StepEvent.TaskEnded end) {
      ended(end);
    } else if (event instanceof StepEvent.Closed end) {
      end.link().finish();
    } else if (event instanceof StepEvent.Ended end) {
      ended(end.step());
    } else if (event instanceof StepEvent.NodeChanged changed) {
      changedNodes.remove(changed.node());
      lost(changed.node());
    } else if (event instanceof StepEvent.Cancelled cancelled && cancelled.concerns(leading())) {
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

  private void ended(Step step) {
    for (StepLink link : links) {
      if (link.is(step)) {
        link.end(step);
      }
    }
    if (allEnded()) {
      lateDue = now() + LATE_MILLIS;
    }
  }

  /** True once the controller has said that all are over. */
  private boolean allEnded() {
    return links.stream().allMatch(link -> link.ended() != null);
  }

  /** Says once that a node of the step is down. */
  private void lost(String name) {
    Snapshot snapshot = control.snapshot();
    NodeView node = snapshot.node(name);
    boolean down = node != null && node.state().base() == NodeState.Base.DOWN;
    boolean ours =
        down
            && links.stream()
                .flatMap(link -> link.step().parts().stream())
                .anyMatch(part -> part.node() == node.id());
    if (ours && lost.add(name)) {
      invocation.err().println("srun: error: Node failure on " + name);
      invocation.err().flush();
    }
  }

  private void ended(StepEvent.TaskEnded end) {
    boolean first = report.noneEnded();
    report.ended(end.task(), end.code(), end.signal(), end.node());
    boolean kills = end.link().step().spec().killOnBadExit();
    if (kills && (end.code() != 0 || end.signal() != 0) && !report.allEnded()) {
      tell();
      signals.badExit();
    }
    reportDue = report.hasNews() ? now() + REPORT_MILLIS : reportDue;
    int patience = end.link().step().spec().outlivesNodes() ? 0 : choices.number("wait", 0);
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
    StepSpec spec = output.link().step().spec();
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
    unsafe = 0;
    CompletionStage<Void> told = invocation.resumable(progress());
    for (StepLink link : links) {
      int bytes = link.takePassing();
      if (bytes > 0) {
        told.thenRun(() -> link.safe(bytes));
      }
    }
  }

  private String progress() {
    Map<Integer, String> waiting = writer == null ? begun : writer.begun(MOST_BEGUN);
    return new ResumeToken(leading().jobId(), leading().id(), ownJob, passedOn, waiting).toString();
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
    boolean closed = links.stream().allMatch(StepLink::done);
    return leaving || closed && (report.allEnded() || allEnded()) || now() >= lateDue;
  }

  private long nextDue() {
    long due = Math.min(Math.min(reportDue, progressDue), Math.min(waitDue, lateDue));
    return due == NEVER ? now() + TimeUnit.HOURS.toMillis(1) : due;
  }

  private StepResult finish() {
    writer.finish();
    tell();
    ExitStatus exit = report.worst();
    if ((exit.success() || resumed) && allEnded() && !report.allEnded()) {
      exit = worstEnd();
    }
    if (leaving && exit.success()) {
      exit = new ExitStatus(1, 0);
    }
    boolean outOfMemory =
        links.stream()
            .anyMatch(
                link -> link.ended() != null && link.ended().state() == JobState.OUT_OF_MEMORY);
    if (outOfMemory) {
      invocation.err().println("srun: error: StepId=" + signals.name() + ": Out Of Memory");
      return new StepResult(exit, OUT_OF_MEMORY);
    }
    if (report.forced() && !signals.aborted() && !choices.has("quiet")) {
      invocation.err().println("srun: Force Terminated StepId=" + signals.name());
    }
    return StepResult.of(exit);
  }

  private ExitStatus worstEnd() {
    return links.stream()
        .map(link -> link.ended().exit())
        .max(Comparator.comparingInt(exit -> StepResult.of(exit).status()))
        .orElseThrow();
  }

  private void tell() {
    for (TaskReport.News news : report.news()) {
      trace.ended(leading(), news);
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
    for (StepLink link : links) {
      if (link.connection() != null && !left) {
        link.connection().close();
      }
    }
    if (!links.isEmpty() && spec().terminal()) {
      invocation.rawTerminal(false);
    }
  }
}
