package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.account.Limit;
import org.headrace.api.job.Charge;
import org.headrace.api.job.JobStatus;
import org.headrace.api.model.PendingJob;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobChange;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** Of pending jobs as many accrue age as associations and qualities of service let. */
class AccrualTest extends ChargedJobs {
  private long since(long id) {
    return cluster.job(id).status().accruesSince();
  }

  private void hold(long id) {
    cluster.apply(new Command.HoldJob(JobTarget.of(id), false), Specs.ROOT);
  }

  private void release(long id) {
    cluster.apply(new Command.ReleaseJob(JobTarget.of(id)), Specs.ROOT);
  }

  @Test
  void withoutALimitAgeBeginsWithEligibility() {
    physics("limits");
    long id = submit("anna", OPTICS);
    assertThat(since(id)).isEqualTo(cluster.now);
    hold(id);
    assertThat(since(id)).isZero();
    cluster.tick(1_000);
    release(id);
    assertThat(since(id)).isEqualTo(cluster.now);
  }

  @Test
  void placesAreDealtInTheOrderOfIds() {
    physics("limits");
    limit(OPTICS, "anna", none().with(Limit.MAX_ACCRUING, 2));
    long begun = cluster.now;
    long first = submit("anna", OPTICS);
    long second = submit("anna", OPTICS);
    long third = submit("anna", OPTICS);
    long fourth = submit("anna", OPTICS);
    long other = submit("anna", PHYSICS);
    cluster.tick(60_000);
    assertThat(since(first)).isEqualTo(begun);
    assertThat(since(second)).isEqualTo(begun);
    assertThat(since(third)).isZero();
    assertThat(since(other)).isEqualTo(begun);
    PendingJob row = cluster.machine.publish().input().queue().get(2);
    assertThat(row.id()).isEqualTo(third);
    assertThat(row.accrues()).isEqualTo(PendingJob.NEVER);
    hold(first);
    assertThat(since(first)).isZero();
    assertThat(since(third)).isEqualTo(cluster.now);
    cluster.tick(60_000);
    release(first);
    assertThat(since(first)).isZero();
    cluster.cancel(second, Specs.ANNA);
    assertThat(since(first)).isEqualTo(cluster.now);
    assertThat(since(fourth)).isZero();
  }

  @Test
  void aJobThatStartsKeepsItsTimeAndGivesUpItsPlace() {
    physics("limits");
    limit(PHYSICS, "", none().with(Limit.GROUP_ACCRUING, 1));
    long first = submit("anna", OPTICS);
    long second = submit("bert", PHYSICS);
    long begun = cluster.now;
    assertThat(since(second)).isZero();
    cluster.tick(60_000);
    cluster.apply(new Command.HoldJob(JobTarget.of(second), false), Specs.ROOT);
    assertThat(cluster.schedule()).containsExactly(first);
    release(second);
    assertThat(since(first)).isEqualTo(begun);
    assertThat(since(second)).isEqualTo(cluster.now);
    cluster.ready(first);
    cluster.apply(new Command.RequeueJob(JobTarget.of(first), false), Specs.ROOT);
    cluster.released(first);
    assertThat(cluster.job(first).status().accrued()).isEqualTo(JobStatus.NOT_YET);
  }

  @Test
  void tasksOfAnArrayAccrueOneByOne() {
    physics("limits");
    limit(OPTICS, "anna", none().with(Limit.MAX_ACCRUING, 3));
    long array =
        cluster.submit(
            Specs.array(Specs.ANNA, 1, 5, 0)
                .withTiming(Specs.job(Specs.ANNA).timing())
                .withCharge(new Charge(OPTICS, "", "")));
    assertThat(since(array)).isZero();
    assertThat(cluster.job(array).status().pendingTasks().count()).isEqualTo(2);
    for (long task = array + 1; task <= array + 3; task++) {
      assertThat(since(task)).isEqualTo(cluster.now);
    }
    cluster.tick(60_000);
    cluster.cancel(array + 1, Specs.ANNA);
    assertThat(since(array + 4)).isEqualTo(cluster.now);
    assertThat(since(array)).isZero();
    cluster.cancel(array + 2, Specs.ANNA);
    assertThat(since(array)).as("the last has the array's record").isEqualTo(cluster.now);
  }

