package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.priority.Priority;
import org.headrace.api.scheduler.Decision;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.Plan;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.Selector;
import org.headrace.control.command.Command;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.MachineLog;
import org.headrace.controller.testing.Samples;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.select.linear.internal.LinearSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plugins that misbehave cost their own answer and nothing else. */
class PlanningLoopTest {
  private static final int CORES = 64;
  private static final String SHORT =
      "headrace_plan_budget=100,headrace_plan_grace=100,headrace_note=short";

  private final PluginRegistry registry = new PluginRegistry();
  private final MachineLog log = new MachineLog();
  private final PlanningLoop loop =
      new PlanningLoop(registry, log::append, System::currentTimeMillis);
  private final CountDownLatch end = new CountDownLatch(1);

  /** Settings of the partition. */
  private Map<String, String> partition = Map.of();

  @BeforeEach
  void start() {
    add("sched", "backfill", new BackfillScheduler());
    add("select", "cons_tres", new ConsTresSelector());
    add("topology", "flat", new FlatTopology());
    add("priority", "basic", new BasicPriority());
    configure(Map.of());
    log.system(new Command.RegisterNode(Samples.report("n1", CORES)));
    log.reader(loop::published);
    loop.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    loop.close();
  }

  private void add(String kind, String name, Object plugin) {
    registry.add(kind, name, "1", plugin);
  }

  private void configure(Map<String, String> more) {
    Map<String, String> settings = new TreeMap<>(more);
    settings.putIfAbsent("SchedulerParameters", SHORT);
    settings.put("PriorityType", "priority/basic");
    log.system(new Command.Configure(Samples.cluster(CORES, settings, 7001)));
    log.system(new Command.UpdatePartition("debug", partition));
    registry.configure(settings);
  }

