package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BodyBudgetTest {
  @Test
  void requestsShareWhatThereIsAndGiveItBack() throws Exception {
    BodyBudget budget = new BodyBudget(100);
    try (BodyBudget.Share one = budget.share()) {
      one.take(60);
      try (BodyBudget.Share other = budget.share()) {
        other.take(40);
        assertThatThrownBy(() -> other.take(1)).isInstanceOf(Problem.Raised.class);
        assertThatThrownBy(() -> one.take(1)).isInstanceOf(Problem.Raised.class);
        assertThat(budget.taken()).isEqualTo(100);
      }
      assertThat(budget.taken()).isEqualTo(60);
      one.take(40);
    }
    assertThat(budget.taken()).isZero();
  }
}
