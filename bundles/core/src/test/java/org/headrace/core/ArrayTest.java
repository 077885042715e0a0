package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.ROOT;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

class ArrayTest {
  private final TestCluster cluster = TestCluster.up(2);

  @Test
  void tasksGetIdsOfTheirOwnAsTheyStartAndTheLastKeepsTheArrays() {
    long array = cluster.submit(Specs.array(ANNA, 0, 2, 0));
    assertThat(cluster.job(array).pendingArray()).isTrue();
    assertThat(cluster.machine.publish().jobCount()).isEqualTo(1);
    assertThat(cluster.schedule()).containsExactly(1L, 2L, 3L);
    assertThat(cluster.job(2).arrayTask()).isZero();
    assertThat(cluster.job(3).arrayTask()).isEqualTo(1);
    assertThat(cluster.job(1).arrayTask()).isEqualTo(2);
    assertThat(cluster.machine.publish().jobOrArray(array))
        .extracting(Job::id)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void anArrayOfMoreTasksThanTheConfigurationAllowsIsRefused() {
    cluster.system(
        new Command.Configure(
            Specs.cluster(2, Map.of("SchedulerParameters", "bf_licenses,max_array_tasks=3"))));
    cluster.submit(Specs.array(ANNA, 5, 7, 0));
    Outcome.Rejected refused = cluster.refused(Specs.array(ANNA, 0, 3, 0), ANNA);
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_ARRAY);
    assertThat(refused.message())
        .isEqualTo("4 tasks; SchedulerParameters=max_array_tasks allows 3");
  }

  @Test
  void noMoreTasksRunThanTheArrayAllows() {
    long array = cluster.submit(Specs.array(ANNA, 0, 3, 2));
    assertThat(cluster.schedule()).containsExactly(2L, 3L);
    assertThat(cluster.reason(array)).isEqualTo(Reason.ARRAY_TASK_LIMIT);
    assertThat(cluster.schedule()).isEmpty();
    cluster.finish(2, 0);
    assertThat(cluster.schedule()).containsExactly(4L);
    cluster.apply(
        new Command.UpdateJob(JobTarget.of(array), List.of(new JobChange.ArrayThrottle(3))), ANNA);
    assertThat(cluster.job(array).status().pendingTasks().maxRunning()).isEqualTo(3);
    cluster.apply(
        new Command.UpdateJob(JobTarget.of(array), List.of(new JobChange.ArrayThrottle(0))), ANNA);
    assertThat(cluster.schedule()).containsExactly(1L);
  }

  @Test
  void someTasksCanBeHeldApart() {
    long array = cluster.submit(Specs.array(ANNA, 0, 4, 0));
    JobTarget some = new JobTarget(array, List.of(new JobArray.Range(1, 3, 2)));
    assertThat(cluster.apply(new Command.HoldJob(some, true), ANNA)).isEqualTo(Outcome.DONE);
    assertThat(cluster.schedule()).containsExactly(1L, 4L, 5L);
    assertThat(cluster.reason(2)).isEqualTo(Reason.HELD_BY_USER);
    assertThat(cluster.job(2).arrayTask()).isEqualTo(1);
    assertThat(cluster.job(3).arrayTask()).isEqualTo(3);
    cluster.apply(new Command.ReleaseJob(JobTarget.task(array, 3)), ANNA);
    assertThat(cluster.schedule()).containsExactly(3L);
  }

  @Test
  void cancellingAnArrayEndsWhatRunsAndWhatWaits() {
    long array = cluster.submit(Specs.array(ANNA, 0, 3, 1));
    cluster.schedule();
    cluster.cancel(array, ANNA);
    assertThat(cluster.state(array)).isEqualTo(JobState.CANCELLED);
    assertThat(cluster.job(array).status().pendingTasks().count()).isEqualTo(3);
    assertThat(cluster.state(2)).isEqualTo(JobState.CANCELLED);
    cluster.released(2);
    cluster.tick(5 * Specs.MINUTE);
    assertThat(cluster.machine.publish().jobCount()).isZero();
  }

