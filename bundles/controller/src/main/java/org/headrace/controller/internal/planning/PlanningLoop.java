package org.headrace.controller.internal.planning;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.LongSupplier;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.internal.plugins.ShadowRecord;
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
 * <p>The scheduler runs on a thread of its own. If it overruns its budget by far, that thread is
 * given up and the overrun counts as a fault.
 */
public final class PlanningLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlanningLoop.class);
  private static final long DEFAULT_BUDGET_MILLIS = 2_000;
  private static final long DEFAULT_GRACE_MILLIS = 10_000;
  private static final long FULL_CYCLE_MILLIS = 60_000;
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PluginRegistry registry;
  private final BiFunction<Command, Actor, java.util.concurrent.CompletableFuture<Outcome>> log;
  private final LongSupplier clock;
  private final Priorities priorities;
  private final AtomicReference<PublishedState> latest = new AtomicReference<>();
  private final AtomicReference<CycleFigures> figures = new AtomicReference<>(CycleFigures.NONE);
  private final Map<Long, Integer> told = new HashMap<>();
  private final Thread thread;
  private volatile boolean closed;
  private boolean forced;
  private long plannedGeneration = Long.MIN_VALUE;
  private long lastCycleMillis;
  private Worker worker;
  private volatile String problem;

  /**
   * @param log appends a command to the log
   * @param clock the present, in epoch milliseconds
   */
  public PlanningLoop(
      PluginRegistry registry,
      BiFunction<Command, Actor, java.util.concurrent.CompletableFuture<Outcome>> log,
      LongSupplier clock) {
    this.registry = registry;
    this.log = log;
    this.clock = clock;
    priorities = new Priorities(registry);
    thread = new Thread(this::run, "planner");
    thread.setDaemon(true);
    registry.onChange(this::force);
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
      }
    }
  }

  private synchronized boolean awaitReason() throws InterruptedException {
    while (!closed && !dueNow()) {
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
    try {
      SchedulerInput input = state.input();
      Map<String, String> settings = state.definition().settings();
      Priorities.Result ranked = priorities.compute(input, settings, lastCycleMillis);
      EligibleJobs queue = ranked.queue();
      Plan plan = plan(input, queue, settings);
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
        await(
            log.apply(
                new Command.ApplyPlan(news, ranked.jobs(), ranked.priorities()), Actor.SYSTEM));
      }
    } catch (PluginFault e) {
      if (missing()) {
        plannedGeneration = generation;
      } else {
        pause(RETRY_NANOS);
      }
      if (!e.getMessage().equals(problem)) {
        LOG.warn("No plan: {}", e.getMessage());
      }
      problem = e.getMessage();
    }
  }

  /** True when waiting for a plugin to come is all that helps. */
  private boolean missing() {
    return registry.serving(Kind.SCHEDULER) == null
        || registry.serving(Kind.SELECTOR) == null
        || registry.serving(Kind.TOPOLOGY) == null
        || registry.serving(Kind.PRIORITY) == null;
  }

  private static void await(java.util.concurrent.CompletableFuture<Outcome> future)
      throws InterruptedException {
    try {
      Outcome outcome = future.get();
      if (outcome instanceof Outcome.Rejected rejected) {
        LOG.warn("The plan was rejected: {}", rejected.message());
      }
    } catch (ExecutionException e) {
      LOG.error("The plan was lost", e);
    }
  }

  private Plan plan(SchedulerInput input, EligibleJobs queue, Map<String, String> settings)
      throws PluginFault, InterruptedException {
    Map<String, String> options = Options.parse(settings.get("SchedulerParameters"));
    ServingPlugins plugins =
        new ServingPlugins(
            registry, input.view(), Options.parse(settings.get("SelectTypeParameters")));
    Context context =
        new Context(
            lastCycleMillis,
            plugins,
            options,
            input.view().version(),
            TimeUnit.MILLISECONDS.toNanos(
                number(options, "headrace_plan_budget", DEFAULT_BUDGET_MILLIS)));
    long patience =
        number(options, "headrace_plan_budget", DEFAULT_BUDGET_MILLIS)
            + number(options, "headrace_plan_grace", DEFAULT_GRACE_MILLIS);
    Plan plan =
        onWorker(
            context,
            patience,
            () ->
                registry.call(
                    Kind.SCHEDULER,
                    Scheduler.class,
                    scheduler ->
                        PlanCheck.checked(
                            scheduler.plan(input.view(), queue, context),
                            input.view().ledger(),
                            queue)));
    shadow(input, queue, context, plan);
    return plan;
  }

  private void shadow(SchedulerInput input, EligibleJobs queue, Context context, Plan plan) {
    ShadowRecord record = registry.shadowRecord(Kind.SCHEDULER);
    if (record != null) {
      Plan other =
          registry.callShadow(
              Kind.SCHEDULER,
              Scheduler.class,
              scheduler -> scheduler.plan(input.view(), queue, context));
      if (other != null) {
        record.compare(plan, other);
      }
    }
  }

  private static long number(Map<String, String> options, String name, long otherwise) {
    try {
      return Long.parseLong(options.getOrDefault(name, Long.toString(otherwise)));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private Plan onWorker(Context context, long patienceMillis, Worker.Job job)
      throws PluginFault, InterruptedException {
    if (worker == null) {
      worker = new Worker();
    }
    String serving = registry.serving(Kind.SCHEDULER);
    try {
      return worker.run(job, patienceMillis);
    } catch (TimeoutException e) {
      context.abandon();
      worker.abandon();
      worker = null;
      String why = "no plan after " + patienceMillis + " ms";
      String culprit = registry.serving(Kind.SCHEDULER);
      if (culprit != null && culprit.equals(serving)) {
        registry.fault(Kind.SCHEDULER, culprit, why);
      }
      force();
      throw new PluginFault("sched/" + serving + ": " + why, e);
    }
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
      return java.util.Objects.hash(
          wait.reason(), wait.expectedStart() / FULL_CYCLE_MILLIS, wait.blockers());
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
    if (worker != null) {
      worker.abandon();
    }
  }
}
