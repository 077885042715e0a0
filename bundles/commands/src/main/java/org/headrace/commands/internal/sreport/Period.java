package org.headrace.commands.internal.sreport;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.headrace.commands.internal.format.TimeTexts;

/**
 * The time that a report is about: whole hours, yesterday unless something else is asked for.
 *
 * @param from begin, in epoch milliseconds
 * @param to end
 */
record Period(long from, long to) {
  private static final String TIME_OF_DAY =
      "(?i)\\d{1,2}:\\d{2}(:\\d{2})?( *[ap]m)?|midnight|noon|elevenses|fika|teatime";
  private static final String DAY_OF_YEAR = "\\d{4}|\\d{1,2}[/.]\\d{1,2}(-.*)?";

  /**
   * @param start as the user wrote it, or the empty string
   * @param end as the user wrote it, or the empty string
   * @throws org.headrace.slurmconf.text.TextFormatException for what is no time
   */
  static Period of(String start, String end, TimeTexts times) {
    LocalDate today = Instant.ofEpochMilli(times.now()).atZone(times.zone()).toLocalDate();
    ZonedDateTime from =
        start.isEmpty() ? today.minusDays(1).atStartOfDay(times.zone()) : hour(start, times);
    ZonedDateTime to = end.isEmpty() ? today.atStartOfDay(times.zone()) : hour(end, times);
    if (!to.isAfter(from)) {
      to = from.plusHours(1);
    }
    return new Period(from.toInstant().toEpochMilli(), to.toInstant().toEpochMilli());
  }

  private static ZonedDateTime hour(String text, TimeTexts times) {
    ZonedDateTime point = Instant.ofEpochMilli(times.parse(text)).atZone(times.zone());
    boolean ahead = point.toInstant().toEpochMilli() > times.now();
    if (ahead && text.matches(TIME_OF_DAY)) {
      point = point.minusDays(1); // Reports are about the past, so the last one is meant.
    } else if (ahead && text.matches(DAY_OF_YEAR)) {
      point = point.minusYears(1);
    }
    return point.truncatedTo(ChronoUnit.HOURS);
  }

  long seconds() {
    return (to - from) / 1000;
  }

  /** Its last second is the end that is shown. */
  String text(TimeTexts times) {
    return times.iso(from) + " - " + times.iso(to - 1000);
  }
}
