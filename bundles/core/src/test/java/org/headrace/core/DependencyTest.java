package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.after;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.Reason;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;
import org.junit.jupiter.api.Test;

class DependencyTest {
  private final TestCluster cluster = TestCluster.up(2);

  @Test
  void afterOkWaitsForAGoodEnd() {
    long first = cluster.submit(Specs.job(ANNA));
    long second = cluster.submit(after(Specs.job(ANNA), Kind.AFTER_OK, first));
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY);
    assertThat(cluster.schedule()).containsExactly(first);
    cluster.ready(first);
    cluster.batchEnds(first, 0, 0);
    assertThat(cluster.schedule()).isEmpty();
    cluster.released(first);
    assertThat(cluster.job(second).spec().dependency().isEmpty()).isTrue();
    assertThat(cluster.job(second).status().eligible()).isEqualTo(cluster.now);
    assertThat(cluster.schedule()).containsExactly(second);
  }

  @Test
  void afterOkIsHopelessAfterAFailureAndStaysSoWhenThatIsForgotten() {
    long first = cluster.submit(Specs.job(ANNA));
    long second = cluster.submit(after(Specs.job(ANNA), Kind.AFTER_OK, first));
    long third = cluster.submit(after(Specs.job(ANNA), Kind.AFTER_NOT_OK, first));
    cluster.schedule();
    cluster.finish(first, 1);
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    assertThat(cluster.schedule()).containsExactly(third);
    cluster.tick(6 * Specs.MINUTE);
    assertThat(cluster.job(first)).isNull();
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    assertThat(cluster.state(second)).isEqualTo(JobState.PENDING);
  }

  /** As documented: never, even if the preceding job is requeued and ends in another way. */
  @Test
  void aHopelessJobStaysSoWhenTheOtherRunsAgain() {
    long first = cluster.submit(Specs.job(ANNA));
    long second = cluster.submit(after(Specs.job(ANNA), Kind.AFTER_OK, first));
    cluster.schedule();
    cluster.finish(first, 1);
    cluster.apply(new Command.RequeueJob(JobTarget.of(first), false), ANNA);
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    long late = cluster.submit(after(Specs.job(ANNA), Kind.AFTER_OK, first));
    assertThat(cluster.reason(late)).isEqualTo(Reason.DEPENDENCY);
    cluster.tick(5 * Specs.MINUTE);
    assertThat(cluster.schedule()).containsExactly(first);
    cluster.finish(first, 0);
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    assertThat(cluster.job(second).spec().dependency().conditions())
        .allMatch(Dependency.Condition::failed);
    assertThat(cluster.schedule()).containsExactly(late);
  }

  @Test
  void aHopelessJobIsCancelledIfItAskedForThat() {
    long first = cluster.submit(Specs.job(ANNA));
    long second =
        cluster.submit(
            after(Specs.job(ANNA), Kind.AFTER_OK, first)
                .withAttributes(Map.of("KillOnInvalidDependent", "yes")));
    cluster.cancel(first, ANNA);
    assertThat(cluster.state(second)).isEqualTo(JobState.CANCELLED);
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    long late =
        cluster.submit(
            after(Specs.job(ANNA), Kind.AFTER_OK, first)
                .withAttributes(Map.of("KillOnInvalidDependent", "yes")));
    assertThat(cluster.state(late)).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void aJobThatIsForgottenHoldsNobodyUpAndOneThatNeverWasIsRefused() {
    long first = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(first, 0);
    cluster.tick(6 * Specs.MINUTE);
    assertThat(cluster.job(first)).isNull();
    long second = cluster.submit(after(Specs.job(ANNA), Kind.AFTER_OK, first));
    assertThat(cluster.schedule()).containsExactly(second);
    assertThat(cluster.refused(after(Specs.job(ANNA), Kind.AFTER_OK, 99_999), ANNA).code())
        .isEqualTo(ErrorCode.INVALID_DEPENDENCY);
  }

  @Test
  void afterWaitsForTheStartAndSomeMinutes() {
    long first = cluster.submit(Specs.job(ANNA));
    Dependency later =
        new Dependency(
            List.of(new Dependency.Condition(Kind.AFTER, first, Dependency.Condition.ALL_TASKS, 2)),
            false);
    long second = cluster.submit(Specs.job(ANNA).withDependency(later));
    assertThat(cluster.schedule()).containsExactly(first);
    cluster.tick(2 * Specs.MINUTE - 1);
    assertThat(cluster.schedule()).isEmpty();
    cluster.tick(1);
    assertThat(cluster.schedule()).containsExactly(second);
  }

  @Test
  void oneOfSeveralIsEnoughWhereAnyIsAskedFor() {
    long first = cluster.submit(Specs.job(ANNA));
    long other = cluster.submit(Specs.job(ANNA));
    Dependency any =
        new Dependency(
            List.of(
                new Dependency.Condition(Kind.AFTER_OK, first, -1, 0),
                new Dependency.Condition(Kind.AFTER_OK, other, -1, 0)),
            true);
    long third = cluster.submit(Specs.job(ANNA).withDependency(any));
    cluster.schedule();
    cluster.finish(first, 1);
    assertThat(cluster.reason(third)).isEqualTo(Reason.DEPENDENCY);
    cluster.finish(other, 0);
    assertThat(cluster.schedule()).containsExactly(third);
  }

  @Test
  void tasksFollowTheirCounterparts() {
    long first = cluster.submit(Specs.array(ANNA, 0, 1, 0));
    long second =
        cluster.submit(after(Specs.array(ANNA, 0, 1, 0), Kind.AFTER_CORRESPONDING, first));
    List<Long> started = cluster.schedule();
    assertThat(started).hasSize(2);
    cluster.finish(1, 0);
    assertThat(cluster.job(1).arrayTask()).isEqualTo(1);
    List<Long> next = cluster.schedule();
    assertThat(next).hasSize(1);
    assertThat(cluster.job(next.get(0)).arrayTask()).isEqualTo(1);
    assertThat(cluster.job(next.get(0)).arrayId()).isEqualTo(second);
  }

  @Test
  void aTaskThatFailsTakesTheHopeOfItsCounterpartAlone() {
    long first = cluster.submit(Specs.array(ANNA, 0, 2, 0));
    long second =
        cluster.submit(
            after(Specs.array(ANNA, 0, 2, 0), Kind.AFTER_CORRESPONDING, first)
                .withAttributes(Map.of("KillOnInvalidDependent", "yes")));
    List<Long> started = cluster.schedule();
    for (long id : started) {
      cluster.finish(id, cluster.job(id).arrayTask() == 1 ? 9 : 0);
    }
    List<Long> next = cluster.schedule();
    assertThat(next).extracting(id -> cluster.job(id).arrayTask()).containsExactlyInAnyOrder(0, 2);
    assertThat(cluster.machine.publish().jobOrArray(second))
        .filteredOn(job -> job.arrayTask() == 1)
        .extracting(job -> job.status().state())
        .containsExactly(JobState.CANCELLED);
  }

  @Test
  void whileSomeRunTheOthersHaveHope() {
    long first = cluster.submit(Specs.array(ANNA, 0, 2, 0));
    long second =
        cluster.submit(after(Specs.array(ANNA, 0, 2, 0), Kind.AFTER_CORRESPONDING, first));
    List<Long> started = cluster.schedule();
    cluster.finish(started.get(0), 1);
    assertThat(cluster.reason(second)).isEqualTo(Reason.DEPENDENCY);
  }

  /** A million tasks cost as much as a few: they get one record. */
  @Test
  void tasksWhoseCounterpartsAreCancelledTogetherEndTogether() {
    long first = cluster.submit(Specs.array(ANNA, 0, 1000, 1));
    JobSpec spec = after(Specs.array(ANNA, 0, 1000, 0), Kind.AFTER_CORRESPONDING, first);
    long killed = cluster.submit(spec.withAttributes(Map.of("KillOnInvalidDependent", "yes")));
    long kept = cluster.submit(spec.withAttributes(Map.of("KillOnInvalidDependent", "no")));
    long running = cluster.schedule().get(0);
    long before = cluster.machine.publish().jobCount();
    cluster.apply(
        new Command.SignalJob(
            new JobTarget(first, List.of(new JobArray.Range(100, 1000, 1))),
            Command.SignalJob.CANCEL,
            Command.SignalScope.FULL,
            false,
            ExitStatus.SUCCESS),
        ANNA);
    assertThat(cluster.machine.publish().jobCount()).isEqualTo(before + 2);
    assertThat(cluster.machine.publish().jobOrArray(killed))
        .filteredOn(job -> job.status().state() == JobState.CANCELLED)
        .extracting(job -> job.status().pendingTasks().count())
        .containsExactly(901);
    assertThat(cluster.job(killed).status().pendingTasks().count()).isEqualTo(100);
    assertThat(cluster.job(kept).status().pendingTasks().count()).isEqualTo(1001);
    assertThat(cluster.reason(kept)).isEqualTo(Reason.DEPENDENCY);
    cluster.cancel(first, ANNA);
    cluster.released(running);
    assertThat(cluster.reason(kept)).isEqualTo(Reason.DEPENDENCY_NEVER_SATISFIED);
    assertThat(cluster.machine.publish().jobOrArray(killed))
        .allMatch(job -> job.status().state() == JobState.CANCELLED);
  }

  @Test
  void singletonsRunOneByOne() {
    long first = cluster.submit(after(Specs.job(ANNA), Kind.SINGLETON, 0));
    long second = cluster.submit(after(Specs.job(ANNA), Kind.SINGLETON, 0));
    long another = cluster.submit(after(Specs.job(BERT), Kind.SINGLETON, 0));
    assertThat(cluster.schedule()).containsExactly(first, another);
    cluster.finish(first, 3);
    assertThat(cluster.schedule()).containsExactly(second);
  }

  @Test
  void aDependencyOnAnUnknownJobIsRefused() {
    assertThat(cluster.refused(after(Specs.job(ANNA), Kind.AFTER_OK, 77), ANNA).code())
        .isEqualTo(ErrorCode.INVALID_DEPENDENCY);
  }

  /** {@code scontrol update dependency=aftercorr:…} for what is over by then. */
  @Test
  void anArrayThatIsMadeToWaitForTasksThatAreOverGoesOnAtOnce() {
    long first = cluster.submit(Specs.array(ANNA, 0, 1, 1));
    cluster.finish(cluster.schedule().get(0), 0);
    JobSpec later = Specs.array(ANNA, 0, 1, 0);
    long second =
        cluster.submit(later.withTiming(later.timing().withBegin(cluster.now + Specs.MINUTE)));
    update(JobTarget.of(second), new JobChange.Begin(cluster.now));
    update(
        JobTarget.of(second),
        new JobChange.DependsOn(after(later, Kind.AFTER_CORRESPONDING, first).dependency()));
    ClusterMachine twin = loaded();
    assertThat(cluster.machine.publish().jobOrArray(second))
        .filteredOn(job -> job.spec().dependency().isEmpty())
        .extracting(Job::arrayTask)
        .containsExactly(0);
    tickWith(twin, 2 * Specs.MINUTE);
  }

  /** Times that were changed since are in no snapshot. */
  @Test
  void aBeginTimeThatWasMovedIsNoCauseToLookAgain() {
    long first = cluster.submit(Specs.job(ANNA));
    cluster.schedule();
    cluster.finish(first, 1);
    JobSpec spec = after(Specs.job(ANNA), Kind.AFTER_OK, first);
    long second =
        cluster.submit(spec.withTiming(spec.timing().withBegin(cluster.now + Specs.MINUTE)));
    update(JobTarget.of(second), new JobChange.Begin(cluster.now));
    // By this rule it ends when it is next looked at.
    Map<String, String> rule = Map.of("DependencyParameters", "kill_invalid_depend");
    cluster.system(new Command.Configure(Specs.cluster(2, rule)));
    tickWith(loaded(), 2 * Specs.MINUTE);
    assertThat(cluster.state(second)).isEqualTo(JobState.PENDING);
  }

  @Test
  void aTaskSplitFromAHeldArrayWaitsNoLongerThanTheArray() {
    long first = cluster.submit(Specs.job(ANNA));
    Dependency delayed =
        new Dependency(
            List.of(new Dependency.Condition(Kind.AFTER, first, Dependency.Condition.ALL_TASKS, 1)),
            false);
    JobSpec spec = Specs.array(ANNA, 0, 2, 0).withDependency(delayed);
    long array = cluster.submit(spec.withTiming(spec.timing().withHold(Timing.Hold.USER)));
    cluster.schedule();
    JobTarget one = new JobTarget(array, List.of(new JobArray.Range(1, 1, 1)));
    assertThat(cluster.apply(new Command.HoldJob(one, true), ANNA)).isEqualTo(Outcome.DONE);
    tickWith(loaded(), 2 * Specs.MINUTE);
    assertThat(cluster.machine.publish().jobOrArray(array))
        .hasSize(2)
        .allMatch(job -> job.spec().dependency().isEmpty());
  }

  private void update(JobTarget target, JobChange change) {
    assertThat(cluster.apply(new Command.UpdateJob(target, List.of(change)), ANNA))
        .isEqualTo(Outcome.DONE);
  }

  private ClusterMachine loaded() {
    List<SnapshotItem> items = new ArrayList<>();
    cluster.machine.save(items::add);
    ClusterMachine twin = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    twin.load(items.iterator());
    return twin;
  }

  private void tickWith(ClusterMachine twin, long millis) {
    cluster.tick(millis);
    twin.apply(new Command.Tick(), Actor.SYSTEM, cluster.now);
    assertThat(twin.stateHash()).isEqualTo(cluster.machine.stateHash());
  }
}
