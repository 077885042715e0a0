package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.core.internal.Timers.Kind;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers timers = new Timers();

  private List<Long> due() {
    List<Long> times = new ArrayList<>();
    for (var due = timers.due(1_000); due != null; due = timers.due(1_000)) {
      times.add(due.at());
    }
    return times;
  }

  @Test
  void theLatestTimeOfASubjectCounts() {
    timers.set(30, Kind.BEGIN, 7);
    timers.set(10, Kind.BEGIN, 7);
    timers.set(20, Kind.BEGIN, 7);
    timers.set(Timers.NEVER, Kind.BEGIN, 7);
    timers.set(15, Kind.DEADLINE, 7, 0);
    timers.set(16, Kind.DEADLINE, 7, 1);
    assertThat(timers.next()).isEqualTo(15);
    assertThat(due()).containsExactly(15L, 16L, 20L);
    assertThat(timers.next()).isEqualTo(Timers.NEVER);
  }

  @Test
  void aJobMayWaitForSeveralOthers() {
    timers.set(10, Kind.DEPENDENCY, 7);
    timers.set(20, Kind.DEPENDENCY, 7);
    timers.set(20, Kind.DEPENDENCY, 7);
    assertThat(due()).containsExactly(10L, 20L);
  }

  @Test
  void whatBelongsToAJobGoesWithIt() {
    timers.set(10, Kind.DEPENDENCY, 7);
    timers.set(20, Kind.DEPENDENCY, 7);
    timers.set(30, Kind.STEP_LIMIT, 7, -2);
    timers.set(40, Kind.RESERVATION, 7);
    timers.set(50, Kind.KILL, 8);
    timers.cancelJob(7);
    assertThat(due()).containsExactly(40L, 50L);
  }
}
