package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.MINUTE;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.Timing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.Limits;
import org.junit.jupiter.api.Test;

/** Jobs that are held while they run, and what waits before it may start again. */
class HeldRunsTest {
  private final TestCluster cluster = TestCluster.up(2);

  private long running() {
    long id = cluster.submit(Specs.job(ANNA));
    assertThat(cluster.schedule()).containsExactly(id);
    cluster.ready(id);
    return id;
  }

  private Outcome hold(long id, Actor actor) {
    return cluster.apply(new Command.HoldJob(JobTarget.of(id), false), actor);
  }

  private Outcome release(long id, Actor actor) {
    return cluster.apply(new Command.ReleaseJob(JobTarget.of(id)), actor);
  }

  private void requeue(long id) {
    assertThat(cluster.apply(new Command.RequeueJob(JobTarget.of(id), false), ANNA))
        .isEqualTo(Outcome.DONE);
    cluster.released(id);
  }

  private static ErrorCode code(Outcome outcome) {
    return ((Outcome.Rejected) outcome).code();
  }

  private Timing.Hold held(long id) {
    return cluster.job(id).spec().timing().hold();
  }

  /** As seen on a running Slurm 22.05, like all here. */
  @Test
  void aJobThatIsHeldWhileItRunsGoesOnAndIsHeldInTheQueue() {
    long id = running();
    assertThat(hold(id, ROOT)).isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    assertThat(cluster.reason(id)).isEqualTo(Reason.HELD_BY_ADMIN);
    requeue(id);
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    assertThat(cluster.reason(id)).isEqualTo(Reason.HELD_BY_ADMIN);
    assertThat(cluster.schedule()).isEmpty();
    assertThat(release(id, ROOT)).isEqualTo(Outcome.DONE);
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void aHoldThatIsTakenBackInTimeCountsForNothing() {
    long id = running();
    hold(id, ANNA);
    assertThat(cluster.reason(id)).isEqualTo(Reason.HELD_BY_USER);
    assertThat(release(id, ANNA)).isEqualTo(Outcome.DONE);
    assertThat(cluster.reason(id)).isEqualTo(Reason.NONE);
    requeue(id);
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void whatIsOnItsWayBackToTheQueueCanBeHeldToo() {
    long id = running();
    cluster.apply(new Command.RequeueJob(JobTarget.of(id), false), ANNA);
    assertThat(hold(id, ANNA)).isEqualTo(Outcome.DONE);
    cluster.released(id);
    assertThat(cluster.reason(id)).isEqualTo(Reason.HELD_BY_USER);
    assertThat(cluster.schedule()).isEmpty();
  }

  private long onItsWayToBeHeld() {
    long id = running();
    cluster.apply(new Command.RequeueJob(JobTarget.of(id), true), ANNA);
    assertThat(cluster.state(id)).isEqualTo(JobState.PENDING);
    return id;
  }

  @Test
  void whatIsReleasedOnItsWayBackIsNotHeldThere() {
    long id = onItsWayToBeHeld();
    assertThat(code(release(id, ANNA))).isEqualTo(ErrorCode.ACCESS_DENIED);
    assertThat(release(id, ROOT)).isEqualTo(Outcome.DONE);
    cluster.released(id);
    assertThat(held(id)).isEqualTo(Timing.Hold.NONE);
    assertThat(cluster.schedule()).containsExactly(id);
  }

  @Test
  void whatNobodyReleasesIsHeld() {
    long id = onItsWayToBeHeld();
    cluster.released(id);
    assertThat(cluster.reason(id)).isEqualTo(Reason.REQUEUE_HELD);
    assertThat(cluster.schedule()).isEmpty();
  }

  /** Why it is held says more than that it is. */
  @Test
  void aHoldOnTheWayBackLeavesTheReasonAsItIs() {
    long id = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.system(new Command.LaunchFailed(id, 0, "n1", "Prolog error", true));
    Reason before = cluster.reason(id);
    assertThat(before).isEqualTo(Reason.PROLOG_FAILED);
    hold(id, ANNA);
    assertThat(cluster.reason(id)).isEqualTo(before);
    cluster.released(id);
    assertThat(cluster.reason(id)).isEqualTo(before);
  }

  @Test
  void anAdministratorsHoldIsNotItsOwnersToTakeBack() {
    long id = running();
    hold(id, ROOT);
    assertThat(code(release(id, ANNA))).isEqualTo(ErrorCode.ACCESS_DENIED);
    hold(id, ANNA);
    assertThat(held(id)).isEqualTo(Timing.Hold.ADMIN);
  }

  @Test
  void allOfAnArrayIsHeld() {
    long array = cluster.submit(Specs.array(ANNA, 1, 3, 1));
    cluster.schedule();
    hold(array, ROOT);
    assertThat(cluster.machine.publish().jobOrArray(array))
        .hasSize(2)
        .allMatch(job -> job.spec().timing().hold() == Timing.Hold.ADMIN);
  }

  @Test
  void whatHasEndedIsNotHeld() {
    long id = running();
    cluster.batchEnds(id, 0, 0);
    assertThat(code(hold(id, ROOT))).isEqualTo(ErrorCode.FINISHED);
    assertThat(code(release(id, ROOT))).isEqualTo(ErrorCode.FINISHED);
  }

  @Test
  void whatCanNotBeStoppedOrGoOnSaysWhy() {
    long id = running();
    assertThat(code(suspend(id, true))).isEqualTo(ErrorCode.NOT_SUSPENDED);
    assertThat(suspend(id, false)).isEqualTo(Outcome.DONE);
    assertThat(suspend(id, false)).isEqualTo(Outcome.DONE);
    hold(id, ROOT);
    assertThat(suspend(id, true)).isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.RUNNING);
    cluster.batchEnds(id, 0, 0);
    assertThat(code(suspend(id, false))).isEqualTo(ErrorCode.ALREADY_DONE);
    long pending = cluster.submit(Specs.job(ANNA));
    assertThat(code(suspend(pending, false))).isEqualTo(ErrorCode.STILL_PENDING);
    assertThat(code(suspend(pending, true))).isEqualTo(ErrorCode.STILL_PENDING);
    Command again = new Command.RequeueJob(JobTarget.of(pending), false);
    assertThat(code(cluster.apply(again, ANNA))).isEqualTo(ErrorCode.STILL_PENDING);
  }

  /** As a Slurm 22.05 refuses all signals but the one that ends the job. */
  @Test
  void itsOwnerDoesNotHaveASuspendedJobGoOn() {
    long id = running();
    assertThat(suspend(id, false)).isEqualTo(Outcome.DONE);
    cluster.machine.drainEvents();
    for (Command.SignalScope scope : Command.SignalScope.values()) {
      assertThat(code(signal(id, 18, scope))).isEqualTo(ErrorCode.SUSPENDED);
    }
    Command step = new Command.SignalStep(id, Step.BATCH, 18);
    assertThat(code(cluster.apply(step, ANNA))).isEqualTo(ErrorCode.SUSPENDED);
    assertThat(cluster.machine.drainEvents()).isEmpty();
    assertThat(signal(id, 9, Command.SignalScope.FULL)).isEqualTo(Outcome.DONE);
    assertThat(cluster.state(id)).isEqualTo(JobState.CANCELLED);
  }

  private Outcome signal(long id, int signal, Command.SignalScope scope) {
    return cluster.apply(
        new Command.SignalJob(JobTarget.of(id), signal, scope, false, ExitStatus.SUCCESS), ANNA);
  }

  private Outcome suspend(long id, boolean resume) {
    return cluster.apply(new Command.SuspendJob(JobTarget.of(id), resume), ROOT);
  }

  @Test
  void whatIsPutBackInTheQueueWaitsAsLongAsIsConfigured() {
    ClusterDefinition plain = Specs.cluster(2);
    cluster.system(new Command.Configure(plain.withLimits(waiting(plain.limits()))));
    long id = running();
    requeue(id);
    assertThat(cluster.schedule()).isEmpty();
    assertThat(cluster.reason(id)).isEqualTo(Reason.BEGIN_TIME);
    assertThat(cluster.job(id).spec().timing().begin()).isEqualTo(cluster.now + 2 * MINUTE);
    cluster.tick(2 * MINUTE - 1);
    assertThat(cluster.schedule()).isEmpty();
    cluster.tick(1);
    assertThat(cluster.schedule()).containsExactly(id);
  }

  private static Limits waiting(Limits limits) {
    return new Limits(
        limits.maxJobs(),
        limits.firstJobId(),
        limits.maxJobId(),
        limits.maxArraySize(),
        limits.maxStepsPerJob(),
        limits.maxRequeue(),
        limits.maxTasksPerNode(),
        limits.minJobAge(),
        limits.killWait(),
        limits.overTimeLimit(),
        limits.nodeTimeout(),
        limits.returnToService(),
        MemoryRequest.NONE,
        true,
        0,
        2 * MINUTE);
  }

  @Test
  void tasksOfAnArrayThatWereNotMeantAreNotHeld() {
    long array = cluster.submit(Specs.array(ANNA, 1, 3, 0));
    assertThat(cluster.schedule()).hasSize(3);
    JobTarget second = JobTarget.task(array, 2);
    cluster.apply(new Command.HoldJob(second, true), ANNA);
    List<Boolean> held =
        cluster.machine.publish().jobOrArray(array).stream()
            .map(job -> job.spec().timing().hold() != Timing.Hold.NONE)
            .toList();
    assertThat(held).containsExactlyInAnyOrder(true, false, false);
  }
}
