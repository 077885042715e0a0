package org.headrace.bench.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  private static final Set<String> KNOWN = Set.of("idle", "latency");

  private static Options parse(String... arguments) {
    return Options.parse(List.of(arguments), KNOWN);
  }

  @Test
  void byDefaultEverythingIsMeasuredInFull() {
    Options options = parse();
    assertThat(options.wants("idle")).isTrue();
    assertThat(options.peer()).isFalse();
    assertThat(options.rounds()).isEqualTo(5);
    assertThat(options.pending()).isEqualTo(100_000);
  }

  @Test
  void valuesComeAsTheNextWordOrBehindEquals() {
    Options options = parse("--only=idle", "--rounds", "7", "--jobs=40", "--json");
    assertThat(options.wants("idle")).isTrue();
    assertThat(options.wants("latency")).isFalse();
    assertThat(options.rounds()).isEqualTo(7);
    assertThat(options.jobs()).isEqualTo(40);
    assertThat(options.json()).isTrue();
  }

  @Test
  void onlyTakesListsAndRepeats() {
    assertThat(parse("--only", "idle,latency").only()).isEqualTo(KNOWN);
    assertThat(parse("--only", "idle", "--only", "latency").only()).isEqualTo(KNOWN);
  }

  @Test
  void quickMeansLessUnlessSaidOtherwise() {
    assertThat(parse("--quick").rounds()).isEqualTo(1);
    assertThat(parse("--rounds=3", "--quick").rounds()).isEqualTo(3);
  }

  @Test
  void namingSomethingOfThePeersAsksForIt() {
    assertThat(parse("--peer-conf", "/x/slurm.conf").peer()).isTrue();
    assertThat(parse("--peer-start", "sbin/slurmctld -f x=y").peerStart())
        .isEqualTo("sbin/slurmctld -f x=y");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--onyl|knows no '--onyl'",
        "latency|knows no 'latency'",
        "--only=nothing|no other measure",
        "--rounds=0|from 1 to 1000 is right",
        "--rounds=99999999999999|from 1 to 1000 is right",
        "--jobs=many|from 10 to 100000",
        "--json=yes|takes no value",
        "--pending|needs a number",
        "--peer-conf=|needs a slurm.conf",
      })
  void mistakesAreNamedWithWhatWouldBeRight(String argument, String message) {
    assertThatThrownBy(() -> parse(argument))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining(message);
  }
}
