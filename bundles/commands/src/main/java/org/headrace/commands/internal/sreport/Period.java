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
    return Instant.ofEpochMilli(times.parsePast(text))
        .atZone(times.zone())
        .truncatedTo(ChronoUnit.HOURS);
  }

  long seconds() {
    return (to - from) / 1000;
  }

  /** Its last second is the end that is shown. */
  String text(TimeTexts times) {
    return times.iso(from) + " - " + times.iso(to - 1000);
  }
}
