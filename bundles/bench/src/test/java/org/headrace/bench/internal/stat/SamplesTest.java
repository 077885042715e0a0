package org.headrace.bench.internal.stat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void medianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle() {
    assertThat(Samples.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Samples.of(9, 1, 5, 6).median()).isEqualTo(5.5);
    assertThat(Samples.of(7).median()).isEqualTo(7);
  }

  @Test
  void percentilesAreValuesThatWereMeasured() {
    Samples hundred = Samples.of(DoubleStream.iterate(100, v -> v - 1).limit(100).toArray());
    assertThat(hundred.percentile(95)).isEqualTo(95);
    assertThat(hundred.percentile(100)).isEqualTo(100);
    assertThat(hundred.percentile(0.5)).isEqualTo(1);
    assertThat(Samples.of(3, 1, 2).percentile(95)).isEqualTo(3);
  }

  @Test
  void extremesAndCount() {
    Samples samples = Samples.of(2, -1, 7);
    assertThat(samples.min()).isEqualTo(-1);
    assertThat(samples.max()).isEqualTo(7);
    assertThat(samples.count()).isEqualTo(3);
  }

  @Test
  void theCallersArrayIsNotTouched() {
    double[] values = {3, 1, 2};
    Samples samples = Samples.of(values);
    values[0] = 100;
    assertThat(values).containsExactly(100, 1, 2);
    assertThat(samples.max()).isEqualTo(3);
  }

  @Test
  void nothingToCountIsRefused() {
    assertThatThrownBy(Samples::of).hasMessageContaining("no values");
    assertThatThrownBy(() -> Samples.of(1, Double.NaN)).hasMessageContaining("not a number");
    assertThatThrownBy(() -> Samples.of(1).percentile(0)).hasMessageContaining("above 0");
    assertThatThrownBy(() -> Samples.of(1).percentile(101)).hasMessageContaining("above 0");
  }
}