  private PluginStatus status(String kind, String name) {
    return registry.list().stream()
        .filter(status -> status.kind().equals(kind) && status.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void awaitRunning(long job) {
    Await.until("job " + job + " runs", () -> log.job(job).status().state() == JobState.RUNNING);
  }

  /** The classes of the plugins are loaded before a user waits for that. */
  @Test
  void thePluginsHavePlannedAJobBeforeThereIsOne() {
    Await.until("all were called", () -> status("select", "cons_tres").calls() > 0);
    Await.until("and for a priority", () -> status("priority", "basic").calls() > 0);
    assertThat(status("topology", "flat").calls()).isPositive();
  }

  @Test
  void newJobsHaveTheirPriorityWhenTheyStart() {
    Priority seven = (queue, view, options, now, priorities) -> Arrays.fill(priorities, 7);
    add("priority", "seven", seven);
    registry.configure(Map.of("PriorityType", "priority/seven"));
    long first = log.submit();
    awaitRunning(first);
    long second = log.submit();
    awaitRunning(second);
    assertThat(log.job(first).status().priority()).isEqualTo(7);
    assertThat(log.job(second).status().priority()).isEqualTo(7);
  }

  /** A job runs; then the bad one is to serve; the next job starts all the same. */
  private void isReplaced(String kind, String key, String good, Object bad, String fault) {
    awaitRunning(log.submit());
    // A first pass with cold code may have taken longer than these tests allow a plugin.
    Map<String, Long> before = faults();
    add(kind, "bad", bad);
    configure(Map.of(key, kind + "/bad"));
    long job = log.submit();
    awaitRunning(job);
    PluginStatus status = status(kind, "bad");
    assertThat(status.state()).isEqualTo(PluginStatus.State.QUARANTINED);
    assertThat(status.faults()).isEqualTo(PluginRegistry.MAX_FAULTS);
    assertThat(status.lastFault()).contains(fault);
    assertThat(status(kind, good).state()).isEqualTo(PluginStatus.State.ACTIVE);
    Map<String, Long> after = faults();
    after.remove(kind + "/bad");
    assertThat(after).as("nobody else is blamed").isEqualTo(before);
  }

  private Map<String, Long> faults() {
    Map<String, Long> faults = new TreeMap<>();
    registry.list().forEach(p -> faults.put(p.kind() + "/" + p.name(), (long) p.faults()));
    return faults;
  }

  private void schedulerIsReplaced(Scheduler bad, String fault) {
    Scheduler badWithJobs =
        (view, queue, context) ->
            queue.size() == 0
                ? new Plan(view.version(), List.of(), 0)
                : bad.plan(view, queue, context);
    isReplaced("sched", "SchedulerType", "backfill", badWithJobs, fault);
  }

  private void selectorIsReplaced(Selector bad, String fault) {
    isReplaced("select", "SelectType", "cons_tres", bad, fault);
  }

  private static Scheduler starting(Allocation allocation) {
    return (view, queue, context) ->
        new Plan(
            view.version(), List.of(new Decision.Start(queue.get(0).id(), "debug", allocation)), 1);
  }

  private static Allocation on(int node, CoreSet cores, int cpus) {
    return new Allocation(List.of(new NodeAllocation(node, cores, cpus, 0, List.of(), 1)), false);
  }

  @Test
  void aSchedulerThatThrows() {
    schedulerIsReplaced(
        (view, queue, context) -> {
          throw new IllegalStateException("lost my way");
        },
        "lost my way");
  }

  @Test
  void aSchedulerThatNeedsAClassThatIsNotThere() {
    schedulerIsReplaced(
        (view, queue, context) -> {
          throw new NoClassDefFoundError("org/example/Gone");
        },
        "org/example/Gone");
  }

  @Test
  void aSchedulerThatReturnsNothing() {
    schedulerIsReplaced((view, queue, context) -> null, "no plan");
  }

  @Test
  void aSchedulerThatNamesANodeThatDoesNotExist() {
    schedulerIsReplaced(starting(on(99, CoreSet.of(0), 1)), "no node with id 99");
  }

  @Test
  void aSchedulerThatNamesACoreThatDoesNotExist() {
    schedulerIsReplaced(starting(on(0, CoreSet.of(CORES), 1)), "has no core");
  }

  @Test
  void aSchedulerThatGivesACoreTwice() {
    long first = log.submit();
    awaitRunning(first);
    CoreSet taken = log.job(first).status().allocation().nodes().get(0).cores();
    schedulerIsReplaced(starting(on(0, taken, 1)), "busy");
  }

  @Test
  void aSchedulerThatStartsAJobTwice() {
    schedulerIsReplaced(
        (view, queue, context) -> {
          int[] free = view.ledger().freeCores(0).toArray();
          long id = queue.get(0).id();
          return new Plan(
              view.version(),
              List.of(
                  new Decision.Start(id, "debug", on(0, CoreSet.of(free[0]), 1)),
                  new Decision.Start(id, "debug", on(0, CoreSet.of(free[1]), 1))),
              1);
        },
        "more often than it may");
  }

  @Test
  void aSchedulerThatStartsAJobOnTooLittle() {
    schedulerIsReplaced(
        (view, queue, context) -> starting(on(0, CoreSet.EMPTY, 0)).plan(view, queue, context),
        "0 CPUs");
  }

  @Test
  void aSchedulerThatStartsAJobThatIsNotInTheQueue() {
    schedulerIsReplaced(
        (view, queue, context) ->
            new Plan(
                view.version(),
                List.of(new Decision.Start(4711, "debug", on(0, CoreSet.of(CORES - 1), 1))),
                1),
        "job 4711");
  }

  @Test
  void aSchedulerThatHoldsAJobBackThatIsNotInTheQueue() {
    schedulerIsReplaced(
        (view, queue, context) ->
            new Plan(
                view.version(),
                List.of(new Decision.Wait(4711, Reason.RESOURCES, 0, List.of())),
                1),
        "job 4711");
  }

  @Test
  void aSchedulerThatSetsANodeAsideThatDoesNotExist() {
    schedulerIsReplaced(
        (view, queue, context) ->
            new Plan(
                view.version(),
                List.of(
                    new Decision.Reserve(
                        queue.get(0).id(), "debug", 1, List.of(77), Reason.RESOURCES, List.of())),
                1),
        "no node with id 77");
  }

  @Test
  void aSchedulerThatHangs() {
    schedulerIsReplaced(
        (view, queue, context) -> {
          hang();
          return new Plan(view.version(), List.of(), 0);
        },
        "no answer within 200 ms");
  }

  private void hang() {
    boolean over = false;
    while (!over) {
      try {
        end.await();
        over = true;
      } catch (InterruptedException e) {
        // Hangs on: a bad plugin doesn't listen.
      }
    }
  }

  @Test
  void aSelectorThatThrows() {
    selectorIsReplaced(
        (demand, free, candidates, context) -> {
          throw new IllegalArgumentException("can't count");
        },
        "can't count");
  }

  @Test
  void aSelectorThatReturnsNothing() {
    selectorIsReplaced((demand, free, candidates, context) -> null, "no answer");
  }

  @Test
  void aSelectorThatNamesANodeThatDoesNotExist() {
    selectorIsReplaced(
        (demand, free, candidates, context) -> new Selection.Placed(on(5, CoreSet.of(0), 1)),
        "no node with id 5");
  }

  @Test
  void aSelectorThatGivesACoreTwice() {
    selectorIsReplaced(
        (demand, free, candidates, context) ->
            new Selection.Placed(on(0, CoreSet.firstOf(CORES).minus(free.freeCores(0)), 1)),
        "busy");
  }

  @Test
  void aSelectorThatGivesMoreOfANodeThanThePartitionMayUse() {
    partition = Map.of("MaxCPUsPerNode", "2");
    selectorIsReplaced(
        (demand, free, candidates, context) ->
            new Selection.Placed(on(0, free.freeCores(0).firstIn(0, CORES, 3), 1)),
        "partition debug uses its CPUs of node n1");
  }

  @Test
  void aSelectorThatHangs() {
    selectorIsReplaced(
        (demand, free, candidates, context) -> {
          hang();
          return null;
        },
        "no answer within 200 ms");
  }

  @Test
  void aPriorityPluginThatHangs() {
    Priority bad =
        (queue, view, options, now, priorities) -> {
          hang();
        };
    awaitRunning(log.submit());
    add("priority", "bad", bad);
    registry.configure(Map.of("PriorityType", "priority/bad"));
    awaitRunning(log.submit());
    assertThat(status("priority", "bad").state()).isEqualTo(PluginStatus.State.QUARANTINED);
  }

  /** Overruns each time and then does answer: that must not count as doing well. */
  @Test
  void aSchedulerThatAnswersTooLate() {
    Scheduler real = new BackfillScheduler();
    CountDownLatch never = new CountDownLatch(1);
    schedulerIsReplaced(
        (view, queue, context) -> {
          try {
            never.await(400, TimeUnit.MILLISECONDS);
          } catch (InterruptedException e) {
            // It is given up; go on all the same.
          }
          return real.plan(view, queue, context);
        },
        "no answer within 200 ms");
  }

  @Test
  void aHungPluginDoesNotHoldUpItsRemoval() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    Scheduler bad =
        (view, queue, context) -> {
          hanging.countDown();
          hang();
          return null;
        };
    add("sched", "bad", bad);
    configure(Map.of("SchedulerType", "sched/bad"));
    long job = log.submit();
    hanging.await();
    long start = System.nanoTime();
    registry.choose("sched", "backfill");
    awaitRunning(job);
    registry.remove("sched", "bad", bad);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(5));
  }

