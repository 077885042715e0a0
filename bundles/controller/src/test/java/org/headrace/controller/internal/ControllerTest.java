package org.headrace.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.submit.SubmitFilter;
import org.headrace.api.submit.SubmitRefused;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.plugin.PluginStatus;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole controller, with real log, core and deciders. */
class ControllerTest {
  @TempDir Path directory;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = Cluster.up(directory);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private List<JobState> recorded(long id) {
    List<JobState> states = new ArrayList<>();
    for (AccountingRecord record : cluster.accounting.records()) {
      if (record instanceof AccountingRecord.JobChanged changed && changed.job().id() == id) {
        states.add(changed.job().status().state());
      }
    }
    return states;
  }

  @Test
  void aJobGoesFromSubmissionToItsRecord() {
    long id = cluster.submit();
    cluster.awaitState(id, JobState.COMPLETED);
    Await.until("it is released", () -> cluster.completed() == 1);
    Await.until(
        "its end is recorded",
        () -> !recorded(id).isEmpty() && last(recorded(id)) == JobState.COMPLETED);
    assertThat(recorded(id)).startsWith(JobState.PENDING).contains(JobState.RUNNING);
    assertThat(cluster.agent.executed()).isEqualTo(1);
    Job job = cluster.job(id);
    assertThat(job.status().started()).isPositive();
    assertThat(job.status().ended()).isGreaterThanOrEqualTo(job.status().started());
    assertThat(cluster.controller.files(id).script()).isEqualTo(Samples.FILES.script());
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  @Test
  void jobsStreamInWhilePluginsAreSwapped() throws Exception {
    int count = 2_000;
    List<CompletableFuture<Outcome>> submissions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      submissions.add(cluster.execute(Samples.submission(), Samples.ANNA));
      if (i % 100 == 50) {
        boolean odd = i / 100 % 2 == 1;
        cluster.registry.choose("select", odd ? "cons_tres" : "linear");
        cluster.registry.choose("sched", odd ? "backfill" : "builtin");
      }
    }
    Set<Long> ids = new HashSet<>();
    for (CompletableFuture<Outcome> submission : submissions) {
      Outcome outcome = submission.get(60, TimeUnit.SECONDS);
      assertThat(outcome).isInstanceOf(Outcome.JobAccepted.class);
      ids.add(((Outcome.JobAccepted) outcome).jobId());
    }
    cluster.registry.choose("select", "cons_tres");
    assertThat(ids).hasSize(count);
    Await.until("all have ended", 120, () -> cluster.completed() == count);
    assertThat(cluster.agent.executed()).as("none was started twice").isEqualTo(count);
    assertThat(cluster.agent.any(step -> step.restarts() > 0)).isFalse();
    assertThat(cluster.controller.snapshot().nodeStatus("n1").allocatedCpus()).isZero();
    assertThat(cluster.registry.list()).allMatch(plugin -> plugin.faults() == 0);
    assertThat(cluster.registry.list())
        .filteredOn(plugin -> plugin.kind().equals("select") || plugin.kind().equals("sched"))
        .allMatch(plugin -> plugin.calls() > 0);
  }

