package org.headrace.slurmconf.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Map;

/** Reads one point in time: words, a date and a time of day, in any order, each at most once. */
final class TimePointParser {
  private static final Map<String, LocalTime> HOURS =
      Map.of(
          "midnight", LocalTime.MIDNIGHT,
          "noon", LocalTime.NOON,
          "elevenses", LocalTime.of(11, 0),
          "fika", LocalTime.of(15, 0),
          "teatime", LocalTime.of(16, 0));
  private static final Map<String, Duration> UNITS =
      Map.of(
          "second", Duration.ofSeconds(1),
          "minute", Duration.ofMinutes(1),
          "hour", Duration.ofHours(1),
          "day", Duration.ofDays(1),
          "week", Duration.ofDays(7));
  private static final int MAX_LENGTH = 256;
  private static final long MAX_OFFSET_SECONDS = 100L * 366 * 86400;

  private final String text;
  private final ZonedDateTime now;
  private final boolean past;
  private int at;
  private LocalDate date;
  private boolean yearGiven;
  private LocalTime time;

  /**
   * @param past whether a time that may be meant in two ways is one of the past
   */
  TimePointParser(String text, ZonedDateTime now, boolean past) {
    this.text = text;
    this.now = now.withNano(0);
    this.past = past;
  }

  long parse() {
    if (text.isBlank() || text.length() > MAX_LENGTH) {
      throw problem(0);
    }
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || (isDateTimeSeparator(c) && date != null && time == null)) {
        at++;
      } else if (isDigit(c)) {
        number();
      } else if (wordAt("now")) {
        return offset();
      } else {
        word();
      }
    }
    return resolve().toEpochSecond() * 1000;
  }

  private static boolean isDateTimeSeparator(char c) {
    return c == 'T' || c == 't' || c == '-';
  }

  private void word() {
    if (wordAt("today")) {
      at += 5;
      setDate(now.toLocalDate());
      return;
    }
    if (wordAt("tomorrow")) {
      at += 8;
      setDate(now.toLocalDate().plusDays(1));
      return;
    }
    for (Map.Entry<String, LocalTime> entry : HOURS.entrySet()) {
      if (wordAt(entry.getKey())) {
        at += entry.getKey().length();
        setTime(entry.getValue());
        return;
      }
    }
    throw problem(at);
  }

  private void setDate(LocalDate value) {
    if (date != null) {
      throw problem(at);
    }
    date = value;
    yearGiven = true;
  }

  private void setTime(LocalTime value) {
    if (time != null) {
      throw problem(at);
    }
    time = value;
  }

  private long offset() {
    if (date != null || time != null) {
      throw problem(at);
    }
    at += 3;
    if (at == text.length()) {
      return now.toEpochSecond() * 1000;
    }
    char sign = text.charAt(at);
    if (sign != '+' && sign != '-') {
      throw problem(at);
    }
    int start = ++at;
    long count = integer(10);
    if (at == start) {
      throw problem(start - 1);
    }
    int unitAt = at;
    String unit = text.substring(at).toLowerCase(Locale.ROOT);
    if (unit.endsWith("s")) {
      unit = unit.substring(0, unit.length() - 1);
    }
    Duration length = unit.isEmpty() ? Duration.ofSeconds(1) : UNITS.get(unit);
    if (length == null || text.length() == unitAt + 1) {
      throw problem(unitAt - 1);
    }
    long seconds = count * length.toSeconds();
    if (seconds > MAX_OFFSET_SECONDS) {
      throw problem(start);
    }
    ZonedDateTime result = now.plusSeconds(sign == '+' ? seconds : -seconds);
    return result.toEpochSecond() * 1000;
  }

  private void number() {
    int start = at;
    long first = integer(9);
    int digits = at - start;
    char next = at < text.length() ? text.charAt(at) : '\0';
    if (next == ':' && digits <= 2) {
      clock(start, (int) first);
    } else if (next == '-' && digits == 4) {
      isoDate((int) first);
    } else if ((next == '/' || next == '.') && digits <= 2) {
      americanDate(next, (int) first);
    } else if (digits == 4 || digits == 6) {
      int split = digits == 6 ? 100 : 1;
      long monthDay = first / split;
      dateOf(
          digits == 6 ? 2000 + (int) (first % 100) : -1,
          (int) (monthDay / 100),
          (int) (monthDay % 100),
          start,
          start + 2);
    } else {
      throw problem(at);
    }
  }

  private void clock(int start, int hour) {
    at++;
    int minute = twoDigits();
    int second = 0;
    if (at < text.length() && text.charAt(at) == ':') {
      at++;
      second = twoDigits();
    }
    int afterDigits = at;
    while (at < text.length() && text.charAt(at) == ' ' && (peekWord("am") || peekWord("pm"))) {
      at++;
    }
    int value = hour;
    if (wordAt("am") || wordAt("pm")) {
      if (hour < 1 || hour > 12) {
        throw problem(afterDigits);
      }
      value = hour % 12 + (wordAt("pm") ? 12 : 0);
      at += 2;
    }
    if (value > 23 || minute > 59 || second > 59) {
      throw problem(start);
    }
    setTime(LocalTime.of(value, minute, second));
  }

  private boolean peekWord(String word) {
    int skip = at;
    while (skip < text.length() && text.charAt(skip) == ' ') {
      skip++;
    }
    return text.regionMatches(true, skip, word, 0, word.length());
  }

  private void isoDate(int year) {
    at++;
    int monthAt = at;
    int month = twoDigits();
    expect('-');
    int dayAt = at;
    dateOf(year, month, twoDigits(), monthAt, dayAt);
  }

  private void americanDate(char separator, int month) {
    int monthAt = 0;
    at++;
    int dayAt = at;
    long day = integer(2);
    int year = -1;
    if (at < text.length() && text.charAt(at) == separator) {
      at++;
      int start = at;
      year = (int) integer(4);
      if (at - start == 2) {
        year += 2000;
      } else if (at - start != 4) {
        throw problem(start);
      }
    }
    dateOf(year, month, (int) day, monthAt, dayAt);
  }

  private void dateOf(int year, int month, int day, int monthAt, int dayAt) {
    if (date != null) {
      throw problem(at);
    }
    if (month < 1 || month > 12) {
      throw problem(monthAt);
    }
    try {
      date = LocalDate.of(year < 0 ? now.getYear() : year, month, day);
    } catch (DateTimeException e) {
      throw problem(dayAt);
    }
    yearGiven = year >= 0;
  }

  private ZonedDateTime resolve() {
    if (date == null) {
      ZonedDateTime today = now.toLocalDate().atTime(time).atZone(now.getZone());
      return today.isBefore(now) && !past
          ? now.toLocalDate().plusDays(1).atTime(time).atZone(now.getZone())
          : today;
    }
    LocalDate day = date;
    if (!yearGiven && !past && day.isBefore(now.toLocalDate())) {
      day = day.plusYears(1);
    } else if (!yearGiven && past && day.isAfter(now.toLocalDate())) {
      day = day.minusYears(1);
    }
    return day.atTime(time == null ? LocalTime.MIDNIGHT : time).atZone(now.getZone());
  }

  private int twoDigits() {
    int start = at;
    int value = (int) integer(2);
    if (at - start != 2) {
      throw problem(Math.min(at, text.length()));
    }
    return value;
  }

  private long integer(int maxDigits) {
    int start = at;
    while (at < text.length() && isDigit(text.charAt(at)) && at - start < maxDigits) {
      at++;
    }
    return at == start ? 0 : Long.parseLong(text.substring(start, at));
  }

  private void expect(char c) {
    if (at >= text.length() || text.charAt(at) != c) {
      throw problem(at);
    }
    at++;
  }

  private boolean wordAt(String word) {
    return text.regionMatches(true, at, word, 0, word.length());
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private TextFormatException problem(int position) {
    String quoted = TextFormatException.quote(text);
    return new TextFormatException(
        "Invalid time specification (pos="
            + position
            + "): "
            + quoted.substring(1, quoted.length() - 1),
        position);
  }
}
