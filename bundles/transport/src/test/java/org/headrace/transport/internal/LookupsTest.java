package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookupsTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "10.200.25.255", "0.0.0.0", "::1", "fe80::1:2"})
  void numbersAreNoNames(String host) {
    assertThat(Lookups.literal(host)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"n1", "10.0.0", "256.1.1.1", "1.2.3.4.", "1.2.3.4.example", "a:b", "1.2.3.400"})
  void namesAreNoNumbers(String host) {
    assertThat(Lookups.literal(host)).isNull();
  }
}