  @Test
  void recordsWaitForTheDatabaseAndThenComeOnce() {
    cluster.accounting.away(true);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(cluster.submit());
    }
    Await.until("all have ended", () -> cluster.completed() == ids.size());
    Await.until("it was tried", () -> cluster.accounting.refusals() > 1);
    assertThat(cluster.controller.diagnostics().accountingQueue()).isGreaterThanOrEqualTo(60);
    cluster.accounting.away(false);
    Await.until("all are recorded", () -> cluster.controller.diagnostics().accountingQueue() == 0);
    List<Long> numbers = cluster.accounting.numbers();
    assertThat(numbers).isSorted().doesNotHaveDuplicates();
    assertThat(numbers.get(numbers.size() - 1) - numbers.get(0)).isEqualTo(numbers.size() - 1);
    for (long id : ids) {
      assertThat(last(recorded(id))).isEqualTo(JobState.COMPLETED);
    }
    assertThat(cluster.registry.list())
        .filteredOn(plugin -> plugin.name().equals("fake"))
        .as("a database that is away is no fault of the plugin")
        .allMatch(plugin -> plugin.faults() == 0);
  }

  @Test
  void aRestartKeepsJobsAndRecordsAndThoseRunningGoOn() throws Exception {
    cluster.accounting.away(true);
    cluster.agent.hold(true);
    List<Long> running = new ArrayList<>();
    for (int i = 0; i < Cluster.CORES; i++) {
      running.add(cluster.submit());
    }
    Await.until("they run", () -> cluster.agent.heldSteps() == running.size());
    List<Long> pending = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      pending.add(cluster.submit());
    }
    cluster.restartController();
    cluster.awaitAgent(2);
    for (long id : running) {
      assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    }
    for (long id : pending) {
      assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
      assertThat(cluster.controller.files(id).script()).isEqualTo(Samples.FILES.script());
    }
    long next = cluster.submit();
    assertThat(next).isGreaterThan(last(pending));
    cluster.agent.hold(false);
    cluster.agent.endHeld();
    int all = running.size() + pending.size() + 1;
    Await.until("all have ended", () -> cluster.completed() == all);
    assertThat(cluster.agent.executed()).isEqualTo(all);
    assertThat(cluster.agent.any(step -> step.restarts() > 0)).isFalse();
    cluster.accounting.away(false);
    Await.until("all are recorded", () -> cluster.controller.diagnostics().accountingQueue() == 0);
    assertThat(cluster.accounting.numbers()).isSorted().doesNotHaveDuplicates();
    for (long id : running) {
      assertThat(recorded(id)).startsWith(JobState.PENDING);
      assertThat(last(recorded(id))).isEqualTo(JobState.COMPLETED);
    }
  }

  /** What ended while no controller was there is reported when one is again. */
  @Test
  void stepsThatEndWhileTheControllerIsAwayAreNotRunAgain() throws Exception {
    cluster.agent.hold(true);
    long id = cluster.submit();
    Await.until("it runs", () -> cluster.agent.heldSteps() == 1);
    cluster.controller.close();
    cluster.agent.endHeld();
    cluster.startController();
    Await.until("it has ended", () -> cluster.completed() == 1);
    assertThat(cluster.state(id)).isEqualTo(JobState.COMPLETED);
    assertThat(cluster.agent.executed()).isEqualTo(1);
  }

  @Test
  void anInvalidConfigurationChangesNothing() throws Exception {
    var before = cluster.controller.snapshot().definition();
    cluster.configuration.breakWith("slurm.conf:7: NodeName=n1 CPUs=many: not a number");
    Outcome outcome = cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
    assertThat(((Outcome.Rejected) outcome).message()).contains("slurm.conf:7");
    assertThat(cluster.controller.snapshot().definition()).isEqualTo(before);
    cluster.awaitState(cluster.submit(), JobState.COMPLETED);
  }

  @Test
  void aPluginThatFailsItsTrialKeepsAConfigurationOut() throws Exception {
    cluster.registry.add(
        "sched",
        "bad",
        "1",
        (org.headrace.api.scheduler.Scheduler)
            (view, queue, context) -> {
              throw new IllegalStateException("half built");
            });
    cluster.configuration.set(cluster.definition(Map.of("SchedulerType", "sched/bad")));
    Outcome outcome = cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    assertThat(((Outcome.Rejected) outcome).message())
        .contains("SchedulerType=sched/bad")
        .contains("half built");
    assertThat(cluster.registry.serving()).containsEntry("sched", "backfill");
  }

  @Test
  void settingsThatThePluginCannotReadAreRefusedAndItGoesOn() throws Exception {
    cluster.configuration.set(cluster.definition(Map.of("SchedulerParameters", "bf_window=abc")));
    Outcome outcome = cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    assertThat(((Outcome.Rejected) outcome).message())
        .contains("SchedulerType=sched/backfill", "bf_window=abc is not a whole number");
    assertThat(cluster.registry.serving()).containsEntry("sched", "backfill");
    cluster.awaitState(cluster.submit(), JobState.COMPLETED);
  }

  @Test
  void whoListensHearsOfAConfigurationOnceItIsInForce() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    cluster.controller.whenConfigured(settings -> heard.add(settings.get("DebugFlags")));
    cluster.configuration.set(cluster.definition(Map.of("DebugFlags", "Gres")));
    cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    cluster.configuration.breakWith("slurm.conf:7: no");
    cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(heard).containsExactly("Gres");
  }

  @Test
  void aConfigurationThatNamesAPluginWhichIsNotThereIsWarnedAbout() throws Exception {
    cluster.configuration.set(cluster.definition(Map.of("SelectType", "select/nonsense")));
    Outcome outcome = cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(((Outcome.Done) outcome).messages())
        .filteredOn(message -> message.contains("nonsense"))
        .singleElement()
        .asString()
        .startsWith("warning: SelectType=select/nonsense is not installed")
        .endsWith("there are cons_tres, linear");
  }

  @Test
  void aReconfigurationSwapsPlugins() throws Exception {
    cluster.configuration.set(
        cluster.definition(
            Map.of("SelectType", "select/linear", "SchedulerType", "sched/builtin")));
    Outcome outcome = cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).messages()).anyMatch(m -> m.contains("slurm.conf:3"));
    assertThat(cluster.registry.serving())
        .containsEntry("select", "linear")
        .containsEntry("sched", "builtin");
    cluster.awaitState(cluster.submit(), JobState.COMPLETED);
  }

  @Test
  void aFullDiskIsRefusedAndForgivenWhenThereIsSpace() throws Exception {
    cluster.reserve.set(Long.MAX_VALUE);
    Await.until(
        "it is refused",
        () ->
            cluster.execute(Samples.submission(), Samples.ANNA).join()
                    instanceof Outcome.Rejected rejected
                && rejected.message().contains("is full"));
    cluster.reserve.set(0);
    Await.until(
        "it is taken",
        () ->
            cluster.execute(Samples.submission(), Samples.ANNA).join()
                instanceof Outcome.JobAccepted);
    cluster.controller.close();
    cluster.reserve.set(Long.MAX_VALUE);
    assertThatThrownBy(() -> cluster.startController())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is full")
        .hasMessageContaining(directory.toString());
    cluster.controller.close();
    cluster.reserve.set(0);
    cluster.startController();
  }

  @Test
  void aSecondControllerOnTheDirectoryIsRefused() throws Exception {
    Controller second =
        new Controller(cluster.configuration, cluster.registry, cluster.reserve::get);
    assertThatThrownBy(
            () ->
                second.start(
                    cluster.configuration.load(),
                    new LeadershipBoard(cluster.configuration.load().controllers()),
                    org.headrace.controller.testing.SharedKey::new))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Another controller uses");
    second.close();
    cluster.awaitState(cluster.submit(), JobState.COMPLETED);
  }

  private void filter(SubmitFilter filter) throws Exception {
    cluster.registry.add("job_submit", "site", "1", filter);
    cluster.configuration.set(cluster.definition(Map.of("JobSubmitPlugins", "site")));
    cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
  }

  private Outcome submitted() {
    return cluster.execute(Samples.submission(), Samples.ANNA).join();
  }

  @Test
  void aFilterChangesAJob() throws Exception {
    filter((job, view) -> job.withName("by site"));
    assertThat(cluster.job(cluster.submit()).spec().name()).isEqualTo("by site");
  }

  @Test
  void aFilterRefusesAJob() throws Exception {
    filter(
        (job, view) -> {
          throw new SubmitRefused("use partition long for that");
        });
    assertThat(submitted())
        .isEqualTo(
            new Outcome.Rejected(ErrorCode.REFUSED_BY_FILTER, "use partition long for that"));
    assertThat(cluster.registry.list()).allMatch(plugin -> plugin.faults() == 0);
  }

  @Test
  void aFilterThatFailsLetsNothingPast() throws Exception {
    filter(
        (job, view) -> {
          throw new IllegalStateException("rule 7 is broken");
        });
    for (int i = 0; i < 5; i++) {
      Outcome outcome = submitted();
      assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
      assertThat(((Outcome.Rejected) outcome).message()).contains("rule 7 is broken");
    }
    assertThat(cluster.registry.list())
        .filteredOn(plugin -> plugin.name().equals("site"))
        .allMatch(p -> p.faults() == 5 && p.state() == PluginStatus.State.ACTIVE);
    cluster.configuration.set(cluster.definition(Map.of("JobSubmitPlugins", "absent")));
    cluster.controller.reconfigure(Actor.SYSTEM).toCompletableFuture().get();
    assertThat(((Outcome.Rejected) submitted()).message()).contains("job_submit/absent");
  }

  @Test
  void aFilterCanNotGiveAJobToAnotherUser() throws Exception {
    filter(
        (job, view) ->
            new org.headrace.api.job.JobSpec(
                job.name(),
                new org.headrace.api.job.Owner(0, 0, "root", "root"),
                job.charge(),
                job.partitions(),
                job.reservation(),
                job.request(),
                job.timing(),
                job.array(),
                job.dependency(),
                job.execution(),
                job.attributes()));
    assertThat(submitted()).isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void aUserCanNotCancelAnothersJob() {
    cluster.agent.hold(true);
    long id = cluster.submit();
    Actor bert = new Actor(1001, 1001, "bert", "users", false);
    Command cancel =
        new Command.SignalJob(
            JobTarget.of(id),
            Command.SignalJob.CANCEL,
            Command.SignalScope.FULL,
            false,
            org.headrace.api.job.ExitStatus.SUCCESS);
    Outcome outcome = cluster.execute(cancel, bert).join();
    assertThat(((Outcome.Rejected) outcome).code()).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.execute(cancel, Samples.ANNA).join()).isInstanceOf(Outcome.Done.class);
    cluster.awaitState(id, JobState.CANCELLED);
  }
}
