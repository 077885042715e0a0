package org.headrace.agent.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.headrace.agent.internal.HeldStep.Stage;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Usage;
import org.headrace.api.launcher.FoundStep;
import org.headrace.api.launcher.LaunchListener;
import org.headrace.api.launcher.LaunchOrder;
import org.headrace.api.launcher.Launcher;
import org.headrace.api.launcher.OutputKind;
import org.headrace.api.launcher.SignalScope;
import org.headrace.api.launcher.StepKey;
import org.headrace.api.launcher.StepResult;
import org.headrace.api.launcher.TaskOrder;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the node, between the controller's orders and the launcher.
 *
 * <p>Lives on the agent's turn, but for {@link LaunchListener}, which the launcher's thread calls.
 */
final class StepTable implements LaunchListener {
  static final int TERM = 15;
  static final int KILL = 9;

  private static final Logger LOG = LoggerFactory.getLogger(StepTable.class);
  private static final long TERMINAL_SIZE_MILLIS = 1000;
  private static final long PROBE_MILLIS = 15_000;
  private static final byte[] NOTHING = new byte[0];

  private final Turn turn;
  private final Launcher launcher;
  private final OrderBuilder orders;
  private final ReportBook reports;
  private final Consumer<FromNode> send;
  private final Supplier<NodeRules> rules;
  private final Map<StepKey, HeldStep> steps = new ConcurrentHashMap<>();
  private final StepFences fences;
  private final CountDownLatch recovered = new CountDownLatch(1);
  private Consumer<HeldStep> ended = step -> {};
  private boolean connected;

  StepTable(
      Turn turn,
      Launcher launcher,
      OrderBuilder orders,
      ReportBook reports,
      Consumer<FromNode> send,
      Supplier<NodeRules> rules) {
    this.turn = turn;
    this.launcher = launcher;
    this.orders = orders;
    this.reports = reports;
    this.send = send;
    this.rules = rules;
    fences = new StepFences(launcher, send);
  }

  /** Has {@code listener} called on the turn when a step has ended. */
  void onEnded(Consumer<HeldStep> listener) {
    ended = listener;
  }

  /**
   * Takes over what the launcher finds from before a restart. Called once, before anything else.
   */
  void recover() {
    for (FoundStep found : launcher.recover(this)) {
      HeldStep step = hold(found.key(), found.attempt(), Stage.LAUNCHED);
      step.input.launched();
      if (found instanceof FoundStep.Ended over) {
        LOG.info("{} has ended while the agent was away", found.key());
        end(step, over.result());
      } else {
        LOG.info("{} is still running", found.key());
      }
    }
    recovered.countDown();
  }

