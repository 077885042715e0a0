package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.scheduler.Decision;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.MachineLog;
import org.headrace.controller.testing.Samples;
import org.headrace.core.PublishedState;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers to events between two whole plans. */
class PlanningCycleTest {
  private static final int CORES = 8;
  private static final long NOW = 1_800_000_000_000L;

  private final PluginRegistry registry = new PluginRegistry();
  private final MachineLog log = new MachineLog();
  private final PlanningCycle cycle = new PlanningCycle(registry, new DirectCalls());
  private PublishedState state;

  @BeforeEach
  void afterAWholePlan() throws Exception {
    registry.add("sched", "backfill", "1", new BackfillScheduler());
    registry.add("sched", "builtin", "1", new BuiltinScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "basic", "1", new BasicPriority());
    Map<String, String> settings = Map.of("PriorityType", "priority/basic");
    log.reader(published -> state = published);
    log.system(new Command.Configure(Samples.cluster(CORES, settings, 7001)));
    registry.configure(settings);
    log.system(new Command.RegisterNode(Samples.report("n1", CORES)));
    cycle
        .plan(state, NOW, true)
        .commands()
        .forEach(command -> log.append(command, Actor.SYSTEM).join());
  }

  @Test
  void aNewJobIsStartedWithoutAWholePlan() throws Exception {
    long job = log.submit();
    PlanningCycle.Turn turn = cycle.answer(state, NOW);
    assertThat(turn.plan().decisions())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Start.class, start -> assertThat(start.jobId()).isEqualTo(job));
    assertThat(turn.commands()).hasSize(1);
  }

  @Test
  void nothingThatStartsAndNoNewPriorityIsNoCommand() throws Exception {
    assertThat(cycle.answer(state, NOW).commands()).isEmpty();
  }

  /** Nothing happens then that anybody would tell of, and the job may start on other switches. */
  @Test
  void theEndOfAWaitForFewSwitchesIsTimeForAPlan() throws Exception {
    for (int core = 0; core < CORES; core++) {
      log.submit();
    }
    NodeConstraint near =
        new NodeConstraint("", "", List.of(), List.of(), 0, 0, 0, 0, 0, false, 1, 10_000);
    JobSpec spec = Samples.job();
    spec = spec.withRequest(spec.request().withConstraint(near));
    Command submission = new Command.SubmitJob(spec, Samples.FILES, 0);
    long id = ((Outcome.JobAccepted) log.append(submission, Samples.ANNA).join()).jobId();
    long eligible = log.job(id).status().eligible();
    assertThat(cycle.plan(state, eligible, true).nextStart()).isEqualTo(eligible + 10_000);
    assertThat(cycle.plan(state, eligible + 10_000, true).nextStart())
        .isGreaterThan(eligible + 60_000);
  }

  /** Whoever is in shadow is to be asked about each job, which only whole plans do. */
  @Test
  void whileAPluginIsInShadowOnlyWholePlansAreMade() throws Exception {
    registry.shadow("sched", "builtin");
    log.submit();
    assertThat(cycle.answer(state, NOW)).isNull();
  }
}
