package org.headrace.preempt.partition.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.testkit.TestCluster;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionPreemptionTest {
  private static PartitionView partition(String name, int tier, String mode) {
    return new PartitionView(
        name,
        NodeMask.of(0),
        PartitionView.State.UP,
        1,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        tier,
        1,
        Sharing.CORES,
        mode.isEmpty() ? Map.of() : Map.of("PreemptMode", mode));
  }

  private static final TestCluster CLUSTER =
      TestCluster.of(1, 1, 4, 1, 100)
          .withPartitions(
              partition("high", 2, ""),
              partition("top", 3, "OFF"),
              partition("low", 1, ""),
              partition("own", 1, "CANCEL"),
              partition("never", 1, "OFF"),
              partition("ranked", 1, "REQUEUE,PRIORITY"),
              partition("same", 2, "CANCEL"));

  /** Of priority 100, for one of priority 90 unless another is given. */
  @ParameterizedTest(name = "{0} for {1} at {2}: {4}")
  @CsvSource({
    "high, low,    90, 'SUSPEND,GANG', SUSPEND",
    "high, low,    90, OFF,            OFF",
    "high, own,    90, 'SUSPEND,GANG', CANCEL",
    "high, never,  90, 'SUSPEND,GANG', OFF",
    "high, ranked, 90, CANCEL,         REQUEUE",
    "high, ranked, 100, CANCEL,        OFF",
    "high, same,   90, CANCEL,         OFF",
    "high, top,    90, CANCEL,         OFF",
    "top,  high,   999, CANCEL,        CANCEL",
    "low,  high,   1, CANCEL,          OFF",
    "high, gone,   1, CANCEL,          OFF",
  })
  void tiersDecide(String wanted, String used, long priority, String mode, String expected) {
    PendingJob pending =
        new PendingJob(
            9,
            new JobClass(0, ResourceRequest.singleCpu(), 1000, 0, ""),
            wanted,
            0,
            0,
            100,
            false,
            0,
            1,
            "",
            "",
            1);
    RunningJob running =
        new RunningJob(1, new Allocation(List.of(), false), used, 1, false, priority, 0, 1000);
    assertThat(
            new PartitionPreemption()
                .mode(pending, running, CLUSTER, Map.of("PreemptMode", mode))
                .name())
        .isEqualTo(expected);
  }
}