  /** The step, for the launcher's thread, which may be ahead of {@link #recover} for a moment. */
  private HeldStep find(StepKey key) {
    try {
      recovered.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return steps.get(key);
  }

  private HeldStep hold(StepKey key, int attempt, Stage stage) {
    HeldStep step =
        new HeldStep(
            key,
            attempt,
            new StepStream(
                key.jobId(), key.stepId(), send, () -> launcher.resumeOutput(key), connected),
            new StepInput(launcher, key, send, stage != Stage.LAUNCHED),
            stage);
    steps.put(key, step);
    return step;
  }

  /** What the controller should know that the node has. */
  List<FromNode.HeldStep> held() {
    List<FromNode.HeldStep> held = new ArrayList<>();
    for (HeldStep step : steps.values()) {
      held.add(new FromNode.HeldStep(step.key.jobId(), step.attempt, step.key.stepId()));
    }
    return held;
  }

  /** Steps of a run that the launcher has and that haven't ended. */
  List<HeldStep> alive(RunKey run) {
    return steps.values().stream()
        .filter(step -> step.stage == Stage.LAUNCHED && step.run().equals(run))
        .toList();
  }

  /** Steps that the launcher has and that haven't ended. */
  List<HeldStep> alive() {
    return steps.values().stream().filter(step -> step.stage == Stage.LAUNCHED).toList();
  }

  /** Puts a line among the errors of a run's script. */
  void tell(ToNode.Tell tell) {
    HeldStep step = steps.get(StepKey.batch(tell.jobId()));
    if (step != null && step.attempt == tell.restarts() && step.stage == Stage.LAUNCHED) {
      launcher.tell(step.key, "slurmstepd: error: " + tell.text() + "\n");
    }
  }

  /** Runs with steps of which something is left. */
  List<RunKey> runs() {
    return steps.values().stream().map(HeldStep::run).distinct().toList();
  }

  /** Keeps an order until {@link #start}; what comes for the step meanwhile waits for it. */
  void expect(ToNode.Launch launch) {
    StepKey key = new StepKey(launch.job().id(), launch.step().id());
    int attempt = launch.job().status().restarts();
    HeldStep known = steps.get(key);
    if (known != null && known.attempt >= attempt) {
      return;
    }
    if (known != null && known.stage == Stage.LAUNCHED) {
      LOG.warn("{}: attempt {} is in the way of {}; ending it", key, known.attempt, attempt);
      launcher.signal(key, KILL, SignalScope.ALL_PROCESSES);
      turn.schedule(TERMINAL_SIZE_MILLIS, () -> expectAgain(launch));
      return;
    }
    HeldStep step = hold(key, attempt, Stage.EXPECTED);
    step.launch = launch;
    step.first = launch.stepNodes().indexOf(orders.nodeName()) <= 0;
  }

  private void expectAgain(ToNode.Launch launch) {
    expect(launch);
    start(new RunKey(launch.job().id(), launch.job().status().restarts()));
  }

  /** The node is ready for a run: starts what is expected of it. */
  void start(RunKey run) {
    for (HeldStep step : steps.values()) {
      if (step.stage == Stage.EXPECTED && step.run().equals(run)) {
        step.stage = Stage.READY;
        if (step.launch.step().spec().terminal() && !step.sized) {
          turn.schedule(TERMINAL_SIZE_MILLIS, () -> launch(step));
        } else {
          launch(step);
        }
      }
    }
  }

  private void launch(HeldStep step) {
    if (step.stage != Stage.READY || steps.get(step.key) != step) {
      return;
    }
    step.stage = Stage.LAUNCHED;
    LaunchOrder order;
    try {
      order = orders.order(step.launch, rules.get(), step.rows, step.columns);
    } catch (OrderBuilder.ImpossibleStepException e) {
      LOG.warn("{} can't be started: {}", step.key, e.getMessage());
      report(step, new ExitStatus(1, 0), Usage.NONE, false, e.getMessage());
      return;
    } catch (RuntimeException e) {
      LOG.error("{} can't be started", step.key, e);
      report(step, new ExitStatus(1, 0), Usage.NONE, false, "the agent failed: " + e);
      return;
    }
    // Orders are large (script, environment); nothing needs this one any more.
    step.launch = null;
    step.ranks = order.tasks().stream().map(TaskOrder::globalRank).toList();
    launcher.launch(order, this);
    step.input.launched();
  }

  /** Drops what hasn't been started of a run. */
  void dropExpected(RunKey run) {
    steps
        .values()
        .removeIf(
            step ->
                step.run().equals(run)
                    && (step.stage == Stage.EXPECTED || step.stage == Stage.READY));
  }

  /** Sends a signal to all processes of a run's steps. */
  void signalAll(RunKey run, int signal) {
    for (HeldStep step : alive(run)) {
      step.ending |= signal == TERM;
      launcher.signal(step.key, signal, SignalScope.ALL_PROCESSES);
    }
  }

  /** Tells the user, in each of a run's steps, why it is ended. */
  void tellEnd(RunKey run, JobState state) {
    alive(run).forEach(step -> tellEnd(step, state));
  }

  /** Once, though KILL follows TERM. */
  private void tellEnd(HeldStep step, JobState state) {
    if (step.first && !step.endTold) {
      step.endTold = true;
      long now = System.currentTimeMillis();
      launcher.tell(step.key, EndNotice.of(step.key, orders.nodeName(), state, now));
    }
  }

  /** Nobody waits for the output of a run any more. */
  void abandon(RunKey run) {
    alive(run).forEach(step -> step.stream.abandon());
  }

  void signal(ToNode.Signal signal) {
    RunKey run = new RunKey(signal.jobId(), signal.restarts());
    for (HeldStep step : List.copyOf(steps.values())) {
      boolean named = signal.stepId() == step.key.stepId();
      if (!step.run().equals(run) || !named && signal.stepId() != ToNode.Signal.ALL_STEPS) {
        continue;
      }
      SignalScope scope = SignalScopes.of(signal, step.key.stepId());
      // Programs that clean up on TERM are to do so once.
      if (scope == null || signal.signal() == TERM && step.ending) {
        continue;
      }
      if (step.stage == Stage.LAUNCHED) {
        if (signal.signal() == TERM || signal.signal() == KILL) {
          tellEnd(step, JobState.CANCELLED);
        }
        launcher.signal(step.key, signal.signal(), scope);
      } else if (step.stage != Stage.ENDED
          && (signal.signal() == KILL || signal.signal() == TERM)) {
        report(step, new ExitStatus(0, signal.signal()), Usage.NONE, false, "");
      }
    }
  }

  void input(ToNode.Input input) {
    HeldStep step = steps.get(new StepKey(input.jobId(), input.stepId()));
    if (step != null) {
      step.input.add(input);
    }
  }

  void attach(ToNode.Attach attach) {
    HeldStep step = steps.get(new StepKey(attach.jobId(), attach.stepId()));
    if (step != null) {
      step.stream.attached(attach.attached(), attach.received());
      if (attach.attached()) {
        step.input.attached();
      }
    }
  }

  void credit(ToNode.Credit credit) {
    HeldStep step = steps.get(new StepKey(credit.jobId(), credit.stepId()));
    if (step != null) {
      step.stream.credit(credit.bytes(), credit.received());
    }
  }

  void resize(ToNode.Resize resize) {
    HeldStep step = steps.get(new StepKey(resize.jobId(), resize.stepId()));
    if (step != null && resize.rows() > 0 && resize.columns() > 0) {
      step.rows = Math.min(resize.rows(), Short.MAX_VALUE);
      step.columns = Math.min(resize.columns(), Short.MAX_VALUE);
      step.sized = true;
      if (step.stage == Stage.LAUNCHED) {
        launcher.resize(step.key, step.rows, step.columns);
      } else {
        launch(step);
      }
    }
  }

  /** A step that runs in this run of its job, or null. */
  private HeldStep running(long jobId, int restarts, int stepId) {
    HeldStep step = steps.get(new StepKey(jobId, stepId));
    return step != null && step.attempt == restarts && step.stage == Stage.LAUNCHED ? step : null;
  }

  void fenced(ToNode.Fenced fenced) {
    HeldStep step = running(fenced.jobId(), fenced.restarts(), fenced.stepId());
    if (step != null) {
      launcher.fenced(step.key, fenced.round(), fenced.pairs());
    }
  }

  void ask(ToNode.AskShare ask) {
    HeldStep step = running(ask.jobId(), ask.restarts(), ask.stepId());
    if (step != null) {
      fences.ask(step, ask.round());
    }
  }

  void failed(ToNode.StepFailed failed) {
    HeldStep step = running(failed.jobId(), failed.restarts(), failed.stepId());
    if (step != null) {
      launcher.fail(step.key, failed.why());
    }
  }

  void connected(boolean now) {
    connected = now;
    steps.values().forEach(step -> step.stream.connected(now));
    if (now) {
      fences.connected();
      steps.values().forEach(this::probeLater);
    }
  }

  /**
   * Output that nobody has asked for may have lost its listener while the controller was away. The
   * answer to an empty message tells.
   */
  private void probeLater(HeldStep step) {
    if (step.batch() || step.probing || !step.stream.waitsForListener()) {
      return;
    }
    step.probing = true;
    turn.schedule(
        PROBE_MILLIS,
        () -> {
          step.probing = false;
          if (steps.get(step.key) == step && step.stream.waitsForListener()) {
            send.accept(
                new FromNode.Output(step.key.jobId(), step.key.stepId(), 0, false, NOTHING, 0));
            probeLater(step);
          }
        });
  }

  /** The controller has a report safe. */
  void safe(FromNode.StepEnded news) {
    StepKey key = new StepKey(news.jobId(), news.stepId());
    launcher.forget(key, news.restarts());
    HeldStep step = steps.get(key);
    if (step != null && step.attempt == news.restarts() && step.stage == Stage.ENDED) {
      steps.remove(key, step);
    }
  }

  @Override
  public void started(StepKey key, int attempt, List<Long> pids, List<String> notes) {
    LOG.debug("{} runs as {}", key, pids);
    HeldStep step = find(key);
    if (step != null && step.attempt == attempt) {
      step.pids = List.copyOf(pids);
      if (!step.batch()) {
        step.stream.after(new FromNode.TasksStarted(key.jobId(), key.stepId(), pids.size()));
      }
    }
  }

  @Override
  public boolean output(StepKey key, int taskRank, OutputKind stream, byte[] data) {
    HeldStep step = find(key);
    if (step == null || step.batch()) {
      return true;
    }
    boolean flows = step.stream.output(taskRank, stream == OutputKind.STDERR, data);
    if (!flows && step.stream.waitsForListener()) {
      turn.execute(() -> probeLater(step));
    }
    return flows;
  }

  @Override
  public void taskExited(StepKey key, int taskRank, org.headrace.api.launcher.ExitStatus status) {
    HeldStep step = find(key);
    if (step != null && !step.batch()) {
      step.stream.after(
          new FromNode.TaskEnded(
              key.jobId(),
              key.stepId(),
              taskRank,
              new ExitStatus(status.exitCode(), status.signal())));
    }
  }

  @Override
  public void ended(StepKey key, StepResult result) {
    HeldStep step = find(key);
    if (step == null || step.attempt != result.attempt()) {
      LOG.warn("{} attempt {}, which nobody knows, has ended", key, result.attempt());
    } else if (step.batch()) {
      turn.execute(() -> end(step, result));
    } else {
      String problem = EndNotice.problem(orders.nodeName(), key, result);
      if (!problem.isEmpty()) {
        step.stream.output(0, true, problem.getBytes(StandardCharsets.UTF_8));
      }
      step.stream.after(new FromNode.OutputClosed(key.jobId(), key.stepId()));
      step.stream.after(() -> turn.execute(() -> end(step, result)));
    }
  }

  @Override
  public void inputWritable(StepKey key) {
    HeldStep step = find(key);
    if (step != null) {
      turn.execute(step.input::flush);
    }
  }

  @Override
  public void inputTaken(StepKey key, long bytes) {
    HeldStep step = find(key);
    if (step != null) {
      turn.execute(() -> step.input.taken(bytes));
    }
  }

  @Override
  public void share(StepKey key, int round, byte[] pairs) {
    HeldStep step = find(key);
    if (step != null) {
      turn.execute(() -> fences.share(step, round, pairs));
    }
  }

  @Override
  public void passed(StepKey key, int round) {
    HeldStep step = find(key);
    if (step != null) {
      turn.execute(() -> fences.passed(step, round));
    }
  }

  @Override
  public void aborted(StepKey key, String why) {
    HeldStep step = find(key);
    if (step != null) {
      turn.execute(
          () ->
              reports.add(new FromNode.StepAborted(key.jobId(), step.attempt, key.stepId(), why)));
    }
  }

  private void end(HeldStep step, StepResult result) {
    if (step.stage != Stage.ENDED) {
      report(
          step,
          Results.exit(step.key, result),
          Results.usage(result),
          result.usage().oomKilled(),
          result.reason());
    }
  }

  private void report(
      HeldStep step, ExitStatus exit, Usage usage, boolean outOfMemory, String message) {
    step.stage = Stage.ENDED;
    step.launch = null;
    fences.ended(step);
    reports.add(
        new FromNode.StepEnded(
            step.key.jobId(), step.attempt, step.key.stepId(), exit, usage, outOfMemory, message));
    ended.accept(step);
  }
}
