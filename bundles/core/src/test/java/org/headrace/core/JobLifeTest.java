package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Reason;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobLifeTest {
  private final TestCluster cluster = TestCluster.up(2);

  /** As seen on a running Slurm 22.05. */
  @Test
  void whatRanOutOfMemorySaysSoWhateverItsScriptEndedWith() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    StepSpec spec = Specs.step(1, 1, 1, StepSpec.StepSharing.OVERLAP);
    cluster.apply(new Command.CreateStep(id, spec, new byte[0]), ANNA);
    for (int step : new int[] {0, Step.BATCH}) {
      cluster.system(
          new Command.StepEnded(id, 0, step, "n1", ExitStatus.SUCCESS, Usage.NONE, true, ""));
    }
    JobStatus status = cluster.job(id).status();
    assertThat(status.state()).isEqualTo(JobState.OUT_OF_MEMORY);
    assertThat(status.reason()).isEqualTo(Reason.OUT_OF_MEMORY);
    assertThat(status.exit()).isEqualTo(new ExitStatus(0, 125));
    assertThat(status.worstStepExit()).isEqualTo(new ExitStatus(0, 125));
    assertThat(cluster.machine.publish().steps(id))
        .allMatch(step -> step.exit().equals(new ExitStatus(0, 125)))
        .allMatch(step -> step.state() == JobState.OUT_OF_MEMORY);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itDoesNotMatterOnWhichNodeAStepRanOutOfMemory(boolean first) {
    long id = cluster.submit(wholeMachine());
    cluster.schedule();
    cluster.ready(id);
    StepSpec spec = Specs.step(2, 2, 1, StepSpec.StepSharing.OVERLAP);
    cluster.apply(new Command.CreateStep(id, spec, new byte[0]), ANNA);
    ExitStatus killed = new ExitStatus(0, 9);
    cluster.system(new Command.StepEnded(id, 0, 0, "n1", killed, Usage.NONE, first, ""));
    cluster.system(new Command.StepEnded(id, 0, 0, "n2", killed, Usage.NONE, !first, ""));
    assertThat(cluster.machine.publish().steps(id))
        .filteredOn(step -> step.id() == 0)
        .singleElement()
        .matches(step -> step.exit().equals(new ExitStatus(0, 125)))
        .matches(step -> step.state() == JobState.OUT_OF_MEMORY);
    assertThat(cluster.job(id).status().worstStepExit()).isEqualTo(new ExitStatus(0, 125));
  }

  @Test
  void aBatchJobGoesFromSubmissionToItsEnd() {
    long id = cluster.submit(Specs.job(ANNA));
    assertThat(id).isEqualTo(1);
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    assertThat(cluster.reason(id)).isEqualTo(Reason.NOT_CONSIDERED_YET);
    assertThat(cluster.job(id).status().timeLimit()).isEqualTo(60 * MINUTE);

    cluster.now += 1000;
    assertThat(cluster.schedule()).containsExactly(id);
    Job started = cluster.job(id);
    assertThat(started.status().state()).isEqualTo(JobState.RUNNING);
    assertThat(started.status().flags()).containsExactly(JobFlag.CONFIGURING);
    assertThat(started.status().started()).isEqualTo(cluster.now);
    assertThat(cluster.machine.publish().steps(id)).extracting(Step::id).containsExactly(-5);

    cluster.ready(id);
    assertThat(cluster.job(id).status().flags()).isEmpty();
    cluster.now += 5000;
    cluster.batchEnds(id, 0, 0);
    Job ended = cluster.job(id);
    assertThat(ended.status().state()).isEqualTo(JobState.COMPLETED);
    assertThat(ended.status().flags()).containsExactly(JobFlag.COMPLETING);
    assertThat(ended.status().ended()).isEqualTo(cluster.now);
    assertThat(cluster.machine.publish().ledger().jobs(0)).isEqualTo(1);

    cluster.released(id);
    assertThat(cluster.job(id).status().flags()).isEmpty();
    assertThat(cluster.machine.publish().ledger().jobs(0)).isZero();
    assertThat(cluster.machine.publish().running()).isEmpty();
    assertThat(cluster.machine.counters().completed()).isEqualTo(1);
  }

  @Test
  void everyEventIsNumberedInSequence() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(id, 0);
    long number = cluster.events.get(0).number();
    for (Event event : cluster.events) {
      assertThat(event.number()).isEqualTo(number++);
    }
  }

  @Test
  void failureIsToldByTheExitStatus() {
    long failing = cluster.submit(Specs.job(ANNA));
    long crashing = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(failing);
    cluster.batchEnds(failing, 3, 0);
    cluster.batchEnds(crashing, 0, 11);
    assertThat(cluster.state(failing)).isEqualTo(JobState.FAILED);
    assertThat(cluster.reason(failing)).isEqualTo(Reason.NON_ZERO_EXIT_CODE);
    assertThat(cluster.job(failing).status().exit()).isEqualTo(new ExitStatus(3, 0));
    assertThat(cluster.reason(crashing)).isEqualTo(Reason.RAISED_SIGNAL);
  }

  @Test
  void aRunningJobThatIsCancelledIsAskedAndThenKilled() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    assertThat(((Outcome.Rejected) cluster.cancel(id, BERT)).code())
        .isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(cluster.cancel(id, ANNA)).isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(cluster.job(id).status().killedBy()).isEqualTo(1000);
    assertThat(cluster.job(id).status().has(JobFlag.COMPLETING)).isTrue();
    assertThat(signals()).containsExactly(15);
    int told =
        cluster.events.indexOf(
            cluster.events.stream()
                .filter(event -> event instanceof Event.JobChanged changed && over(changed))
                .findFirst()
                .orElseThrow());
    assertThat(cluster.events.get(told + 1)).isInstanceOf(Event.SignalRequested.class);
    assertThat(cluster.machine.nextDeadline()).isEqualTo(cluster.now + 30_000);
    cluster.tick(30_000);
    assertThat(signals()).containsExactly(15, 9);
    cluster.batchEnds(id, 0, 9);
    assertThat(cluster.job(id).status().exit()).isEqualTo(new ExitStatus(0, 9));
    cluster.released(id);
    assertThat(cluster.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(((Outcome.Rejected) cluster.cancel(id, ANNA)).code())
        .isEqualTo(ErrorCode.ALREADY_DONE);
  }

  @Test
  void theRecordOfACancelledJobStaysAsItsEndLeftIt() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    cluster.cancel(id, ANNA);
    cluster.batchEnds(id, 0, 15);
    cluster.released(id);
    assertThat(cluster.job(id).status().exit()).isEqualTo(new ExitStatus(0, 15));
    assertThat(
            cluster.machine.accountingBacklog(0, 100).stream()
                .filter(AccountingRecord.JobChanged.class::isInstance)
                .map(record -> ((AccountingRecord.JobChanged) record).job().status())
                .filter(status -> status.state() == JobState.CANCELLED))
        .isNotEmpty()
        .allMatch(status -> status.exit().equals(ExitStatus.SUCCESS));
  }

  @Test
  void aPendingJobThatIsCancelledIsOverAtOnce() {
    long id = cluster.submit(Specs.job(ANNA));
    assertThat(cluster.cancel(id, ROOT)).isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.CANCELLED);
    assertThat(cluster.job(id).status().killedBy()).isZero();
    assertThat(cluster.schedule()).isEmpty();
  }

  @Test
  void theTimeLimitEndsAJob() {
    Timing timing = Timing.ANY.withTimeLimit(2 * MINUTE);
    long id = cluster.submit(Specs.job(ANNA).withTiming(timing));
    cluster.schedule();
    cluster.ready(id);
    cluster.tick(2 * MINUTE - 1);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    cluster.tick(1);
    assertThat(cluster.state(id)).isEqualTo(JobState.TIMEOUT);
    assertThat(signals()).containsExactly(15);
  }

  @Test
  void timeStandsStillForASuspendedJob() {
    Timing timing = Timing.ANY.withTimeLimit(2 * MINUTE);
    long id = cluster.submit(Specs.job(ANNA).withTiming(timing));
    cluster.schedule();
    cluster.ready(id);
    cluster.tick(MINUTE);
    cluster.apply(new Command.SuspendJob(JobTarget.of(id), false), ROOT);
    assertThat(cluster.state(id)).isEqualTo(JobState.SUSPENDED);
    cluster.tick(10 * MINUTE);
    cluster.apply(new Command.SuspendJob(JobTarget.of(id), true), ROOT);
    cluster.tick(MINUTE - 1);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    cluster.tick(1);
    assertThat(cluster.state(id)).isEqualTo(JobState.TIMEOUT);
    assertThat(signals()).containsExactly(19, 18, 15);
    var status = cluster.job(id).status();
    assertThat(status.stoodStill()).isEqualTo(10 * MINUTE);
    assertThat(status.ran(cluster.now)).isEqualTo(2 * MINUTE);
  }

  /** Eight tasks on each of two nodes of eight CPUs. */
  private static JobSpec wholeMachine() {
    JobSpec spec = Specs.job(ANNA);
    TaskLayout layout = spec.request().layout().withTasks(16);
    return spec.withRequest(spec.request().withNodes(2, 2).withLayout(layout));
  }

  @Test
  void othersUseTheCoresOfASuspendedJobAndItWaitsForThem() {
    long first = cluster.submit(wholeMachine());
    cluster.schedule();
    cluster.ready(first);
    long second = cluster.submit(wholeMachine());
    assertThat(cluster.schedule()).isEmpty();
    cluster.apply(new Command.SuspendJob(JobTarget.of(first), false), ROOT);
    assertThat(cluster.machine.publish().nodeStatus("n1").allocatedCpus()).isZero();
    assertThat(cluster.schedule()).containsExactly(second);
    Outcome refused = cluster.apply(new Command.SuspendJob(JobTarget.of(first), true), ROOT);
    assertThat(((Outcome.Rejected) refused).code()).isEqualTo(ErrorCode.RESOURCES_BUSY);
    cluster.finish(second, 0);
    assertThat(cluster.apply(new Command.SuspendJob(JobTarget.of(first), true), ROOT))
        .isEqualTo(Outcome.DONE);
    assertThat(cluster.state(first)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.machine.publish().nodeStatus("n1").allocatedCpus()).isPositive();
  }

  @Test
  void aJobThatEndsSuspendedGivesBackWhatItKept() {
    long first = cluster.submit(wholeMachine());
    cluster.schedule();
    cluster.ready(first);
    cluster.apply(new Command.SuspendJob(JobTarget.of(first), false), ROOT);
    long second = cluster.submit(wholeMachine());
    assertThat(cluster.schedule()).containsExactly(second);
    cluster.tick(MINUTE);
    cluster.cancel(first, ROOT);
    cluster.released(first);
    var status = cluster.job(first).status();
    assertThat(status.state()).isEqualTo(JobState.CANCELLED);
    assertThat(status.stoodStill()).isEqualTo(MINUTE);
    long third = cluster.submit(wholeMachine());
    assertThat(cluster.schedule()).isEmpty();
    cluster.finish(second, 0);
    assertThat(cluster.schedule()).containsExactly(third);
  }

  @Test
  void aRunningJobIsPutBackInTheQueueWhenItsNodesAreClean() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    assertThat(cluster.apply(new Command.RequeueJob(JobTarget.of(id), false), ANNA))
        .isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    assertThat(cluster.job(id).status().has(JobFlag.REQUEUE_PENDING)).isTrue();
    assertThat(cluster.schedule()).isEmpty();
    cluster.released(id);
    assertThat(cluster.job(id).status().restarts()).isEqualTo(1);
    assertThat(cluster.schedule()).containsExactly(id);
    cluster.finish(id, 0);
    assertThat(cluster.state(id)).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void aJobThatIsRequeuedTooOftenIsHeld() {
    long id = cluster.submit(Specs.job(ANNA));
    for (int i = 0; i < 3; i++) {
      cluster.schedule();
      cluster.apply(new Command.RequeueJob(JobTarget.of(id), false), ANNA);
      cluster.released(id);
    }
    assertThat(cluster.reason(id)).isEqualTo(Reason.REQUEUED_TOO_OFTEN);
    assertThat(cluster.job(id).status().priority()).isZero();
    assertThat(cluster.schedule()).isEmpty();
  }

  @Test
  void anAllocationEndsWhenItsOwnerSaysSo() {
    long id = cluster.submit(Specs.allocationOnly(ANNA));
    cluster.schedule();
    cluster.ready(id);
    assertThat(cluster.machine.publish().steps(id)).isEmpty();
    cluster.apply(
        new Command.SignalJob(
            JobTarget.of(id), 0, Command.SignalScope.FULL, true, ExitStatus.SUCCESS),
        ANNA);
    assertThat(cluster.state(id)).isEqualTo(JobState.COMPLETED);
  }

  /** As seen on a Slurm 22.05: by STOP to the script or to all, not to a step; its time runs. */
  @Test
  void aJobThatItsUserStopsSaysSoUntilItGoesOn() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    for (Command.SignalScope scope : Command.SignalScope.values()) {
      signal(id, 19, scope);
      assertThat(cluster.job(id).status().flags()).containsExactly(JobFlag.STOPPED);
      assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
      signal(id, 20, scope);
      assertThat(cluster.job(id).status().has(JobFlag.STOPPED)).isTrue();
      signal(id, 18, scope);
      assertThat(cluster.job(id).status().flags()).isEmpty();
    }
    assertThat(signals()).containsExactly(19, 20, 18, 19, 20, 18, 19, 20, 18);
    cluster.apply(new Command.SignalStep(id, Step.BATCH, 19), ANNA);
    assertThat(cluster.job(id).status().flags()).isEmpty();
    signal(id, 19, Command.SignalScope.FULL);
    cluster.apply(new Command.SuspendJob(JobTarget.of(id), false), ROOT);
    assertThat(cluster.job(id).status().flags()).isEmpty();
    cluster.apply(new Command.SuspendJob(JobTarget.of(id), true), ROOT);
    signal(id, 19, Command.SignalScope.FULL);
    cluster.apply(new Command.RequeueJob(JobTarget.of(id), false), ANNA);
    assertThat(cluster.job(id).status().has(JobFlag.STOPPED)).isFalse();
  }

  private void signal(long id, int number, Command.SignalScope scope) {
    cluster.apply(
        new Command.SignalJob(JobTarget.of(id), number, scope, false, ExitStatus.SUCCESS), ANNA);
  }

  @Test
  void endedJobsAreForgotten() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(id, 0);
    cluster.tick(5 * MINUTE - 1);
    assertThat(cluster.job(id)).isNotNull();
    cluster.tick(1);
    assertThat(cluster.job(id)).isNull();
    assertThat(cluster.store.size()).isZero();
    assertThat(cluster.files.size()).isZero();
    assertThat(cluster.events(Event.JobForgotten.class)).hasSize(1);
  }

  @Test
  void accountingKeepsRecordsUntilTheyAreSafe() {
    cluster.system(new Command.AccountingSafe(Long.MAX_VALUE));
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(id, 0);
    List<AccountingRecord> backlog = cluster.machine.accountingBacklog(0, 100);
    assertThat(backlog).hasSize(5);
    assertThat(cluster.machine.accountingBacklog(backlog.get(1).number(), 2))
        .containsExactly(backlog.get(2), backlog.get(3));
    cluster.system(new Command.AccountingSafe(backlog.get(2).number()));
    assertThat(cluster.machine.accountingQueueLength()).isEqualTo(2);
    AccountingRecord.JobChanged last = (AccountingRecord.JobChanged) backlog.get(4);
    assertThat(last.job().status().state()).isEqualTo(JobState.COMPLETED);
    assertThat(last.nodes()).containsExactly("n1");
  }

  private static boolean over(Event.JobChanged changed) {
    return changed.job().status().has(JobFlag.COMPLETING);
  }

  private List<Integer> signals() {
    return cluster.events(Event.SignalRequested.class).stream()
        .map(Event.SignalRequested::signal)
        .toList();
  }

  @Test
  void aScriptThatCouldNotBeStartedIsToldFromOneThatFailed() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.ready(id);
    cluster.system(
        new Command.StepEnded(
            id,
            0,
            Step.BATCH,
            cluster.nodes(cluster.job(id)).get(0),
            ExitStatus.NOT_STARTED,
            Usage.NONE,
            false,
            "can't open /root/out: Permission denied"));
    assertThat(cluster.job(id).status().state()).isEqualTo(JobState.FAILED);
    assertThat(cluster.job(id).status().reason()).isEqualTo(Reason.LAUNCH_FAILED);
  }
}
