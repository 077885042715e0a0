package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
  private long now = Long.MAX_VALUE - 5;
  private boolean reason;
  private final Patience patience = new Patience(10, () -> now, () -> reason);

  @Test
  void itIsOverAfterItsTime() {
    assertThat(patience.isOver()).isFalse();
    now += 10;
    assertThat(patience.isOver()).isFalse();
    now++;
    assertThat(patience.isOver()).isTrue();
  }

  @Test
  void timeWithAReasonDoesNotCount() {
    now += 9;
    assertThat(patience.isOver()).isFalse();
    reason = true;
    now += 1_000;
    assertThat(patience.isOver()).isFalse();
    reason = false;
    now += 10;
    assertThat(patience.isOver()).isFalse();
    now++;
    assertThat(patience.isOver()).isTrue();
  }
}
