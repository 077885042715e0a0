package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import java.util.function.LongSupplier;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.Forecast;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.core.EligibleJobs;
import org.headrace.core.PublishedState;
import org.headrace.core.SchedulerInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans whenever something has happened that could start a job.
 *
 * <p>States: <em>idle</em> until the published state has a newer plan generation, a plugin has
 * changed or a minute has passed; then a <em>cycle</em>: priorities, plan, the plan as a command,
 * waiting for that; then a pause as long as the cycle was, one second at most, so that planning
 * never takes more than half of a core from the rest. While a plugin that planning needs is missing
 * or failing, cycles end without a plan, and everything else goes on.
 *
 * <p>Plugins run on a thread of its own. If one overruns its budget by far, that thread is given up
 * and the overrun counts as a fault.
 */
public final class PlanningLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlanningLoop.class);
  private static final long FULL_CYCLE_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_TRIAL_SECONDS = 60;
  private static final int MAX_TOLD_PAUSED = 10_000;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PluginRegistry registry;
  private final BiFunction<Command, Actor, CompletableFuture<Outcome>> log;
  private final LongSupplier clock;
  private final GuardedCalls calls;
  private final Rounds rounds;
  private final Trial trial;
  private final StartSearch startSearch;
  private final Priorities priorities;
  private final ConcurrentLinkedQueue<FutureTask<?>> trials = new ConcurrentLinkedQueue<>();
  private final AtomicReference<PublishedState> latest = new AtomicReference<>();
  private final AtomicReference<CycleFigures> figures = new AtomicReference<>(CycleFigures.NONE);
  private final Map<Long, Integer> told = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;
  private boolean forced;
  private long plannedGeneration = Long.MIN_VALUE;
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
    rounds = new Rounds(registry, calls);
    trial = new Trial(registry, calls, rounds);
    startSearch = new StartSearch(registry, calls);
    priorities = new Priorities(registry, calls);
    thread = new Thread(this::run, "planner");
    thread.setDaemon(true);
    registry.onChange(this::force);
    registry.trial(this::tryOut);
  }

  /**
   * Has a plugin plan once on the present state, between two cycles: plugins are called by one
   * thread at a time.
   */
  private void tryOut(String kind, String name) throws PluginFault {
    PublishedState state = latest.get();
    if (closed || !thread.isAlive() || state == null || state.definition() == null) {
      return;
    }
    betweenCycles(
        () -> {
          trial.run(kind, name, state.input(), state.definition().settings(), clock.getAsLong());
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

  private void run() {
    while (!closed) {
      try {
        runTrials();
        if (awaitReason()) {
          long start = System.nanoTime();
          cycle(latest.get());
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

  private synchronized boolean awaitReason() throws InterruptedException {
    while (!closed && !dueNow()) {
      if (!trials.isEmpty()) {
        return false;
      }
      wait(1_000);
    }
    forced = false;
    return !closed;
  }

  private boolean dueNow() {
    PublishedState state = latest.get();
    return state != null
        && (forced
            || state.planGeneration() != plannedGeneration
            || clock.getAsLong() - lastCycleMillis >= FULL_CYCLE_MILLIS);
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
    long generation = state.planGeneration();
    long start = System.nanoTime();
    SchedulerInput input = state.input();
    try {
      Map<String, String> settings = state.definition().settings();
      Priorities.Result ranked = priorities.compute(input, settings, lastCycleMillis);
      EligibleJobs queue = ranked.queue();
      Plan plan = rounds.plan(input, queue, settings, lastCycleMillis);
      plannedGeneration = generation;
      problem = null;
      Plan news = new Plan(plan.viewVersion(), changedOnly(plan.decisions()), plan.considered());
      figures.set(
          figures
              .get()
              .plus(
                  (System.nanoTime() - start) / 1000,
                  plan.considered(),
                  queue.size(),
                  startedAhead(plan),
                  lastCycleMillis));
      if (!news.decisions().isEmpty() || ranked.jobs().length > 0) {
        carryOut(new Command.ApplyPlan(news, ranked.jobs(), ranked.priorities()));
      }
      rounds.shadow(input, queue, settings, lastCycleMillis, plan);
    } catch (PluginFault e) {
      if (!e.getMessage().equals(problem)) {
        LOG.warn("No plan: {}", e.getMessage());
      }
      problem = e.getMessage();
      if (missing()) {
        plannedGeneration = generation;
        tellPaused(input);
      } else {
        // Also a cycle that no event asked for is tried again, until it works or a plugin is out.
        plannedGeneration = Long.MIN_VALUE;
        pause(RETRY_NANOS);
      }
    }
  }

  /** Jobs that wait for a plugin to come say so. */
  private void tellPaused(SchedulerInput input) throws InterruptedException {
    List<Decision> decisions = new ArrayList<>();
    for (int row = 0; row < Math.min(input.queue().size(), MAX_TOLD_PAUSED); row++) {
      decisions.add(
          new Decision.Wait(
              input.queue().jobId(row), Reason.SCHEDULING_PAUSED, Blocker.UNKNOWN, List.of()));
    }
    List<Decision> news = changedOnly(decisions);
    if (!news.isEmpty()) {
      carryOut(
          new Command.ApplyPlan(
              new Plan(input.view().version(), news, 0), new long[0], new long[0]));
    }
  }

  /** True when waiting for a plugin to come is all that helps. */
  private boolean missing() {
    return registry.serving(Kind.SCHEDULER) == null
        || registry.serving(Kind.SELECTOR) == null
        || registry.serving(Kind.TOPOLOGY) == null
        || registry.serving(Kind.PRIORITY) == null;
  }

  /** A plan that the log didn't take is made again: nothing of it may count as told. */
  private void carryOut(Command.ApplyPlan command) throws InterruptedException {
    String lost;
    try {
      Outcome outcome = log.apply(command, Actor.SYSTEM).get();
      if (!(outcome instanceof Outcome.Rejected rejected)) {
        return;
      }
      lost = rejected.message();
    } catch (ExecutionException e) {
      lost = e.toString();
    }
    LOG.warn("A plan was not taken, and is made again: {}", lost);
    told.clear();
    plannedGeneration = Long.MIN_VALUE;
    pause(RETRY_NANOS);
  }

  /** What was told once isn't told again: a deep queue would fill the log with repetitions. */
  private List<Decision> changedOnly(List<Decision> decisions) {
    List<Decision> news = new ArrayList<>();
    for (Decision decision : decisions) {
      if (decision instanceof Decision.Start) {
        told.remove(decision.jobId());
        news.add(decision);
      } else {
        Integer digest = digest(decision);
        if (!digest.equals(told.put(decision.jobId(), digest))) {
          news.add(decision);
        }
      }
    }
    if (told.size() > 2 * decisions.size() + 10_000) {
      told.clear();
    }
    return news;
  }

  private static Integer digest(Decision decision) {
    if (decision instanceof Decision.Wait wait) {
      return Objects.hash(wait.reason(), wait.expectedStart() / FULL_CYCLE_MILLIS, wait.blockers());
    }
    return decision.hashCode();
  }

  private static int startedAhead(Plan plan) {
    int ahead = 0;
    boolean someoneWaits = false;
    for (Decision decision : plan.decisions()) {
      if (decision instanceof Decision.Start) {
        ahead += someoneWaits ? 1 : 0;
      } else {
        someoneWaits = true;
      }
    }
    return ahead;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    calls.close();
    trials.forEach(task -> task.cancel(false));
  }
}
