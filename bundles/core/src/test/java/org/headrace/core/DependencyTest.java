package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.BERT;
import static org.headrace.core.Specs.after;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.api.job.JobState;
import org.headrace.api.model.Reason;
import org.headrace.control.command.ErrorCode;
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
}
