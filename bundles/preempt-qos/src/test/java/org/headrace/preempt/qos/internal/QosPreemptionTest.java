package org.headrace.preempt.qos.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.LimitSet;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QosPreemptionTest {
  private static QualityOfService qos(String name, String mode, String... preempts) {
    return new QualityOfService(
        name, 0, 1, "", Set.of(), LimitSet.NONE, 1, 0, -1, List.of(preempts), mode, -1, 0);
  }

  private static final ClusterView CLUSTER =
      TestCluster.of(1, 1, 4, 1, 100)
          .withQualities(
              QualityOfService.NORMAL,
              qos("high", "", "normal", "low", "own", "never", "ranked"),
              qos("low", ""),
              qos("own", "CANCEL"),
              qos("never", "OFF"),
              qos("ranked", "CANCEL,PRIORITY"),
              qos("scavenger", "CANCEL,WITHIN"));

  /** A job of priority 100 for which one of another priority may have to go. */
  @ParameterizedTest(name = "{0} for {1} at {2}: {4}")
  @CsvSource({
    "high,      low,       90,  REQUEUE, REQUEUE",
    "high,      low,       900, REQUEUE, REQUEUE",
    "high,      own,       90,  REQUEUE, CANCEL",
    "high,      never,     90,  REQUEUE, OFF",
    "high,      ranked,    90,  REQUEUE, CANCEL",
    "high,      ranked,    100, REQUEUE, OFF",
    "high,      high,      90,  REQUEUE, OFF",
    "high,      high,      90,  'REQUEUE,WITHIN', REQUEUE",
    "low,       high,      90,  REQUEUE, OFF",
    "scavenger, scavenger, 90,  REQUEUE, CANCEL",
    "scavenger, scavenger, 100, REQUEUE, OFF",
    "high,      unknown,   90,  REQUEUE, OFF",
    "'',        low,       90,  REQUEUE, OFF",
    "high,      '',        90,  REQUEUE, REQUEUE",
  })
  void listsDecide(String own, String other, long priority, String mode, String expected) {
    PendingJob pending =
        new PendingJob(
            9,
            new JobClass(0, ResourceRequest.singleCpu(), 1000, 0, ""),
            "main",
            0,
            0,
            100,
            false,
            0,
            1,
            "",
            own,
            1);
    Allocation held = new Allocation(List.of(), false);
    RunningJob running =
        new RunningJob(1, held, "main", 1, false, priority, 0, 1000, other, false, false, null);
    assertThat(
            new QosPreemption().mode(pending, running, CLUSTER, Map.of("PreemptMode", mode)).name())
        .isEqualTo(expected);
  }
}