  @Test
  void anArrayForWhichThereIsRoomStaysInOnePiece() {
    physics("limits");
    limit(OPTICS, "anna", none().with(Limit.MAX_ACCRUING, 5));
    long array =
        cluster.submit(Specs.array(Specs.ANNA, 1, 5, 0).withCharge(new Charge(OPTICS, "", "")));
    assertThat(since(array)).isEqualTo(cluster.now);
    assertThat(cluster.job(array).status().pendingTasks().count()).isEqualTo(5);
    long next = submit("anna", OPTICS);
    assertThat(since(next)).isZero();
  }

  @Test
  void aQualityOfServiceLimitsUsersAndAccounts() {
    physics("limits");
    change(
        new AccountChange.PutQos(
            qos(
                "slow",
                none()
                    .with(Limit.GROUP_ACCRUING, 3)
                    .with(Limit.MAX_ACCRUING, 2)
                    .with(Limit.MAX_ACCRUING_PER_ACCOUNT, 2))));
    limit(OPTICS, "anna", none().with(Limit.MAX_ACCRUING, 1)); // which the quality of service lifts
    long first = cluster.submit(job(Specs.ANNA, OPTICS, "slow", 1, 10));
    long second = cluster.submit(job(Specs.ANNA, OPTICS, "slow", 1, 10));
    long otherUser = cluster.submit(job(Specs.BERT, OPTICS, "slow", 1, 10));
    long otherAccount = cluster.submit(job(Specs.BERT, PHYSICS, "slow", 1, 10));
    long tooMany = cluster.submit(job(Specs.BERT, PHYSICS, "slow", 1, 10));
    assertThat(List.of(since(first), since(second), since(otherAccount))).containsOnly(cluster.now);
    assertThat(List.of(since(otherUser), since(tooMany))).containsOnly(0L);
  }

  @Test
  void aNewLimitLeavesThoseWhoAccrueAndAnOldOneThatGoesLetsAllAccrue() {
    physics("limits");
    long first = submit("anna", OPTICS);
    long second = submit("anna", OPTICS);
    long begun = cluster.now;
    cluster.tick(60_000);
    limit(OPTICS, "anna", none().with(Limit.MAX_ACCRUING, 1));
    long third = submit("anna", OPTICS);
    assertThat(List.of(since(first), since(second))).containsOnly(begun);
    assertThat(since(third)).isZero();
    cluster.tick(60_000);
    assertThat(
            cluster.apply(
                new Command.UpdateJob(JobTarget.of(first), List.of(new JobChange.AccrualReset())),
                Specs.ANNA))
        .isEqualTo(Outcome.DONE);
    assertThat(since(first)).isEqualTo(cluster.now);
    limit(OPTICS, "anna", none());
    assertThat(since(third)).isEqualTo(cluster.now);
  }

  @Test
  void withAccrueAlwaysLimitsDoNotCountNorWhetherAJobIsEligible() {
    physics(Map.of("AccountingStorageEnforce", "limits", "PriorityFlags", "accrue_always"));
    limit(OPTICS, "anna", none().with(Limit.MAX_ACCRUING, 1));
    long first = submit("anna", OPTICS);
    long second = submit("anna", OPTICS);
    long begun = cluster.now;
    cluster.tick(60_000);
    hold(second);
    assertThat(List.of(since(first), since(second))).containsOnly(begun);
    configure(Map.of("AccountingStorageEnforce", "limits"));
    assertThat(since(first)).isEqualTo(begun);
    assertThat(since(second)).isZero();
  }
}