  @Test
  void withoutItsPluginPlanningPausesAndSaysSo() {
    configure(Map.of("SelectType", "select/linear"));
    long job = log.submit();
    Await.until(
        "the job says why it waits",
        () -> log.job(job).status().reason() == Reason.SCHEDULING_PAUSED);
    assertThat(loop.problem()).contains("select/linear");
    assertThat(status("select", "linear").state()).isEqualTo(PluginStatus.State.MISSING);
    add("select", "linear", new LinearSelector());
    awaitRunning(job);
    assertThat(loop.problem()).isNull();
  }

  @Test
  void whatFailsItsTrialIsNotChosen() {
    awaitRunning(log.submit());
    add("sched", "bad", starting(on(99, CoreSet.of(0), 1)));
    add("select", "bad", (Selector) (demand, free, candidates, context) -> null);
    add("select", "hung", (Selector) (demand, free, candidates, context) -> hungSelection());
    add(
        "priority",
        "bad",
        (Priority)
            (queue, view, options, now, priorities) -> {
              throw new IllegalStateException("no priorities");
            });
    add("topology", "bad", (org.headrace.api.topology.Topology) request -> new int[] {9});
    String[][] all = {
      {"select", "bad", "no answer"},
      {"select", "hung", "no answer within 200 ms"},
      {"priority", "bad", "no priorities"},
      {"topology", "bad", "chose node id 9"}
    };
    for (String[] bad : all) {
      assertThatThrownBy(() -> registry.choose(bad[0], bad[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stays out")
          .hasMessageContaining(bad[2]);
      assertThat(status(bad[0], bad[1]).faults()).isEqualTo(1);
    }
    assertThatThrownBy(() -> registry.choose("sched", "bad"))
        .isInstanceOf(IllegalArgumentException.class);
    awaitRunning(log.submit());
  }

  private Selection hungSelection() {
    hang();
    return null;
  }

  @Test
  void whatPassesItsTrialIsChosen() {
    add("sched", "builtin", new BuiltinScheduler());
    add("select", "linear", new LinearSelector());
    registry.choose("sched", "builtin");
    registry.choose("select", "linear");
    awaitRunning(log.submit());
    assertThat(status("sched", "builtin").calls()).isPositive();
    assertThat(registry.serving()).containsEntry("select", "linear");
  }

  /** Starts nothing. */
  private static final class Lazy implements Scheduler {
    private final AtomicInteger plans = new AtomicInteger();

    @Override
    public Plan plan(ClusterView view, PendingJobs queue, PlanningContext context) {
      plans.incrementAndGet();
      return new Plan(view.version(), List.of(), 0);
    }
  }

  @Test
  void aSchedulerInShadowIsComparedAndNotObeyed() {
    Lazy lazy = new Lazy();
    add("sched", "lazy", lazy);
    registry.shadow("sched", "lazy");
    awaitRunning(log.submit());
    Await.until(
        "the difference is noted",
        () -> registry.shadowReport("sched").contains("started now and not in shadow: 1"));
    assertThat(lazy.plans.get()).isPositive();
    assertThat(status("sched", "lazy").state()).isEqualTo(PluginStatus.State.SHADOW);
  }

  @Test
  void aSelectorInShadowIsComparedAndNotObeyed() {
    Blocker busy = new Blocker(Reason.RESOURCES, 1, "busy", Blocker.UNKNOWN);
    Selection nothing = new Selection.NotPlaced(List.of(busy));
    add("select", "full", (Selector) (demand, free, candidates, context) -> nothing);
    registry.shadow("select", "full");
    awaitRunning(log.submit());
    Await.until(
        "the difference is noted",
        () -> registry.shadowReport("select").contains("started now and not in shadow: 1"));
  }

  @Test
  void aPluginInShadowThatHangsCostsNothingButItself() {
    add(
        "sched",
        "bad",
        (Scheduler)
            (view, queue, context) -> {
              hang();
              return null;
            });
    registry.shadow("sched", "bad");
    for (int i = 0; i < PluginRegistry.MAX_FAULTS; i++) {
      int faults = i;
      awaitRunning(log.submit());
      Await.until("it hung", () -> status("sched", "bad").faults() > faults);
    }
    Await.until(
        "it is quarantined",
        () -> status("sched", "bad").state() == PluginStatus.State.QUARANTINED);
    awaitRunning(log.submit());
    assertThat(status("sched", "backfill").faults()).isZero();
  }

  /** Whatever makes a request impossible to plan, it must not cost the cluster its schedulers. */
  @Test
  void aJobThatNoSchedulerCanPlanIsHeldAndTheOthersRun() {
    long first = log.submit();
    awaitRunning(first);
    long poison = first + 1;
    Scheduler good = new BackfillScheduler();
    Scheduler poisoned =
        (view, queue, context) -> {
          for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i).id() == poison) {
              return new Plan(
                  view.version(),
                  List.of(new Decision.Start(poison, "debug", on(99, CoreSet.of(0), 1))),
                  1);
            }
          }
          return good.plan(view, queue, context);
        };
    add("sched", "backfill", poisoned);
    add("sched", "builtin", poisoned);
    long bad = log.submit();
    assertThat(bad).isEqualTo(poison);
    Await.until("it is held", () -> log.job(bad).status().reason() == Reason.HELD_BY_ADMIN);
    awaitRunning(log.submit());
    assertThat(status("sched", "backfill").state()).isEqualTo(PluginStatus.State.ACTIVE);
    assertThat(status("sched", "backfill").lastFault()).contains("no node with id 99");
  }

