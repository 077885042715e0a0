package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.headrace.api.account.Account;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.job.JobState;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What jobs use is charged to who pays, and loses weight with time. */
class UseTest extends ChargedJobs {
  private static final Offset<Double> CLOSE = Offset.offset(1e-9);

  private double spent(String account, String user) {
    PublishedState state = cluster.machine.publish();
    return state.consumption(state.accounts().association(account, user, "").id()).spent(Tres.CPU);
  }

  private long started(String account, String qos, int cpus, long minutes) {
    long id = cluster.submit(job(Specs.ANNA, account, qos, cpus, minutes));
    assertThat(cluster.schedule()).containsExactly(id);
    cluster.ready(id);
    return id;
  }

  @Test
  void aJobIsChargedToItsAssociationAndAllAccountsAbove() {
    physics("");
    long id = started(OPTICS, "", 2, 10);
    cluster.now += 30_000;
    cluster.finish(id, 0);
    assertThat(spent(OPTICS, "anna")).isEqualTo(60);
    assertThat(spent(OPTICS, "")).isEqualTo(60);
    assertThat(spent(PHYSICS, "")).isEqualTo(60);
    assertThat(spent(Account.ROOT, "")).isEqualTo(60);
    assertThat(spent(PHYSICS, "anna")).isZero();
  }

  @Test
  void whatItStandsStillIsNotCharged() {
    physics("");
    long id = started(OPTICS, "", 1, 60);
    cluster.now += 10_000;
    cluster.system(new Command.SuspendJob(JobTarget.of(id), false));
    cluster.tick(7 * Specs.MINUTE);
    assertThat(spent(OPTICS, "anna")).isEqualTo(10, Offset.offset(0.01));
    cluster.system(new Command.SuspendJob(JobTarget.of(id), true));
    cluster.now += 5_000;
    cluster.finish(id, 0);
    assertThat(spent(OPTICS, "anna")).isEqualTo(15, Offset.offset(0.02));
  }

  @Test
  void useLosesHalfOfItsWeightInAHalfLife() {
    physics(Map.of("PriorityDecayHalfLife", "1:00:00", "PriorityCalcPeriod", "10"));
    long begin = cluster.now;
    change(
        new AccountChange.PutQos(
            new QualityOfService(
                "half",
                0,
                0,
                "",
                java.util.Set.of(QosFlag.NO_DECAY),
                LimitSet.NONE,
                0.5,
                0,
                -1,
                List.of(),
                "",
                -1,
                0)));
    long id = started(OPTICS, "half", 4, 60);
    cluster.now += 100_000;
    cluster.finish(id, 0);
    assertThat(spent(OPTICS, "anna")).isEqualTo(200);
    for (int i = 0; i < 7; i++) {
      cluster.tick(10 * Specs.MINUTE);
    }
    double halves = (cluster.now - begin) / (60.0 * Specs.MINUTE);
    assertThat(spent(OPTICS, "anna")).isEqualTo(200 * Math.pow(0.5, halves), Offset.offset(1e-6));
  }

  @Test
  void aRunningJobIsChargedFromTimeToTime() {
    physics("");
    long id = started(OPTICS, "", 1, 60);
    for (int i = 0; i < 4; i++) {
      cluster.tick(5 * Specs.MINUTE);
    }
    assertThat(spent(OPTICS, "anna")).isEqualTo(1200, Offset.offset(5.0));
    cluster.finish(id, 0);
    assertThat(spent(OPTICS, "anna")).isEqualTo(1200, Offset.offset(5.0));
  }

  @Test
  void useGoesWithThePeriod() {
    physics(Map.of("PriorityUsageResetPeriod", "DAILY"));
    long id = started(OPTICS, "", 1, 60);
    cluster.now += 60_000;
    cluster.finish(id, 0);
    assertThat(spent(OPTICS, "anna")).isEqualTo(60);
    cluster.tick(24 * 60 * Specs.MINUTE);
    assertThat(spent(OPTICS, "anna")).isZero();
  }

