package org.headrace.preempt.qos.internal;

import java.util.List;
import java.util.Set;
import org.headrace.api.account.LimitSet;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.Preemption;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.contract.PreemptionContract;

class QosPreemptionContractTest extends PreemptionContract {
  @Override
  protected Preemption preemption() {
    return new QosPreemption();
  }

  @Override
  protected TestCluster ranked(TestCluster cluster) {
    return cluster.withQualities(
        QualityOfService.NORMAL, qos("low", List.of()), qos("high", List.of("low")));
  }

  private static QualityOfService qos(String name, List<String> preempts) {
    return new QualityOfService(
        name, 0, 1, "", Set.of(), LimitSet.NONE, 1, 0, -1, preempts, "", -1, 0);
  }

  private static String qos(boolean top) {
    return top ? "high" : "low";
  }

  @Override
  protected RunningJob running(RunningJob plain, boolean top) {
    return new RunningJob(
        plain.id(),
        plain.allocation(),
        plain.partition(),
        plain.user(),
        plain.soleUser(),
        plain.priority(),
        plain.started(),
        plain.endsBy(),
        qos(top),
        false,
        false,
        null);
  }

  @Override
  protected PendingJob pending(PendingJob plain, boolean top) {
    return new PendingJob(
        plain.id(),
        plain.jobClass(),
        plain.partition(),
        plain.submitted(),
        plain.eligible(),
        plain.priority(),
        plain.fixedPriority(),
        plain.nice(),
        plain.user(),
        plain.account(),
        qos(top),
        plain.startable());
  }
}