  private static JobTarget tasks(long array, int first, int last, int step) {
    return new JobTarget(array, List.of(new JobArray.Range(first, last, step)));
  }

  private Outcome cancel(JobTarget target) {
    return cluster.apply(
        new Command.SignalJob(
            target, Command.SignalJob.CANCEL, Command.SignalScope.FULL, false, ExitStatus.SUCCESS),
        ANNA);
  }

  /** Half a thousand tasks cost as two do: they stay together. */
  @Test
  void tasksThatAreCancelledBeforeTheyStartHaveOneRecord() {
    long array = cluster.submit(Specs.array(ANNA, 0, 999, 0));
    assertThat(cancel(tasks(array, 1, 999, 2))).isEqualTo(Outcome.DONE);
    List<Job> parts = cluster.machine.publish().jobOrArray(array);
    assertThat(parts).hasSize(2);
    assertThat(parts.get(0).status().state()).isEqualTo(JobState.PENDING);
    assertThat(parts.get(0).status().pendingTasks().count()).isEqualTo(500);
    Job cancelled = parts.get(1);
    assertThat(cancelled.status().state()).isEqualTo(JobState.CANCELLED);
    assertThat(cancelled.status().pendingTasks().ranges())
        .containsExactly(new JobArray.Range(1, 999, 2));
    assertThat(cancel(tasks(array, 1, 3, 2))).isInstanceOf(Outcome.Rejected.class);
    assertThat(cancel(tasks(array, 0, 3, 1))).isEqualTo(Outcome.DONE);
    assertThat(cluster.machine.publish().jobOrArray(array).get(0).status().pendingTasks().count())
        .isEqualTo(498);
    assertThat(cluster.schedule()).isNotEmpty();
    assertThat(cluster.state(cancelled.id())).isEqualTo(JobState.CANCELLED);
  }

  private static JobSpec afterTask(Kind kind, long array, int task) {
    return Specs.job(ANNA)
        .withDependency(
            new Dependency(List.of(new Dependency.Condition(kind, array, task, 0)), false));
  }

  @Test
  void whatWaitsForACancelledTaskLearnsOfIt() {
    long array = cluster.submit(Specs.array(ANNA, 0, 9, 1));
    cluster.schedule();
    long any = cluster.submit(afterTask(Kind.AFTER_ANY, array, 5));
    long ok = cluster.submit(afterTask(Kind.AFTER_OK, array, 6));
    cancel(tasks(array, 4, 7, 1));
    assertThat(cluster.reason(ok)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    assertThat(cluster.schedule()).containsExactly(any);
  }

  /** A signal that wouldn't reach a waiting task leaves the array as it is. */
  @Test
  void aSignalForTheScriptOfTasksThatWaitChangesNothing() {
    long array = cluster.submit(Specs.array(ANNA, 0, 9, 0));
    Outcome outcome =
        cluster.apply(
            new Command.SignalJob(
                tasks(array, 0, 4, 1), 10, Command.SignalScope.BATCH, false, ExitStatus.SUCCESS),
            ANNA);
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    assertThat(cluster.machine.publish().jobOrArray(array)).hasSize(1);
  }

  @Test
  void anArrayIsForgottenAsAWhole() {
    long array = cluster.submit(Specs.array(ANNA, 0, 1, 1));
    cluster.schedule();
    cluster.finish(2, 0);
    cluster.tick(10 * Specs.MINUTE);
    assertThat(cluster.job(2)).isNotNull();
    cluster.schedule();
    cluster.finish(array, 0);
    cluster.tick(5 * Specs.MINUTE);
    assertThat(cluster.machine.publish().jobCount()).isZero();
  }

  @Test
  void aSingleTaskIsRequeued() {
    long array = cluster.submit(Specs.array(ANNA, 0, 1, 0));
    cluster.schedule();
    cluster.apply(new Command.RequeueJob(JobTarget.task(array, 0), false), ROOT);
    cluster.released(2);
    assertThat(cluster.job(2).status().restarts()).isEqualTo(1);
    assertThat(cluster.job(1).status().restarts()).isZero();
    assertThat(cluster.schedule()).containsExactly(2L);
  }
}
