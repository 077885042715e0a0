package org.headrace.slurmconf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expectations come from sbatch -t and -b of the real one. */
class TimesTest {
  private static final ZoneId UTC = ZoneOffset.UTC;
  private static final long NOW =
      LocalDateTime.of(2026, 11, 23, 6, 3, 7).toEpochSecond(ZoneOffset.UTC) * 1000;

  @ParameterizedTest
  @CsvSource({
    "1, 1:00, 00:01:00",
    "1:30, 2:00, 00:02:00",
    "1:2:3, 1:03:00, 01:03:00",
    "1-2, 1-02:00:00, 1-02:00:00",
    "1-2:3, 1-02:03:00, 1-02:03:00",
    "1-2:3:4, 1-02:04:00, 1-02:04:00",
    "0:30, 1:00, 00:01:00",
    "90, 1:30:00, 01:30:00",
    "100:00, 1:40:00, 01:40:00",
    "25:61, 27:00, 00:27:00",
    "1-25, 2-01:00:00, 2-01:00:00",
    "0:0:1, 1:00, 00:01:00",
    "1-, 1-00:00:00, 1-00:00:00",
    "365-0, 365-00:00:00, 365-00:00:00",
    "infinite, UNLIMITED, UNLIMITED",
    "UNLIMITED, UNLIMITED, UNLIMITED",
    "-1, UNLIMITED, UNLIMITED",
  })
  void limits(String text, String shortForm, String fullForm) {
    long minutes = SlurmDuration.parseMinutes(text);
    long seconds = minutes == SlurmDuration.INFINITE ? minutes : minutes * 60;
    assertThat(SlurmDuration.format(seconds)).isEqualTo(shortForm);
    assertThat(SlurmDuration.formatFull(seconds)).isEqualTo(fullForm);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 5",
        "5x",
        "1:2:3:4",
        "1-2:3:4:5",
        "1.5",
        "-",
        ":",
        "1:",
        "+5",
        "--1",
        "1--2",
        "99999999999999999999",
        "١"
      })
  void refusedDurations(String text) {
    assertThatThrownBy(() -> SlurmDuration.parseSeconds(text))
        .isInstanceOf(TextFormatException.class)
        .hasMessageContaining("days-hours");
  }

  @Test
  void durationsRoundTrip() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      long seconds = random.nextInt(400 * 86400);
      assertThat(SlurmDuration.parseSeconds(SlurmDuration.formatFull(seconds))).isEqualTo(seconds);
      assertThat(SlurmDuration.parseSeconds(SlurmDuration.format(seconds))).isEqualTo(seconds);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "now, 2026-11-23T06:03:07",
    "NOW, 2026-11-23T06:03:07",
    "now+1, 2026-11-23T06:03:08",
    "now+1minute, 2026-11-23T06:04:07",
    "now+60seconds, 2026-11-23T06:04:07",
    "now+2hours, 2026-11-23T08:03:07",
    "now+1day, 2026-11-24T06:03:07",
    "now+1weeks, 2026-11-30T06:03:07",
    "now-1hour, 2026-11-23T05:03:07",
    "today, 2026-11-23T00:00:00",
    "tomorrow, 2026-11-24T00:00:00",
    "midnight, 2026-11-24T00:00:00",
    "noon, 2026-11-23T12:00:00",
    "elevenses, 2026-11-23T11:00:00",
    "fika, 2026-11-23T15:00:00",
    "teatime, 2026-11-23T16:00:00",
    "16:00, 2026-11-23T16:00:00",
    "4:30pm, 2026-11-23T16:30:00",
    "4:30 PM, 2026-11-23T16:30:00",
    "16:00:30, 2026-11-23T16:00:30",
    "05:00, 2026-11-24T05:00:00",
    "121226, 2026-12-12T00:00:00",
    "1225, 2026-12-25T00:00:00",
    "12/25, 2026-12-25T00:00:00",
    "01/01, 2027-01-01T00:00:00",
    "12/25/26, 2026-12-25T00:00:00",
    "12.25.26, 2026-12-25T00:00:00",
    "2026-12-25, 2026-12-25T00:00:00",
    "2026-12-25T10:00, 2026-12-25T10:00:00",
    "2026-12-25T10:00:05, 2026-12-25T10:00:05",
    "12/25-10:00, 2026-12-25T10:00:00",
    "12/25T10:00, 2026-12-25T10:00:00",
    "12:00AM, 2026-11-24T00:00:00",
    "12:00PM, 2026-11-23T12:00:00",
    "tomorrow 10:00, 2026-11-24T10:00:00",
    "10:00 tomorrow, 2026-11-24T10:00:00",
    "noontomorrow, 2026-11-24T12:00:00",
    "2020-01-01, 2020-01-01T00:00:00",
  })
  void points(String text, String expected) {
    assertThat(SlurmTime.formatIso(SlurmTime.parse(text, NOW, UTC), UTC)).isEqualTo(expected);
  }

  /** As a Slurm 22.05's sacct has them. */
  @ParameterizedTest
  @CsvSource({
    "midnight, 2026-11-23T00:00:00",
    "05:00, 2026-11-23T05:00:00",
    "23:59, 2026-11-23T23:59:00",
    "teatime, 2026-11-23T16:00:00",
    "01/05, 2026-01-05T00:00:00",
    "0105, 2026-01-05T00:00:00",
    "12/01, 2025-12-01T00:00:00",
    "11/23, 2026-11-23T00:00:00",
    "12/01-10:00, 2025-12-01T10:00:00",
    "12/25/26, 2026-12-25T00:00:00",
    "tomorrow, 2026-11-24T00:00:00",
    "2026-12-25, 2026-12-25T00:00:00",
  })
  void pointsOfThePast(String text, String expected) {
    assertThat(SlurmTime.formatIso(SlurmTime.parsePast(text, NOW, UTC), UTC)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "foo, 0", "now+5min, 4", "now+, 3", "now+1x, 4", "4pm, 1", "2026-12-25T10, 13",
    "2026-13-25, 5", "13:00PM, 5", "25:00, 0", "24:00, 0", "tomorrow+1hour, 8", "10:0, 4",
    "1:2, 3", "2026-12-25T10:00:05.5, 19", "2026-12-25T10:00:05Z, 19", "uptime+1, 0"
  })
  void refusedPointsSayWhere(String text, int position) {
    assertThatThrownBy(() -> SlurmTime.parse(text, NOW, UTC))
        .isInstanceOf(TextFormatException.class)
        .hasMessage("Invalid time specification (pos=" + position + "): " + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "   ", "2026-02-30", "now+9999999999weeks", "99999999999999999999", "12/25 12/26",
        "10:00 11:00", "now+1hours+1", "now+1s2", "\u0000", "2026-1-1", "1/1/1"
      })
  void hostilePoints(String text) {
    assertThatThrownBy(() -> SlurmTime.parse(text, NOW, UTC))
        .isInstanceOf(TextFormatException.class);
    assertThatThrownBy(() -> SlurmTime.parse("1".repeat(1_000_000), NOW, UTC))
        .isInstanceOf(TextFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "standard, 2026-11-23T07:09:53, 2026-11-23T07:09:53",
    "relative, 2026-11-23T07:09:53, 07:09:53",
    "relative, 2026-11-24T06:09:53, Tomorr 06:09",
    "relative, 2026-11-22T06:09:53, Ystday 06:09",
    "relative, 2026-11-26T06:09:53, Thu 06:09",
    "relative, 2026-12-02T06:09:53, 2 Dec 06:09",
    "relative, 2028-03-27T06:09:53, 27 Mar 2028",
    "%y/%m/%d %H:%M, 2028-03-27T06:09:53, 28/03/27 06:09",
    "%s%%, 2028-03-27T06:09:53, 1837750193%",
    "%a %e %b %Q, 2026-12-02T06:09:53, Wed  2 Dec %Q",
  })
  void styles(String style, String time, String expected) {
    long millis = SlurmTime.parse(time, NOW, UTC);
    assertThat(SlurmTime.format(millis, UTC, NOW, style)).isEqualTo(expected);
  }
}
