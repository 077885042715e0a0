package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.MachineLog;
import org.headrace.controller.testing.Samples;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.priority.multifactor.internal.MultifactorPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the priorities of waiting jobs are made of, by the plugin that serves. */
class PriorityRecordTest {
  private static final int CORES = 8;

  private final PluginRegistry registry = new PluginRegistry();
  private final MachineLog log = new MachineLog();
  private final MultifactorPriority multifactor = new MultifactorPriority();
  private final PlanningLoop loop =
      new PlanningLoop(registry, log::append, System::currentTimeMillis);

  @BeforeEach
  void start() {
    registry.add("sched", "backfill", "1", new BackfillScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "basic", "1", new BasicPriority());
    registry.add("priority", "multifactor", "1", multifactor);
    Map<String, String> settings =
        Map.of("PriorityType", "priority/multifactor", "PriorityWeightJobSize", "1000");
    log.system(new Command.Configure(Samples.cluster(CORES, settings, 7001)));
    registry.configure(settings);
    log.system(new Command.RegisterNode(Samples.report("n1", CORES)));
    log.reader(loop::published);
    loop.start();
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  private long submit(int cpus, int nice) {
    ResourceRequest request = ResourceRequest.singleCpu();
    JobSpec spec =
        Samples.job()
            .withRequest(request.withLayout(request.layout().withTasks(cpus)))
            .withTiming(Timing.ANY.withNice(nice));
    Outcome outcome =
        log.append(new Command.SubmitJob(spec, JobFiles.EMPTY, 0), Samples.ANNA).join();
    return ((Outcome.JobAccepted) outcome).jobId();
  }

  private List<Long> waiting(long running) {
    return loop.priorities(id -> id != running).jobs().stream()
        .map(PriorityBreakdown.Row::jobId)
        .toList();
  }

  @Test
  void jobsThatWaitForTheirTurn() {
    long running = submit(CORES, 0);
    Await.until("it runs", () -> log.job(running).status().state() == JobState.RUNNING);
    long whole = submit(CORES, 3);
    long half = submit(CORES / 2, 0);
    Await.until("both are in a plan", () -> waiting(running).size() == 2);
    PriorityBreakdown all = loop.priorities(id -> true);
    assertThat(all.problem()).isEmpty();
    assertThat(all.plugin()).isEqualTo("multifactor");
    assertThat(all.weight(PriorityFactor.JOB_SIZE)).isEqualTo(1000);
    assertThat(all.weight(PriorityFactor.AGE)).isZero();
    assertThat(waiting(running)).containsExactlyInAnyOrder(whole, half);
    assertThat(all.sum(whole, all.jobs().get(0).partition())).isEqualTo("job size 1000 - nice 3");
    List<PriorityBreakdown.Row> some = loop.priorities(id -> id == whole).jobs();
    assertThat(some).hasSize(1);
    assertThat(some.get(0).priority()).isEqualTo(997);
    assertThat(some.get(0).nice()).isEqualTo(3);
    assertThat(all.weighted(some.get(0), PriorityFactor.JOB_SIZE)).isEqualTo(1000);
    assertThat(all.exact(some.get(0))).isEqualTo(997);
    Await.until("the same as in the queue", () -> log.job(whole).status().priority() == 997);
  }

  @Test
  void aPluginWithoutFactorsAndNone() {
    long job = submit(CORES, 0);
    Await.until("it runs", () -> log.job(job).status().state() == JobState.RUNNING);
    registry.choose("priority", "basic");
    PriorityBreakdown basic = loop.priorities(id -> true);
    assertThat(basic.plugin()).isEqualTo("basic");
    assertThat(basic.weights()).isEmpty();
    registry.choose("priority", "multifactor");
    registry.remove("priority", "multifactor", multifactor);
    assertThat(loop.priorities(id -> true).problem()).contains("priority/multifactor");
  }
}
