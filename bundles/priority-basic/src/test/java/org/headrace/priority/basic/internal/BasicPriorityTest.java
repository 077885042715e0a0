package org.headrace.priority.basic.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.ResourceRequest;
import org.headrace.testkit.TestCluster;
import org.headrace.testkit.TestContext;
import org.junit.jupiter.api.Test;

class BasicPriorityTest {
  private static final JobClass ONE = new JobClass(1, ResourceRequest.singleCpu(), 60_000, 0, "");

  @Test
  void earlierJobsGoFirstAndNumbersDoNotDependOnTheQueue() {
    long[] both = compute(job(7, 0), job(9, 0));
    long[] alone = compute(job(9, 0));
    assertThat(both[0]).isGreaterThan(both[1]);
    assertThat(alone[0]).isEqualTo(both[1]);
  }

  @Test
  void niceLowersAndStaysInRange() {
    long[] values = compute(job(7, 100), job(8, 0), job(9, Integer.MAX_VALUE));
    assertThat(values[0]).isLessThan(values[1]);
    assertThat(values[2]).isBetween(1L, 4_294_967_295L);
  }

  private static PendingJob job(long id, int nice) {
    return new PendingJob(id, ONE, "main", 0, 0, 0, false, nice, 1000, "", "", 1);
  }

  private static long[] compute(PendingJob... jobs) {
    long[] values = new long[jobs.length];
    new BasicPriority()
        .compute(
            TestContext.queue(List.of(jobs)), TestCluster.of(1, 1, 1, 1, 1), Map.of(), 0, values);
    return values;
  }
}
