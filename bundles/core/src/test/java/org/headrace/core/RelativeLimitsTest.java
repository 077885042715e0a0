package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.account.Limit;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.model.Reason;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.junit.jupiter.api.Test;

/** Qualities of service whose limits are percentages. Two nodes of 8 CPUs. */
class RelativeLimitsTest extends ChargedJobs {
  private void partition(String key, String value) {
    Command change = new Command.UpdatePartition("debug", Map.of(key, value));
    assertThat(cluster.apply(change, Specs.ROOT)).isEqualTo(Outcome.DONE);
  }

  private long submit(String qos, int cpus) {
    return cluster.submit(job(Specs.ANNA, OPTICS, qos, cpus, 10));
  }

  private void relative(String enforced) {
    physics(enforced);
    change(
        new AccountChange.PutQos(
            qos(
                "half",
                none()
                    .with(ResourceLimit.GROUP, "cpu", 50)
                    .with(ResourceLimit.MAX_PER_JOB, "cpu", 25)
                    .with(ResourceLimit.MAX_MINUTES_PER_JOB, "cpu", 45)
                    .with(Limit.GROUP_JOBS, 3),
                QosFlag.RELATIVE)),
        put(accounts().association(OPTICS, "anna", "").withQos(List.of("normal", "half"), "")));
  }

  @Test
  void amountsArePercentagesOfTheClusterAndNothingElseIs() {
    relative("limits");
    long wide = submit("half", 5);
    long first = submit("half", 4);
    long second = submit("half", 3);
    long third = submit("half", 2);
    long fourth = submit("half", 1);
    assertThat(cluster.schedule()).as("8 CPUs, 4 for a job").containsExactly(first, second, fourth);
    assertThat(cluster.reason(wide)).isEqualTo(Reason.QOS_MAX_PER_JOB_CPU);
    assertThat(cluster.reason(third)).isEqualTo(Reason.QOS_GROUP_CPU);
    long long1 = cluster.submit(job(Specs.ANNA, OPTICS, "half", 1, 46));
    cluster.schedule();
    assertThat(cluster.reason(long1)).as("minutes are minutes").isNotEqualTo(Reason.NONE);
    cluster.ready(first);
    cluster.finish(first, 0);
    cluster.schedule();
    assertThat(cluster.reason(long1)).isEqualTo(Reason.QOS_MAX_MINUTES_PER_JOB_CPU);
  }

  @Test
  void whatIsBeyondAllNumbersLimitsNothing() {
    physics("limits");
    change(
        new AccountChange.PutQos(
            qos("all", none().with(ResourceLimit.GROUP, "cpu", Long.MAX_VALUE), QosFlag.RELATIVE)),
        put(accounts().association(OPTICS, "anna", "").withQos(List.of("normal", "all"), "")));
    long job = submit("all", 4);
    assertThat(cluster.schedule()).containsExactly(job);
  }

  @Test
  void thatOfAPartitionIsAboutThePartitionAndForNobodyElse() {
    relative("qos,limits");
    partition("QOS", "half");
    partition("nodes", "n1");
    long first = submit("normal", 2);
    long second = submit("normal", 2);
    long third = submit("normal", 1);
    long wide = submit("normal", 3);
    assertThat(cluster.schedule()).as("4 of 8 CPUs").containsExactly(first, second);
    assertThat(cluster.reason(third)).isEqualTo(Reason.QOS_GROUP_CPU);
    assertThat(cluster.reason(wide)).isEqualTo(Reason.QOS_MAX_PER_JOB_CPU);
    assertThat(cluster.refused(job(Specs.ANNA, OPTICS, "half", 1, 1), Specs.ANNA).code())
        .isEqualTo(ErrorCode.INVALID_QOS);
    partition("nodes", "n1,n2");
    assertThat(cluster.schedule()).as("8 of 16 CPUs, 3 jobs").containsExactly(third);
  }
}