  @Test
  void minutesThatAreUsedUpKeepJobsBack() {
    physics("safe");
    limit(
        PHYSICS,
        "",
        LimitSet.NONE.with(ResourceLimit.GROUP_MINUTES, "cpu", 10).with(Limit.GROUP_WALL, 9));
    long tooLong = cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 11));
    long wall = cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 10));
    long first = cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 6));
    long second = cluster.submit(job(Specs.ANNA, OPTICS, "", 1, 6));
    assertThat(cluster.schedule()).containsExactly(first);
    assertThat(cluster.reason(tooLong)).isEqualTo(Reason.ASSOCIATION_GROUP_WALL);
    assertThat(cluster.reason(wall)).isEqualTo(Reason.ASSOCIATION_GROUP_WALL);
    assertThat(cluster.reason(second)).isEqualTo(Reason.ASSOCIATION_GROUP_MINUTES_CPU);
    cluster.ready(first);
    cluster.now += 3 * Specs.MINUTE;
    cluster.finish(first, 0);
    assertThat(cluster.schedule()).containsExactly(second);
    Consumption all = cluster.machine.publish().consumption(1);
    assertThat(all.wall()).isEqualTo(180, CLOSE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void jobsEndWhereNoMinutesAreLeftUnlessStartsHadToBeSafe(boolean safe) {
    physics(
        Map.of("AccountingStorageEnforce", safe ? "safe" : "limits", "PriorityCalcPeriod", "1"));
    limit(PHYSICS, "", LimitSet.NONE.with(ResourceLimit.GROUP_MINUTES, "cpu", 10));
    long id = started(OPTICS, "", 1, 10);
    cluster.tick(2 * Specs.MINUTE);
    limit(PHYSICS, "", LimitSet.NONE.with(ResourceLimit.GROUP_MINUTES, "cpu", 4));
    cluster.tick(Specs.MINUTE);
    assertThat(cluster.job(id).status().state()).isEqualTo(JobState.RUNNING);
    cluster.tick(2 * Specs.MINUTE);
    assertThat(cluster.job(id).status().state())
        .isEqualTo(safe ? JobState.RUNNING : JobState.TIMEOUT);
    assertThat(cluster.job(id).status().reason())
        .isEqualTo(safe ? Reason.NONE : Reason.ASSOCIATION_GROUP_MINUTES_CPU);
  }

  @Test
  void usePastALimitIsCountedWithTheFactorThatQualitiesOfServiceMakeSafe() {
    physics("safe");
    change(
        new AccountChange.PutQos(
            new QualityOfService(
                "dear",
                0,
                0,
                "",
                java.util.Set.of(QosFlag.USAGE_FACTOR_SAFE),
                LimitSet.NONE,
                3,
                0,
                -1,
                List.of(),
                "",
                -1,
                0)),
        put(accounts().association(OPTICS, "anna", "").withQos(List.of("normal", "dear"), "")));
    limit(PHYSICS, "", LimitSet.NONE.with(ResourceLimit.GROUP_MINUTES, "cpu", 20));
    long dear = cluster.submit(job(Specs.ANNA, OPTICS, "dear", 1, 7));
    long plain = cluster.submit(job(Specs.ANNA, OPTICS, "normal", 1, 7));
    assertThat(cluster.schedule()).containsExactly(plain);
    assertThat(cluster.reason(dear)).isEqualTo(Reason.ASSOCIATION_GROUP_MINUTES_CPU);
  }

  @Test
  void billingFollowsTheWeightsOfThePartition() {
    billed("CPU=2,Mem=1G", "");
    long id = started(OPTICS, "", 3, 10);
    cluster.now += 10_000;
    cluster.finish(id, 0);
    PublishedState state = cluster.machine.publish();
    long own = state.accounts().association(OPTICS, "anna", "").id();
    long memory = cluster.job(id).status().allocation().memory();
    assertThat(state.consumption(own).spent(Tres.BILLING))
        .isEqualTo(10 * (double) (long) (6 + memory / 1024.0));
    limit(OPTICS, "anna", none().with(ResourceLimit.MAX_PER_JOB, "billing", 7));
    long fits = cluster.submit(job(Specs.ANNA, OPTICS, "", 3, 1));
    long large = cluster.submit(job(Specs.ANNA, OPTICS, "", 4, 1));
    assertThat(cluster.schedule()).containsExactly(fits);
    assertThat(cluster.reason(large)).isEqualTo(Reason.ASSOCIATION_MAX_PER_JOB_BILLING);
  }

  @Test
  void weightsThatCanNotBeReadAreRefused() {
    Outcome answer = weights("CPU=x", Map.of());
    assertThat(((Outcome.Rejected) answer).message()).contains("TRESBillingWeights", "CPU=x");
  }

  @Test
  void accountingIsToldOfJobsAndStepsUnlessItIsNotToBe() {
    physics("");
    for (String enforced : List.of("limits", "limits,nosteps", "limits,nojobs")) {
      configure(Map.of("AccountingStorageEnforce", enforced));
      int before = cluster.machine.accountingQueueLength();
      long id = started(OPTICS, "", 1, 10);
      cluster.finish(id, 0);
      int told = cluster.machine.accountingQueueLength() - before;
      assertThat(told > 0).as(enforced).isEqualTo(!enforced.endsWith("nojobs"));
    }
  }

  private void billed(String weights, String flags) {
    physics("limits");
    Map<String, String> settings =
        Map.of("AccountingStorageEnforce", "limits", "PriorityFlags", flags);
    assertThat(weights(weights, settings)).isInstanceOf(Outcome.Done.class);
  }

  private Outcome weights(String weights, Map<String, String> settings) {
    ClusterDefinition plain = Specs.cluster(2);
    List<PartitionDefinition> partitions =
        plain.partitions().stream()
            .map(one -> one.withSettings(0, Map.of("TRESBillingWeights", weights)))
            .toList();
    return cluster.apply(
        new Command.Configure(plain.withPartitions(partitions).withSettings(settings)),
        Actor.SYSTEM);
  }
}
