package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Accounts are made, their limits keep jobs back, and priorities say of what they are made. */
class LimitsIT {
  private static final String WAIT = "until [ -e enough ]; do sleep 0.1; done";
  private static final String USER = ProcessHandle.current().info().user().orElse("root");

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("limits", 1)
          .set("AccountingStorageEnforce=limits,qos")
          .set("PriorityWeightTRES=CPU=100000")
          .set("PartitionName=billed Nodes=n1 TRESBillingWeights=CPU=2.0");

  private static String sacctmgr(String... words) throws Exception {
    String[] all = new String[words.length + 1];
    all[0] = "-i";
    System.arraycopy(words, 0, all, 1, words.length);
    return CLUSTER.command("sacctmgr", all).run().text();
  }

  private static String submit() throws Exception {
    return CLUSTER.submit(
        WAIT, "-A", "physics", "-p", "billed", "-n", "1", "--mem=10", "-o", "/dev/null");
  }

  @Test
  void aLimitKeepsAJobBackUntilItIsRaised() throws Exception {
    sacctmgr("add", "account", "physics");
    sacctmgr("add", "user", USER, "account=physics");
    sacctmgr("modify", "user", USER, "where", "account=physics", "set", "MaxJobs=1");
    String first = submit();
    assertThat(CLUSTER.awaitState(first, "RUNNING")).isEqualTo("RUNNING");
    assertThat(CLUSTER.jobField(first, "AllocTRES")).contains("billing=2");
    String second = submit();
    CLUSTER.awaitReason(second, "AssocMaxJobsLimit");
    String[] line =
        CLUSTER
            .command("sprio", "-h", "-j", second, "-o", "%i %Y %T")
            .run()
            .text()
            .strip()
            .split(" ");
    assertThat(line[0]).isEqualTo(second);
    assertThat(line[2]).matches("cpu=[1-9]\\d*");
    assertThat(CLUSTER.jobField(second, "Priority")).isEqualTo(line[1]);
    assertThat(CLUSTER.command("swhy", second).run().text())
        .contains("limit of 1 of account physics for user " + USER)
        .containsPattern("priority of this one: " + line[1] + " = .*tres \\d+\\)");
    sacctmgr("modify", "user", USER, "where", "account=physics", "set", "MaxJobs=2");
    assertThat(CLUSTER.awaitState(second, "RUNNING")).isEqualTo("RUNNING");
    CLUSTER.shell("touch enough").run();
    assertThat(CLUSTER.awaitEnd(first)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.awaitEnd(second)).isEqualTo("COMPLETED");
  }
}
