package org.headrace.slurmconf.text;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Points in time as users write and commands print them. Times are epoch milliseconds; the clock
 * and zone always come from the caller. Stateless.
 */
public final class SlurmTime {
  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private SlurmTime() {}

  /**
   * Reads a point in time: {@code HH:MM[:SS] [AM|PM]}, {@code MMDD[YY]}, {@code MM/DD[/YY]}, {@code
   * MM.DD.YY}, {@code YYYY-MM-DD[THH:MM[:SS]]}, {@code now[+N[unit]]}, {@code today}, {@code
   * tomorrow}, {@code midnight}, {@code noon}, {@code elevenses}, {@code fika}, {@code teatime}, or
   * a date and a time of day together. A time of day already past means tomorrow's, a month and day
   * already past next year's.
   *
   * @param nowMillis the current time
   * @return epoch milliseconds, whole seconds
   * @throws TextFormatException worded as Slurm's commands word it, with the position
   */
  public static long parse(String text, long nowMillis, ZoneId zone) {
    return new TimePointParser(text, Instant.ofEpochMilli(nowMillis).atZone(zone), false).parse();
  }

  /**
   * The same of a time about which accounting is asked: a time of day is today's, whether it is
   * past or not, and a month and day still ahead are last year's.
   */
  public static long parsePast(String text, long nowMillis, ZoneId zone) {
    return new TimePointParser(text, Instant.ofEpochMilli(nowMillis).atZone(zone), true).parse();
  }

  /** {@code 2026-11-23T06:03:08}, in the given zone. */
  public static String formatIso(long millis, ZoneId zone) {
    return ISO.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  /**
   * As the SLURM_TIME_FORMAT variable asks.
   *
   * @param style {@code standard} or empty for ISO, {@code relative}, or a strftime(3) format
   */
  public static String format(long millis, ZoneId zone, long nowMillis, String style) {
    ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
    if (style == null || style.isEmpty() || style.equalsIgnoreCase("standard")) {
      return ISO.format(time);
    }
    if (style.equalsIgnoreCase("relative")) {
      return relative(time, Instant.ofEpochMilli(nowMillis).atZone(zone));
    }
    return Strftime.format(style, time);
  }

  private static String relative(ZonedDateTime time, ZonedDateTime now) {
    if (time.getYear() != now.getYear()) {
      return pattern(time, "d MMM uuuu");
    }
    int days = time.getDayOfYear() - now.getDayOfYear();
    if (days == 0) {
      return pattern(time, "HH:mm:ss");
    }
    String clock = pattern(time, "HH:mm");
    if (days == 1) {
      return "Tomorr " + clock;
    }
    if (days == -1) {
      return "Ystday " + clock;
    }
    return pattern(time, days > 0 && days < 7 ? "EEE" : "d MMM") + " " + clock;
  }

  private static String pattern(ZonedDateTime time, String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.US).format(time);
  }
}
