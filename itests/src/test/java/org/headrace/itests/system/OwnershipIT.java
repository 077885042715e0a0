package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whose job it is decides who may touch it. */
class OwnershipIT {
  @RegisterExtension static final ClusterUnderTest CLUSTER = Clusters.THREE_NODES;

  @Test
  void othersCannotCancelHoldUpdateSignalOrEnterAJob() throws Exception {
    String[] nobody = Clusters.asNobody();
    String job = CLUSTER.submit("until [ -e owner-go ]; do sleep 0.1; done", "-o", "/dev/null");
    CLUSTER.awaitState(job, "RUNNING");
    refused(CLUSTER.command("scancel", job).under(nobody).run());
    refused(CLUSTER.command("scancel", "-s", "KILL", job).under(nobody).run());
    refused(CLUSTER.command("scontrol", "hold", job).under(nobody).run());
    refused(CLUSTER.command("scontrol", "requeue", job).under(nobody).run());
    refused(
        CLUSTER.command("scontrol", "update", "JobId=" + job, "TimeLimit=1").under(nobody).run());
    refused(CLUSTER.command("srun", "--jobid=" + job, "--overlap", "id").under(nobody).run());
    assertThat(CLUSTER.states(job)).containsExactly("RUNNING");
    CLUSTER.shell("touch owner-go").run().text();
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("COMPLETED");
  }

  @Test
  void othersCannotAdministrate() throws Exception {
    String[] nobody = Clusters.asNobody();
    refused(
        CLUSTER
            .command("scontrol", "update", "NodeName=n1", "State=DRAIN", "Reason=x")
            .under(nobody)
            .run());
    refused(
        CLUSTER
            .command("scontrol", "update", "PartitionName=debug", "State=DOWN")
            .under(nobody)
            .run());
    refused(CLUSTER.command("scontrol", "reconfigure").under(nobody).run());
    refused(CLUSTER.command("sbatch", "--uid=0", "--wrap", "id").under(nobody).run());
    refused(CLUSTER.command("sbatch", "--priority=99999", "--wrap", "id").under(nobody).run());
    assertThat(CLUSTER.nodeField("n1", "State")).doesNotContain("DRAIN");
  }

  @Test
  void rootMayEndAnyJobAndUsersTheirOwn() throws Exception {
    String[] nobody = Clusters.asNobody();
    String theirs = CLUSTER.submitAs("sleep 1000", nobody, "-o", "/dev/null");
    String another = CLUSTER.submitAs("sleep 1000", nobody, "-o", "/dev/null");
    CLUSTER.awaitState(theirs, "RUNNING");
    CLUSTER.awaitState(another, "RUNNING");
    CLUSTER.command("scancel", theirs).run().text();
    CLUSTER.command("scancel", another).under(nobody).run().text();
    assertThat(CLUSTER.awaitEnd(theirs)).isEqualTo("CANCELLED");
    assertThat(CLUSTER.awaitEnd(another)).isEqualTo("CANCELLED");
  }

  @Test
  void filesAreOpenedWithTheUsersRights() throws Exception {
    String[] nobody = Clusters.asNobody();
    CLUSTER.shell("mkdir -p closed && chmod 700 closed").run().text();
    String job =
        CLUSTER.submitAs("true", nobody, "-o", CLUSTER.work() + "/closed/out", "-D", "/tmp");
    assertThat(CLUSTER.awaitEnd(job)).isEqualTo("FAILED");
    assertThat(CLUSTER.work().resolve("closed/out")).doesNotExist();
  }

  private static void refused(Execution execution) {
    assertThat(execution.status()).as("%s", execution).isNotZero();
    assertThat(execution.errors()).as("%s", execution).contains("error");
  }
}
