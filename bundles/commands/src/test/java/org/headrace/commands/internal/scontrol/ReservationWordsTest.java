package org.headrace.commands.internal.scontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.testing.FakeSnapshot;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationWordsTest {
  private static final long NOW = 1_764_148_976_000L;
  private final TimeTexts times = new TimeTexts(NOW, ZoneOffset.UTC, "standard");
  private final FakeSnapshot snapshot = new FakeSnapshot(Map.of(), Map.of());

  private ReservationDefinition read(String words) {
    ReservationWords read = new ReservationWords(snapshot, times);
    List.of(words.split(" ")).forEach(read::add);
    return read.definition();
  }

  @Test
  void aNewOne() {
    assertThat(
            read(
                "ReservationName=a StartTime=now+60 Duration=30 Nodes=n[1-2] Users=-bert"
                    + " Accounts=bio,chem Flags=maint,ignore_jobs"))
        .isEqualTo(
            new ReservationDefinition(
                0,
                "a",
                NOW + 60_000,
                NOW + 60_000 + 30 * 60_000,
                List.of("n1", "n2"),
                "",
                new Admission(List.of("bert"), true),
                new Admission(List.of("bio", "chem"), false),
                Set.of(Flag.MAINT, Flag.IGNORE_JOBS, Flag.SPEC_NODES)));
  }

  @Test
  void byNumberAndAgainEveryWeekday() {
    ReservationDefinition one =
        read("starttime=now duration=1 nodecnt=2k features=a&b user=a flags=weekday,replace_down");
    assertThat(one.nodes()).isEmpty();
    assertThat(one.nodeCount()).isEqualTo(2048);
    assertThat(one.features()).isEqualTo("a&b");
    assertThat(one.flags()).containsExactlyInAnyOrder(Flag.WEEKDAY, Flag.REPLACE_DOWN);
    assertThat(one.zone()).isEqualTo("Z");
  }

  @Test
  void aChangedOne() {
    ReservationWords change =
        new ReservationWords(
            snapshot, times, read("starttime=now duration=1 nodes=n1 user=anna flags=flex"));
    List.of("user+=bert", "nodes+=n2", "flags-=flex", "duration=2").forEach(change::add);
    ReservationDefinition changed = change.definition();
    assertThat(changed.users()).isEqualTo(new Admission(List.of("anna", "bert"), false));
    assertThat(changed.nodes()).containsExactly("n1", "n2");
    assertThat(changed.flags()).containsExactly(Flag.SPEC_NODES);
    assertThat(changed.end() - changed.start()).isEqualTo(120_000);
  }

  /** The first sentence of each as Slurm 22.05 has it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          duration=1 nodes=n1 user=a               ; A start time must be given.
          starttime=now nodes=n1 user=a            ; An end time or duration must be given.
          starttime=now duration=1 nodes=n1        ; Either Users/Groups and/or Accounts
          starttime=now duration=1 user=a          ; Nodes or PartitionName must be specified.
          starttime=now flags=bogus                ; Error parsing flags bogus
          starttime=now corecnt=2                  ; Unknown parameter corecnt=2
          """)
  void whatIsMissingIsSaid(String words, String message) {
    assertThatThrownBy(() -> read(words)).hasMessageContaining(message);
  }
}
