package org.headrace.preempt.partition.internal;

import java.util.Map;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.api.preemption.Preemption;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.contract.PreemptionContract;

class PartitionPreemptionContractTest extends PreemptionContract {
  @Override
  protected Preemption preemption() {
    return new PartitionPreemption();
  }

  @Override
  protected TestCluster ranked(TestCluster cluster) {
    return cluster.withPartitions(partition(cluster, "low", 1), partition(cluster, "high", 2));
  }

  private static PartitionView partition(TestCluster cluster, String name, int tier) {
    return new PartitionView(
        name,
        cluster.allNodes(),
        PartitionView.State.UP,
        1,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        tier,
        1,
        Sharing.CORES,
        Map.of());
  }

  private static String partition(boolean top) {
    return top ? "high" : "low";
  }

  @Override
  protected RunningJob running(RunningJob plain, boolean top) {
    return new RunningJob(
        plain.id(),
        plain.allocation(),
        partition(top),
        plain.user(),
        plain.soleUser(),
        plain.priority(),
        plain.started(),
        plain.endsBy());
  }

  @Override
  protected PendingJob pending(PendingJob plain, boolean top) {
    return new PendingJob(
        plain.id(),
        plain.jobClass(),
        partition(top),
        plain.submitted(),
        plain.eligible(),
        plain.priority(),
        plain.fixedPriority(),
        plain.nice(),
        plain.user(),
        plain.account(),
        plain.qos(),
        plain.startable());
  }
}
