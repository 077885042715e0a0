package org.headrace.controller.internal.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.scheduler.Decision;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.controller.internal.planning.DirectCalls;
import org.headrace.controller.internal.planning.PlanningCycle;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.MachineLog;
import org.headrace.controller.testing.Samples;
import org.headrace.core.PublishedState;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes of eight cores, full for an hour. */
class ExpectedStartsTest {
  private static final int CORES = 8;
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;

  private final PluginRegistry registry = new PluginRegistry();
  private final MachineLog log = new MachineLog();
  private final PlanningCycle cycle = new PlanningCycle(registry, new DirectCalls());
  private final long now = System.currentTimeMillis();
  private PublishedState state;

  @BeforeEach
  void full() throws Exception {
    registry.add("sched", "backfill", "1", new BackfillScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "basic", "1", new BasicPriority());
    Map<String, String> settings = Map.of("PriorityType", "priority/basic");
    log.reader(published -> state = published);
    log.system(new Command.Configure(Samples.cluster(CORES, settings, 7001, 7002)));
    registry.configure(settings);
    log.system(new Command.RegisterNode(Samples.report("n1", CORES)));
    log.system(new Command.RegisterNode(Samples.report("n2", CORES)));
    submit(2 * CORES, 60, JobArray.NONE);
    plan();
  }

  private long submit(int cpus, int minutes, JobArray array) {
    ResourceRequest one = ResourceRequest.singleCpu();
    JobSpec plain = Samples.job();
    JobSpec job =
        new JobSpec(
            plain.name(),
            plain.owner(),
            plain.charge(),
            plain.partitions(),
            plain.reservation(),
            one.withLayout(one.layout().withTasks(cpus)),
            plain.timing().withTimeLimit(minutes * MINUTE),
            array,
            plain.dependency(),
            plain.execution(),
            plain.attributes());
    Outcome outcome = log.append(new Command.SubmitJob(job, Samples.FILES, 0), Samples.ANNA).join();
    return ((Outcome.JobAccepted) outcome).jobId();
  }

  private PlanningCycle.Turn plan() throws Exception {
    PlanningCycle.Turn turn = cycle.plan(state, now, true);
    turn.commands().forEach(command -> log.append(command, Actor.SYSTEM).join());
    return turn;
  }

  private double hoursToStart(long id) {
    Job job = state.job(id);
    long start = job.status().expectedStart();
    return start == 0 ? -1 : (double) (start - now) / HOUR;
  }

  /** In pairs, as two of them fit side by side; the first is promised its start. */
  @Test
  void jobsBehindTheFirstOneAreExpectedOneAfterTheOther() throws Exception {
    List<Long> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(submit(CORES, 60, JobArray.NONE));
    }
    plan();
    for (int i = 0; i < 6; i++) {
      double hours = 1 + i / 2;
      assertThat(hoursToStart(jobs.get(i))).as("job %d", i).isBetween(hours, 1.05 * hours + 0.05);
      assertThat(state.promised(jobs.get(i))).isEqualTo(i == 0);
    }
  }

  /** The published schedules hang on it that promises stay what the scheduler made. */
  @Test
  void thePlanItselfStaysAsTheSchedulerMadeIt() throws Exception {
    submit(CORES, 60, JobArray.NONE);
    submit(CORES, 60, JobArray.NONE);
    PlanningCycle.Turn turn = plan();
    assertThat(turn.plan().decisions()).hasSize(2);
    assertThat(turn.plan().decisions().get(1))
        .isInstanceOfSatisfying(
            Decision.Wait.class, wait -> assertThat(wait.expectedStart()).isZero());
  }

  @Test
  void aShortNarrowJobIsExpectedInTheGapThatIsLeft() throws Exception {
    submit(2 * CORES - 1, 60, JobArray.NONE);
    submit(2 * CORES, 60, JobArray.NONE);
    long small = submit(1, 30, JobArray.NONE);
    plan();
    assertThat(hoursToStart(small)).isBetween(1.0, 1.1);
  }

  @Test
  void allTasksOfAnArrayAreBeforeTheNextJob() throws Exception {
    submit(CORES, 60, new JobArray(List.of(new JobArray.Range(0, 7, 1)), 0));
    long behind = submit(CORES, 60, JobArray.NONE);
    plan();
    assertThat(hoursToStart(behind)).isBetween(5.0, 5.4);
  }

  @Test
  void aNewJobHasAnExpectedStartFromItsFirstPassOn() throws Exception {
    submit(CORES, 60, JobArray.NONE);
    plan();
    long late = submit(2 * CORES, 60, JobArray.NONE);
    assertThat(hoursToStart(late)).isNegative();
    plan();
    assertThat(hoursToStart(late)).isBetween(2.0, 2.2);
  }
}
