package org.headrace.controller.internal.planning;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.headrace.api.job.Job;
import org.headrace.api.priority.Priority;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.Forecast;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.control.query.Remedy;
import org.headrace.controller.internal.forecast.StartAccuracy;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.PublishedState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans whenever something has happened that could start a job.
 *
 * <p>States: <em>idle</em> until the published state has a newer plan generation, a plugin has
 * changed, a minute has passed or a job with a promise is due; then a <em>cycle</em>: priorities,
 * plan, the plan as a command, waiting for that; then a pause as long as the cycle was, one second
 * at most, so that planning never takes more than half of a core from the rest. Where a cycle takes
 * long, the pause is longer, and what happens in it is <em>answered</em>: jobs start on what has
 * come free, and the cycle that makes a whole plan of it comes in its turn. While a plugin that
 * planning needs is missing or failing, cycles end without a plan, and everything else goes on.
 *
 * <p>Plugins run on a thread of its own. If one overruns its budget by far, that thread is given up
 * and the overrun counts as a fault.
 */
public final class PlanningLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlanningLoop.class);
  private static final long FULL_CYCLE_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Where a whole plan takes less, it is as good an answer to an event as any. */
  private static final long DEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** While events are answered without, whole plans take a part in so many of the time. */
  private static final int PLAN_SHARE = 10;

  private static final long LONGEST_TRIAL_SECONDS = 60;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PluginRegistry registry;
  private final BiFunction<Command, Actor, CompletableFuture<Outcome>> log;
  private final LongSupplier clock;
  private final GuardedCalls calls;
  private final PlanningCycle cycle;
  private final Trial trial;
  private final StartSearch startSearch;
  private final Rehearsal rehearsal;
  private final Advisor advisor;
  private final StartAccuracy accuracy = new StartAccuracy();
  private final Suspects suspects = new Suspects();
  private final ConcurrentLinkedQueue<FutureTask<?>> trials = new ConcurrentLinkedQueue<>();
  private final AtomicReference<PublishedState> latest = new AtomicReference<>();
  private final AtomicReference<CycleFigures> figures = new AtomicReference<>(CycleFigures.NONE);
  private final Runnable whenChanged = this::force;
  private final Thread thread;
  private volatile boolean closed;
  private boolean forced;
  private long plannedGeneration = Long.MIN_VALUE;
  private long answeredGeneration = Long.MIN_VALUE;

  /** True while events are answered without a whole plan, which isn't made before {@link #next}. */
  private boolean answering;

  private long next = System.nanoTime();
  private long soonest = next;
  private long plannedFreed = Long.MIN_VALUE;
  private long nextStart = Long.MAX_VALUE;
  private long lastCycleMillis;
  private volatile String problem;

  /**
   * @param log appends a command to the log
   * @param clock the present, in epoch milliseconds
   */
  public PlanningLoop(
      PluginRegistry registry,
      BiFunction<Command, Actor, CompletableFuture<Outcome>> log,
      LongSupplier clock) {
    this.registry = registry;
    this.log = log;
    this.clock = clock;
    calls = new GuardedCalls(registry);
    Rounds rounds = new Rounds(registry, calls);
    cycle = new PlanningCycle(registry, calls, rounds);
    trial = new Trial(registry, calls, rounds);
    startSearch = new StartSearch(registry, calls);
    advisor = new Advisor(registry, calls);
    rehearsal = new Rehearsal(registry, calls, rounds);
    thread = new Thread(this::run, "planner");
    thread.setDaemon(true);
    registry.onChange(whenChanged);
    registry.trial(this::tryOut);
  }

  /**
   * Has a plugin plan once on the present state, between two cycles: plugins are called by one
   * thread at a time.
   */
  private void tryOut(String kind, String name, Map<String, String> settings) throws PluginFault {
    PublishedState state = latest.get();
    if (closed || !thread.isAlive() || state == null || state.definition() == null) {
      return;
    }
    betweenCycles(
        () -> {
          trial.run(kind, name, state.input(), settings, clock.getAsLong());
          return null;
        });
  }

  /**
   * Says when a job that isn't in the queue would start. Waits for the cycle that is under way.
   *
   * @throws PluginFault if a plugin failed, or there is none
   */
  public Forecast forecast(Outcome.JobChecked job) throws PluginFault {
    PublishedState state = latest.get();
    if (closed || !thread.isAlive() || state == null || state.definition() == null) {
      return Forecast.unknown();
    }
    return betweenCycles(
        () -> startSearch.find(job, state, state.definition().settings(), clock.getAsLong()));
  }

  /** Changes with which a pending job could have started when it was last looked at. */
  public List<Remedy> remedies(Job job) {
    return advisor.remedies(job);
  }

  /**
   * How the priorities of pending jobs came about when they were computed last. Where that was by
   * another plugin or with other settings it waits for the cycle that is under way; if that had
   * nothing to compute, either, there are only the weights.
   */
  public PriorityBreakdown priorities(LongPredicate jobs) {
    PublishedState state = latest.get();
    if (closed || !thread.isAlive() || state == null || state.definition() == null) {
      return PriorityBreakdown.failed("nothing is planned at the moment");
    }
    String plugin = String.valueOf(registry.serving(Kind.PRIORITY));
    Map<String, String> settings = state.definition().settings();
    try {
      PriorityBreakdown made = cycle.priorities().of(jobs, plugin, settings);
      return made != null ? made : betweenCycles(() -> weights(jobs, plugin, settings));
    } catch (PluginFault e) {
      return PriorityBreakdown.failed(e.getMessage());
    }
  }

  private PriorityBreakdown weights(LongPredicate jobs, String plugin, Map<String, String> settings)
      throws PluginFault, InterruptedException {
    PriorityBreakdown made = cycle.priorities().of(jobs, plugin, settings);
    if (made != null) {
      return made;
    }
    PriorityWeights weights =
        calls.run(
            Budget.of(settings).patienceMillis(),
            () -> {},
            () ->
                registry.call(
                    Kind.PRIORITY,
                    Priority.class,
                    priority -> PriorityWeights.of(priority, settings)));
    return weights.breakdown(plugin, List.of());
  }

  private <T> T betweenCycles(Callable<T> call) throws PluginFault {
    FutureTask<T> task = new FutureTask<>(call);
    trials.add(task);
    wake();
    try {
      return task.get(LONGEST_TRIAL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PluginFault fault
          ? fault
          : new PluginFault("its trial failed: " + e.getCause(), e.getCause());
    } catch (TimeoutException | CancellationException e) {
      throw new PluginFault("it could not be tried; planning is busy or ending", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PluginFault("its trial was interrupted", e);
    } finally {
      trials.remove(task);
    }
  }

  private void runTrials() {
    for (FutureTask<?> task = trials.poll(); task != null; task = trials.poll()) {
      task.run();
    }
  }

  public void start() {
    thread.start();
  }

  /** A newer state was published. Cheap. */
  public void published(PublishedState state) {
    PublishedState before = latest.getAndSet(state);
    if (before == null || before.planGeneration() != state.planGeneration()) {
      wake();
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** Plans soon, also if nothing seems to have happened. */
  public synchronized void force() {
    forced = true;
    notifyAll();
  }

  public CycleFigures figures() {
    return figures.get();
  }

  public void resetFigures() {
    figures.set(CycleFigures.NONE);
  }

  /** Why no plan can be made at the moment, or null. */
  public String problem() {
    return problem;
  }

  private enum Due {
    NOTHING,
    ANSWER,
    PLAN
  }

  private void run() {
    while (!closed) {
      try {
        runTrials();
        Due due = awaitReason();
        long start = System.nanoTime();
        if (due == Due.PLAN) {
          cycle(latest.get());
          planned(System.nanoTime() - start);
        } else if (due == Due.ANSWER) {
          answer(latest.get());
          pause(Math.min(System.nanoTime() - start, LONGEST_PAUSE_NANOS));
        }
      } catch (InterruptedException e) {
        if (closed) {
          return;
        }
      } catch (RuntimeException e) {
        LOG.error("A planning cycle failed; going on", e);
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void planned(long took) throws InterruptedException {
    long pause = Math.min(took, LONGEST_PAUSE_NANOS);
    answering = took >= DEEP_NANOS && problem == null;
    if (answering) {
      cycle.ready(latest.get());
    }
    soonest = System.nanoTime() + pause;
    if (answering) {
      next =
          System.nanoTime()
              + Math.min((PLAN_SHARE - 1) * took, Math.max(took, LONGEST_PAUSE_NANOS));
    } else {
      next = soonest;
      pause(pause);
    }
  }

  /** Nothing, if it was woken for something else, or is to end. */
  private synchronized Due awaitReason() throws InterruptedException {
    Due due = due();
    while (!closed && due == Due.NOTHING && trials.isEmpty()) {
      long left = TimeUnit.NANOSECONDS.toMillis(next - System.nanoTime()) + 1;
      long longest = left > 0 ? Math.min(left, 1_000) : 1_000;
      wait(Math.max(1, Math.min(longest, nextStart - clock.getAsLong())));
      due = due();
    }
    forced &= due != Due.PLAN;
    return closed ? Due.NOTHING : due;
  }

  private Due due() {
    PublishedState state = latest.get();
    if (state == null || state.definition() == null) {
      return Due.NOTHING; // A new cluster, whose configuration is on its way into the log.
    }
    boolean news = state.planGeneration() != plannedGeneration;
    if (forced
        || clock.getAsLong() - lastCycleMillis >= FULL_CYCLE_MILLIS
        || clock.getAsLong() >= nextStart
        || news && System.nanoTime() - next >= 0) {
      return Due.PLAN;
    }
    return news && answering && state.planGeneration() != answeredGeneration
        ? Due.ANSWER
        : Due.NOTHING;
  }

  /** A cycle of under a millisecond needs no pause: the next event is answered at once. */
  private void pause(long nanos) throws InterruptedException {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
    if (millis > 0) {
      synchronized (this) {
        long end = System.nanoTime() + nanos;
        long left = millis;
        while (!closed && left > 0) {
          wait(left);
          left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
      }
    }
  }

  private void cycle(PublishedState state) throws InterruptedException {
    lastCycleMillis = clock.getAsLong();
    nextStart = Long.MAX_VALUE;
    long start = System.nanoTime();
    String scheduler = registry.serving(Kind.SCHEDULER);
    try {
      PlanningCycle.Turn turn =
          cycle.plan(state, lastCycleMillis, state.freedGeneration() != plannedFreed);
      plannedGeneration = state.planGeneration();
      plannedFreed = state.freedGeneration();
      nextStart = turn.nextStart();
      problem = null;
      long planned = System.nanoTime();
      carryOut(turn.commands());
      long applied = System.nanoTime() - planned;
      figures.updateAndGet(known -> known.plus(planned - start, applied, turn));
      told(turn);
      accuracy.retain(turn.plan().decisions());
      if (turn.nonsense() != null) {
        failedInPart(turn.nonsense(), scheduler);
        return;
      }
      suspects.clear();
      cycle.shadow(turn);
      if (!cycle.missing()) {
        rehearsal.after(turn);
        advisor.after(turn);
      }
    } catch (PluginFault e) {
      failed(state, e, scheduler);
    }
  }

  private void told(PlanningCycle.Turn turn) {
    boolean started = false;
    for (Command.ApplyPlan command : turn.commands()) {
      started |= accuracy.told(command.plan().decisions(), turn.now());
    }
    if (started) {
      StartAccuracy.Result result = accuracy.result();
      figures.updateAndGet(known -> known.with(result));
    }
  }

  /** Answers what has happened since the last turn; what can't be is for a whole plan. */
  private void answer(PublishedState state) throws InterruptedException {
    answeredGeneration = state.planGeneration();
    long start = System.nanoTime();
    String scheduler = registry.serving(Kind.SCHEDULER);
    try {
      PlanningCycle.Turn turn = cycle.answer(state, clock.getAsLong());
      if (turn == null) {
        answering = false;
        next = soonest;
      } else {
        carryOut(turn.commands());
        long took = System.nanoTime() - start;
        figures.updateAndGet(known -> known.answered(took));
        told(turn);
        if (turn.nonsense() != null) {
          failedInPart(turn.nonsense(), scheduler);
        }
      }
    } catch (PluginFault e) {
      answering = false;
      next = soonest;
      failed(state, e, scheduler);
    }
  }

  private void failed(PublishedState state, PluginFault e, String scheduler)
      throws InterruptedException {
    if (!e.getMessage().equals(problem)) {
      LOG.warn("No plan: {}", e.getMessage());
    }
    problem = e.getMessage();
    blame(e, scheduler);
    if (cycle.missing()) {
      plannedGeneration = state.planGeneration();
      carryOut(cycle.paused(state));
    } else {
      // Also a cycle that no event asked for is tried again, until it works or a plugin is out.
      plannedGeneration = Long.MIN_VALUE;
      pause(RETRY_NANOS);
    }
  }

  /** The rest of the plan was carried out; the job that it wasn't made for is planned anew. */
  private void failedInPart(PluginFault e, String scheduler) throws InterruptedException {
    LOG.warn("A part of a plan is left out: {}", e.getMessage());
    blame(e, scheduler);
    pause(RETRY_NANOS);
    force();
  }

  private void blame(PluginFault e, String scheduler) throws InterruptedException {
    long job = suspects.blame(e, scheduler);
    if (job != 0) {
      PublishedState state = latest.get();
      Job found = state.job(job);
      boolean component = found != null && found.spec().component().index() > 0;
      setAside(job, component ? found.spec().component().group() : job, e);
    }
  }

  /**
   * Holds a job that no scheduler can plan, and gives those that failed for it another chance.
   *
   * @param whole the job, or the heterogeneous one that it is a component of
   */
  private void setAside(long job, long whole, PluginFault e) throws InterruptedException {
    Set<String> schedulers = suspects.acquitted(job);
    LOG.error(
        "Job {} is held: schedulers {} can't plan it ({}); scontrol release {} tries again",
        job,
        schedulers,
        e.getMessage(),
        whole);
    try {
      Outcome outcome =
          log.apply(new Command.HoldJob(JobTarget.of(whole), false), Actor.SYSTEM).get();
      if (outcome instanceof Outcome.Rejected rejected) {
        LOG.error("Job {} can't be held: {}", job, rejected.message());
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    }
    registry.pardon(Kind.SCHEDULER, schedulers);
  }

  /** A plan that the log didn't take is made again: nothing of it may count as told. */
  private void carryOut(List<Command.ApplyPlan> commands) throws InterruptedException {
    String lost = null;
    for (int i = 0; lost == null && i < commands.size(); i++) {
      try {
        Outcome outcome = log.apply(commands.get(i), Actor.SYSTEM).get();
        lost = outcome instanceof Outcome.Rejected rejected ? rejected.message() : null;
      } catch (ExecutionException e) {
        lost = e.toString();
      }
    }
    if (lost == null) {
      return;
    }
    LOG.warn("A plan was not taken, and is made again: {}", lost);
    cycle.lost();
    plannedGeneration = Long.MIN_VALUE;
    plannedFreed = Long.MIN_VALUE;
    pause(RETRY_NANOS);
  }

  @Override
  public void close() {
    closed = true;
    registry.forget(whenChanged);
    thread.interrupt();
    calls.close();
    trials.forEach(task -> task.cancel(false));
  }
}
