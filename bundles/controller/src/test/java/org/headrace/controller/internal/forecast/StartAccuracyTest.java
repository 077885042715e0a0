package org.headrace.controller.internal.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.junit.jupiter.api.Test;

class StartAccuracyTest {
  private final StartAccuracy accuracy = new StartAccuracy();

  private static Decision waits(long job, long start) {
    return new Decision.Wait(job, Reason.PRIORITY, start, List.of());
  }

  private static Decision starts(long job) {
    return new Decision.Start(job, "debug", new Allocation(List.of(), false));
  }

  @Test
  void theFirstExpectedStartIsWhatCounts() {
    accuracy.told(List.of(waits(1, 1_000)), 0);
    accuracy.told(List.of(waits(1, 5_000)), 10);
    assertThat(accuracy.told(List.of(starts(1)), 4_000)).isTrue();
    assertThat(accuracy.result()).isEqualTo(new StartAccuracy.Result(1, 3_000, 3_000));
  }

  @Test
  void whoeverStartsWithoutHavingWaitedDoesNotCount() {
    assertThat(accuracy.told(List.of(starts(1)), 4_000)).isFalse();
    accuracy.told(List.of(waits(2, 0)), 0);
    assertThat(accuracy.told(List.of(starts(2)), 4_000)).isFalse();
    assertThat(accuracy.result()).isEqualTo(StartAccuracy.Result.NONE);
  }

  @Test
  void medianAndNinthTenthOfTheLastOnes() {
    List<Decision> told = new ArrayList<>();
    for (int job = 1; job <= 10; job++) {
      told.add(waits(job, 10_000));
    }
    accuracy.told(told, 0);
    for (int job = 1; job <= 10; job++) {
      accuracy.told(List.of(starts(job)), 10_000 - 100L * job);
    }
    assertThat(accuracy.result()).isEqualTo(new StartAccuracy.Result(10, 500, 900));
    for (int job = 11; job < 11 + 1_024; job++) {
      accuracy.told(List.of(waits(job, 10_000), starts(job)), 10_007);
    }
    assertThat(accuracy.result()).isEqualTo(new StartAccuracy.Result(1_024, 7, 7));
  }

  @Test
  void jobsThatLeftTheQueueAreForgotten() {
    List<Decision> many = new ArrayList<>();
    for (int job = 1; job <= 20_000; job++) {
      many.add(waits(job, 10_000));
    }
    accuracy.told(many, 0);
    accuracy.retain(List.of(waits(7, 10_000)));
    accuracy.told(List.of(starts(7), starts(8)), 10_001);
    assertThat(accuracy.result()).isEqualTo(new StartAccuracy.Result(1, 1, 1));
  }
}
