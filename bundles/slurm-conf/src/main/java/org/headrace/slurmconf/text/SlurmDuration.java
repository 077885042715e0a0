package org.headrace.slurmconf.text;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as users write and commands print them. Everything is in whole seconds; no limit is
 * {@link #INFINITE}. Stateless.
 */
public final class SlurmDuration {
  /** No limit: written {@code infinite}, {@code UNLIMITED} or {@code -1}. */
  public static final long INFINITE = Long.MAX_VALUE;

  private static final long MINUTE = 60;
  private static final long HOUR = 3600;
  private static final long DAY = 86400;
  private static final Pattern DAYS =
      Pattern.compile("(\\d{1,10})-(?:(\\d{1,10})(?::(\\d{1,10})(?::(\\d{1,10}))?)?)?");
  private static final Pattern CLOCK =
      Pattern.compile("(\\d{1,10})(?::(\\d{1,10})(?::(\\d{1,10}))?)?");

  private SlurmDuration() {}

  /**
   * Reads {@code min}, {@code min:sec}, {@code h:m:s}, {@code d-h}, {@code d-h:m}, {@code d-h:m:s}
   * or one of the words for no limit. Fields may exceed their usual range ({@code 0:90} is 90 s).
   *
   * @return seconds, or {@link #INFINITE}
   * @throws TextFormatException when it is none of these
   */
  public static long parseSeconds(String text) {
    if (isInfinite(text)) {
      return INFINITE;
    }
    Matcher days = DAYS.matcher(text);
    if (days.matches()) {
      return number(days, 1) * DAY
          + number(days, 2) * HOUR
          + number(days, 3) * MINUTE
          + number(days, 4);
    }
    Matcher clock = CLOCK.matcher(text);
    if (!clock.matches()) {
      throw new TextFormatException(
          "time "
              + TextFormatException.quote(text)
              + " is not one of minutes, minutes:seconds, hours:minutes:seconds, days-hours,"
              + " days-hours:minutes, days-hours:minutes:seconds or UNLIMITED");
    }
    if (clock.group(3) != null) {
      return number(clock, 1) * HOUR + number(clock, 2) * MINUTE + number(clock, 3);
    }
    return number(clock, 1) * MINUTE + number(clock, 2);
  }

  /**
   * The same in minutes, begun minutes counted whole, as time limits are kept.
   *
   * @return minutes, or {@link #INFINITE}
   */
  public static long parseMinutes(String text) {
    long seconds = parseSeconds(text);
    return seconds == INFINITE ? INFINITE : (seconds + MINUTE - 1) / MINUTE;
  }

  /** Whether a text is one of the words for no limit. */
  public static boolean isInfinite(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.equals("infinite") || lower.equals("unlimited") || lower.equals("-1");
  }

  /** Shortest form, as {@code squeue} prints %M and %l: {@code 1:00}, {@code 1-02:00:00}. */
  public static String format(long seconds) {
    if (seconds == INFINITE) {
      return "UNLIMITED";
    }
    if (seconds < 0) {
      return "INVALID";
    }
    long days = seconds / DAY;
    long hours = seconds % DAY / HOUR;
    long minutes = seconds % HOUR / MINUTE;
    long rest = seconds % MINUTE;
    StringBuilder text = new StringBuilder();
    if (days > 0) {
      clock(text.append(days).append('-'), hours, minutes, rest);
    } else if (hours > 0) {
      twoDigits(twoDigits(text.append(hours).append(':'), minutes).append(':'), rest);
    } else {
      twoDigits(text.append(minutes).append(':'), rest);
    }
    return text.toString();
  }

  // By hand: String.format took a quarter of the time of squeue.

  private static StringBuilder clock(StringBuilder text, long hours, long minutes, long seconds) {
    twoDigits(text, hours).append(':');
    twoDigits(text, minutes).append(':');
    return twoDigits(text, seconds);
  }

  private static StringBuilder twoDigits(StringBuilder text, long number) {
    return (number < 10 ? text.append('0') : text).append(number);
  }

  /** Full form, as {@code scontrol} and {@code sacct} print it: {@code 00:01:00}. */
  public static String formatFull(long seconds) {
    if (seconds == INFINITE) {
      return "UNLIMITED";
    }
    if (seconds < 0) {
      return "INVALID";
    }
    StringBuilder text = new StringBuilder();
    if (seconds >= DAY) {
      text.append(seconds / DAY).append('-');
    }
    return clock(text, seconds % DAY / HOUR, seconds % HOUR / MINUTE, seconds % MINUTE).toString();
  }

  private static long number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
