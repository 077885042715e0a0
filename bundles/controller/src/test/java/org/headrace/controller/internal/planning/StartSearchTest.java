package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.ResourceRequest;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.Forecast;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.MachineLog;
import org.headrace.controller.testing.Samples;
import org.headrace.priority.basic.internal.BasicPriority;
import org.headrace.sched.backfill.internal.BackfillScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.topology.flat.internal.FlatTopology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a job would start that nobody has submitted. */
class StartSearchTest {
  private static final int CORES = 8;
  private static final long MINUTE = 60_000;

  private final PluginRegistry registry = new PluginRegistry();
  private final MachineLog log = new MachineLog();
  private final PlanningLoop loop =
      new PlanningLoop(registry, log::append, System::currentTimeMillis);

  @BeforeEach
  void start() {
    registry.add("sched", "backfill", "1", new BackfillScheduler());
    registry.add("select", "cons_tres", "1", new ConsTresSelector());
    registry.add("topology", "flat", "1", new FlatTopology());
    registry.add("priority", "basic", "1", new BasicPriority());
    Map<String, String> settings = Map.of("PriorityType", "priority/basic");
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

  private static JobSpec job(int cpus, long minutes) {
    ResourceRequest request = ResourceRequest.singleCpu();
    return Samples.job()
        .withRequest(request.withLayout(request.layout().withTasks(cpus)))
        .withTiming(Timing.ANY.withTimeLimit(minutes * MINUTE));
  }

  private long runs(int cpus, long minutes) {
    long id =
        ((Outcome.JobAccepted)
                log.append(
                        new Command.SubmitJob(job(cpus, minutes), JobFiles.EMPTY, 0), Samples.ANNA)
                    .join())
            .jobId();
    Await.until("job " + id, () -> log.job(id).status().state() == JobState.RUNNING);
    return id;
  }

  private Outcome check(JobSpec spec, Actor actor) {
    return log.append(new Command.CheckJob(spec), actor).join();
  }

  private Forecast forecast(JobSpec spec) throws Exception {
    return loop.forecast((Outcome.JobChecked) check(spec, Samples.ANNA));
  }

  @Test
  void anEmptyClusterStartsItNow() throws Exception {
    long before = System.currentTimeMillis();
    Forecast forecast = forecast(job(4, 10));
    assertThat(forecast.refusal()).isNull();
    assertThat(forecast.start()).isBetween(before, System.currentTimeMillis());
    assertThat(forecast.nodes()).isEqualTo(List.of("n1"));
    assertThat(forecast.cpus()).isEqualTo(4);
    assertThat(forecast.jobId()).isEqualTo(runs(1, 1));
  }

  @Test
  void itStartsOnceEnoughJobsHaveReachedTheirLimits() throws Exception {
    long shorter = runs(4, 10);
    long longer = runs(4, 30);
    long first = log.job(shorter).status().started() + 10 * MINUTE;
    long second = log.job(longer).status().started() + 30 * MINUTE;
    assertThat(forecast(job(2, 10)).start()).isEqualTo(first);
    assertThat(forecast(job(4, 10)).start()).isEqualTo(first);
    assertThat(forecast(job(5, 10)).start()).isEqualTo(second);
    assertThat(forecast(job(8, 10)).start()).isEqualTo(second);
  }

  @Test
  void aBeginTimeIsKept() throws Exception {
    long begin = System.currentTimeMillis() + 60 * MINUTE;
    JobSpec spec = job(8, 10);
    assertThat(forecast(spec.withTiming(spec.timing().withBegin(begin))).start()).isEqualTo(begin);
  }

  @Test
  void whatCannotBeIsRefusedWithTheReason() throws Exception {
    Outcome outcome = check(job(CORES + 1, 10), Samples.ANNA);
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    Outcome.JobChecked checked = (Outcome.JobChecked) check(job(1, 10), Samples.ANNA);
    log.system(
        new Command.UpdateNodes(List.of("n1"), Command.NodeChange.DRAIN, "its fan is broken"));
    Forecast drained = loop.forecast(checked);
    assertThat(drained.refusal().code()).isEqualTo(ErrorCode.NODES_UNAVAILABLE);
    assertThat(drained.refusal().message()).contains("1 nodes");
  }

  @Test
  void askingChangesNothing() throws Exception {
    for (int i = 0; i < 3; i++) {
      forecast(job(1, 10));
    }
    Actor bert = new Actor(1001, 1001, "bert", "users", false);
    assertThat(((Outcome.Rejected) check(job(1, 1), bert)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    long id = runs(1, 1);
    assertThat(log.job(id - 1)).isNull();
    assertThat(forecast(job(1, 10)).jobId()).isEqualTo(id + 1);
  }
}
