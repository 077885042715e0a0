package org.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.headrace.core.Specs.ANNA;
import static org.headrace.core.Specs.ROOT;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.JobSpec;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.junit.jupiter.api.Test;

/** Whose jobs a partition takes, and from where: as Slurm 22.05 refuses them. */
class PartitionAccessTest {
  private final TestCluster cluster = TestCluster.up(2);

  private void set(String key, String value) {
    assertThat(cluster.apply(new Command.UpdatePartition("debug", Map.of(key, value)), ROOT))
        .isInstanceOf(Outcome.Done.class);
  }

  private ErrorCode refused(JobSpec spec, Actor actor) {
    return cluster.refused(spec, actor).code();
  }

  @Test
  void jobsOfRootStayOut() {
    assertThat(cluster.submit(Specs.job(ROOT))).isPositive();
    set("DisableRootJobs", "YES");
    assertThat(refused(Specs.job(ROOT), ROOT)).isEqualTo(ErrorCode.ROOT_REFUSED);
    assertThat(cluster.submit(Specs.job(ANNA))).isPositive();
    set("DisableRootJobs", "NO");
    assertThat(cluster.submit(Specs.job(ROOT))).isPositive();
  }

  @Test
  void jobsOfRootStayOutOfTheWholeCluster() {
    for (String yes : List.of("yes", "Y", "1", "TRUE")) {
      ClusterDefinition plain = Specs.cluster(2);
      Map<String, String> settings = new HashMap<>(plain.settings());
      settings.put("DisableRootJobs", yes);
      cluster.system(new Command.Configure(plain.withSettings(settings)));
      assertThat(refused(Specs.job(ROOT), ROOT)).as(yes).isEqualTo(ErrorCode.ROOT_REFUSED);
      assertThat(cluster.submit(Specs.job(ANNA))).isPositive();
    }
  }

  @Test
  void jobsHaveToNameAReservation() {
    set("ReqResv", "YES");
    assertThat(refused(Specs.job(ANNA), ANNA)).isEqualTo(ErrorCode.ACCESS_DENIED);
    cluster.apply(
        new Command.PutReservation(
            new ReservationDefinition(
                0,
                "annas",
                cluster.now,
                cluster.now + Specs.MINUTE,
                List.of("n1"),
                "",
                new Admission(List.of("anna"), false),
                Admission.ALL,
                Set.of(Flag.SPEC_NODES))),
        ROOT);
    assertThat(cluster.submit(Specs.job(ANNA).withReservation("annas"))).isPositive();
    set("ReqResv", "NO");
    assertThat(cluster.submit(Specs.job(ANNA))).isPositive();
  }

  @Test
  void jobsComeFromNamedHosts() {
    JobSpec job = Specs.job(ANNA).withAttributes(Map.of("AllocNode:Sid", "login1:4700"));
    set("AllocNodes", "login1,login2");
    assertThat(cluster.submit(job)).isPositive();
    set("AllocNodes", "login2");
    assertThat(refused(job, ANNA)).isEqualTo(ErrorCode.ACCESS_DENIED);
    set("AllocNodes", "ALL");
    assertThat(cluster.submit(job)).isPositive();
    set("AllocNodes", "");
    assertThat(cluster.submit(job)).isPositive();
  }
}
