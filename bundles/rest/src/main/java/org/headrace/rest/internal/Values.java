package org.headrace.rest.internal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Values of JSON as the words of commands. */
final class Values {
  /** What a field without a limit is. */
  static final String UNLIMITED = "UNLIMITED";

  private static final long LATEST = 253_402_300_799L;

  private Values() {}

  /**
   * The word for a value.
   *
   * @param where for messages, such as {@code #/job/nodes}
   * @param zone of the command that reads it
   * @return null where the value says nothing
   * @throws Problem.Raised if the field can't have it
   */
  static String word(Field.Kind kind, Object value, String where, ZoneId zone)
      throws Problem.Raised {
    Object plain = plain(value, where);
    if (plain == null) {
      return null;
    }
    return switch (kind) {
      case TEXT -> text(plain, where);
      case NUMBER -> Long.toString(number(plain, where));
      case MINUTES -> plain.equals(UNLIMITED) ? UNLIMITED : Long.toString(number(plain, where));
      case MEBIBYTES -> number(plain, where) + "M";
      case TIME -> time(number(plain, where), where, zone);
      case FLAG, CHOICE -> truth(plain, where) ? "yes" : "no";
      case TEXTS -> String.join(",", texts(plain, where));
      case OBJECT, OBJECTS -> throw wrong(where, "can't be said here");
    };
  }

  /** What an object with {@code set}, {@code infinite} and {@code number} stands for. */
  static Object plain(Object value, String where) throws Problem.Raised {
    if (!(value instanceof Map<?, ?> object)) {
      return value;
    }
    if (!object.containsKey("number") && !object.containsKey("set")) {
      throw wrong(where, "has an object that isn't {set, infinite, number}");
    }
    if (Boolean.FALSE.equals(object.get("set"))) {
      return null;
    }
    return Boolean.TRUE.equals(object.get("infinite")) ? UNLIMITED : object.get("number");
  }

  private static String text(Object value, String where) throws Problem.Raised {
    if (value instanceof List || value instanceof Map) {
      throw wrong(where, "is no text");
    }
    return checked(value.toString(), where);
  }

  /** What no argument of a program can have is refused before any command sees it. */
  static String checked(String text, String where) throws Problem.Raised {
    if (text.indexOf('\0') >= 0) {
      throw wrong(where, "contains a NUL character");
    }
    return text;
  }

  private static long number(Object value, String where) throws Problem.Raised {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof String text && text.matches("-?\\d{1,18}")) {
      return Long.parseLong(text);
    }
    throw wrong(where, "is no whole number");
  }

  private static String time(long seconds, String where, ZoneId zone) throws Problem.Raised {
    if (seconds < 0 || seconds > LATEST) {
      throw wrong(where, "is no time in epoch seconds");
    }
    return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
        Instant.ofEpochSecond(seconds).atZone(zone));
  }

  private static boolean truth(Object value, String where) throws Problem.Raised {
    if (value instanceof Boolean truth) {
      return truth;
    }
    return switch (value.toString().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "1" -> true;
      case "false", "no", "0", "" -> false;
      default -> throw wrong(where, "is neither true nor false");
    };
  }

  /** The texts of an array, or of one text with commas. */
  static List<String> texts(Object value, String where) throws Problem.Raised {
    if (!(value instanceof List<?> list)) {
      return List.of(text(value, where));
    }
    List<String> texts = new ArrayList<>();
    for (Object one : list) {
      texts.add(text(one == null ? "" : one, where));
    }
    return texts;
  }

  private static Problem.Raised wrong(String where, String what) {
    return Problem.bad(where + " " + what, where).raised();
  }
}
