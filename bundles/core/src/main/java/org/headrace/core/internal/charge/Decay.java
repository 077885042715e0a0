package org.headrace.core.internal.charge;

import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.Locale;

/**
 * How use of the past loses weight: by half in each half-life, and wholly when a new period begins.
 *
 * @param halfLife milliseconds; zero for use that keeps its weight
 * @param every how often use is added up and loses weight, in milliseconds
 * @param reset name of the period, in upper case
 */
public record Decay(long halfLife, long every, String reset) {
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;

  /**
   * Reads {@code PriorityDecayHalfLife}, {@code PriorityCalcPeriod} and {@code
   * PriorityUsageResetPeriod}. What can't be read is the default.
   */
  public static Decay of(String halfLife, String every, String reset) {
    return new Decay(
        millis(halfLife, 7 * DAY),
        Math.max(MINUTE, millis(every, 5 * MINUTE)),
        reset.toUpperCase(Locale.ROOT));
  }

  /** What use from a moment weighs at a later one, 0 to 1. */
  double weight(long from, long to) {
    if (!period(from).equals(period(to))) {
      return 0;
    }
    return halfLife == 0 ? 1 : StrictMath.pow(0.5, (double) (to - from) / halfLife);
  }

  /** Names the period of a moment, by the calendar of UTC. */
  private String period(long time) {
    LocalDate at = LocalDate.ofEpochDay(Math.floorDiv(time, DAY));
    return switch (reset) {
      case "DAILY" -> at.toString();
      case "WEEKLY" -> Long.toString(Math.floorDiv(at.toEpochDay() + 4, 7));
      case "MONTHLY" -> at.getYear() + "-" + at.getMonthValue();
      case "QUARTERLY" -> at.getYear() + "-" + at.get(IsoFields.QUARTER_OF_YEAR);
      case "YEARLY" -> Integer.toString(at.getYear());
      default -> "";
    };
  }

  /** Minutes, {@code days-hours[:minutes[:seconds]]}, or {@code [hours:]minutes:seconds}. */
  private static long millis(String text, long otherwise) {
    if (!text.matches("(\\d{1,5}-)?\\d{1,6}(:\\d{1,2}){0,2}")) {
      return otherwise;
    }
    int dash = text.indexOf('-');
    long days = dash < 0 ? 0 : Long.parseLong(text.substring(0, dash));
    String[] words = text.substring(dash + 1).split(":");
    long[] n = {0, 0, 0};
    for (int i = 0; i < words.length; i++) {
      n[i] = Long.parseLong(words[i]);
    }
    if (dash >= 0 || words.length == 3) {
      return days * DAY + (n[0] * 60 + n[1]) * MINUTE + n[2] * 1000;
    }
    return n[0] * MINUTE + n[1] * 1000;
  }
}