  /** A decision that makes no sense is a fault, and costs nobody but the job that it is about. */
  @Test
  void nonsenseForOneJobLeavesTheRestOfThePlan() {
    AtomicInteger together = new AtomicInteger();
    Scheduler good = new BackfillScheduler();
    Scheduler inPart =
        (view, queue, context) -> {
          if (queue.size() != 2) {
            // The first one waits for the second, and is planned once that has started.
            return together.get() > 0 ? good.plan(view, queue, context) : waits(view, queue);
          }
          List<Decision> decisions = new ArrayList<>();
          long poison = queue.get(0).id();
          decisions.add(new Decision.Start(poison, "debug", on(99, CoreSet.of(0), 1)));
          for (Decision one : good.plan(view, queue, context).decisions()) {
            if (one.jobId() != poison) {
              decisions.add(one);
            }
          }
          together.incrementAndGet();
          return new Plan(view.version(), decisions, 2);
        };
    add("sched", "part", inPart);
    configure(Map.of("SchedulerType", "sched/part"));
    long first = log.submit();
    long second = log.submit();
    awaitRunning(second);
    awaitRunning(first);
    assertThat(together).as("one plan started the second").hasValue(1);
    PluginStatus status = status("sched", "part");
    assertThat(status.faults()).isEqualTo(1);
    assertThat(status.lastFault()).contains("no node with id 99");
    assertThat(status.state()).isEqualTo(PluginStatus.State.ACTIVE);
  }

  /** It ended each cycle with a fault that nobody had, for ever. */
  @Test
  void aJobThatIsToWaitForNoReasonIsNonsense() {
    Scheduler mute =
        (view, queue, context) ->
            new Plan(
                view.version(),
                queue.size() == 0
                    ? List.of()
                    : List.of(new Decision.Wait(queue.get(0).id(), null, 0, List.of())),
                queue.size());
    add("sched", "mute", mute);
    configure(Map.of("SchedulerType", "sched/mute"));
    log.submit();
    Await.until("it is to blame", () -> status("sched", "mute").faults() > 0);
    assertThat(status("sched", "mute").lastFault()).contains("it waits for no reason");
  }

  private static Plan waits(ClusterView view, PendingJobs queue) {
    List<Decision> decisions =
        queue.size() == 0
            ? List.of()
            : List.of(new Decision.Wait(queue.get(0).id(), Reason.RESOURCES, 0, List.of()));
    return new Plan(view.version(), decisions, queue.size());
  }
}
