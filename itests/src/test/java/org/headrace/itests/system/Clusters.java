package org.headrace.itests.system;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** Clusters and users that several test classes need. */
final class Clusters {
  private static final String HOOK =
      """
      #!/bin/sh
      # Says that it ran, as whom and for which job; fails where a test wants it to.
      hook=${0##*/}
      echo "$hook $SLURM_JOB_ID $SLURMD_NODENAME $(id -u) $SLURM_JOB_USER $SECRET" >>@DIR@/hooks
      [ ! -e "@DIR@/fail-$hook-$SLURMD_NODENAME" ] || { echo "disk is broken"; exit 3; }
      """;

  /** Three nodes with a prolog and an epilog; jobs that were asked to end get 3 s. */
  static final ClusterUnderTest THREE_NODES =
      ClusterUnderTest.named("life", 3)
          .program("prolog", HOOK)
          .program("epilog", HOOK)
          .set("Prolog=@DIR@/prolog")
          .set("Epilog=@DIR@/epilog")
          .set("KillWait=3")
          .shared();

  /** One node, in partitions of which jobs of one preempt those of the others. */
  static final ClusterUnderTest ONE_NODE =
      ClusterUnderTest.named("one", 1)
          .set("PreemptType=preempt/partition_prio")
          .set("PreemptMode=SUSPEND,GANG")
          .set("PartitionName=requeued Nodes=n1 PreemptMode=REQUEUE")
          .set("PartitionName=stopped Nodes=n1")
          .set("PartitionName=better Nodes=n1 PriorityTier=2")
          .set("KillWait=3")
          .shared();

  private Clusters() {}

  /** Words that run a program as another user; the test is skipped if that can't be. */
  static String[] asNobody() {
    assumeTrue(
        ProcessHandle.current().info().user().orElse("").equals("root"),
        "only root can act as another user");
    return new String[] {"setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"};
  }
}
