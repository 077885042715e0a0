package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Values of configuration keys. All throw {@link TextFormatException} on bad ones. */
final class Values {
  private static final Set<String> YES = Set.of("yes", "true", "up", "y", "t", "1");
  private static final Set<String> NO = Set.of("no", "false", "down", "n", "f", "0");

  private Values() {}

  static long integer(String value, long min, long max) {
    if (value.matches("[+-]?[0-9]{1,18}")) {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    }
    throw new TextFormatException(
        TextFormatException.quote(value) + " is not a whole number from " + min + " to " + max);
  }

  static boolean flag(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (YES.contains(lower)) {
      return true;
    }
    if (NO.contains(lower)) {
      return false;
    }
    throw new TextFormatException(TextFormatException.quote(value) + " is not yes or no");
  }

  static long seconds(String value) {
    // NONE is what older releases' files and tools have for it, as in SuspendTime.
    if (SlurmDuration.isInfinite(value) || value.equalsIgnoreCase("NONE")) {
      return SlurmDuration.INFINITE;
    }
    if (value.matches("[0-9]{1,10}")) {
      return Long.parseLong(value);
    }
    if (value.contains(":") || value.contains("-")) {
      return SlurmDuration.parseSeconds(value);
    }
    throw new TextFormatException(
        TextFormatException.quote(value) + " is not a number of seconds or INFINITE");
  }

  static double decimal(String value) {
    if (value.matches("[0-9]{0,12}(\\.[0-9]{0,12})?%?") && value.matches(".*[0-9].*")) {
      return Double.parseDouble(value.replace("%", ""));
    }
    throw new TextFormatException(TextFormatException.quote(value) + " is not a number");
  }

  static List<String> list(String value) {
    List<String> items = new ArrayList<>();
    for (String item : value.split(",")) {
      if (!item.isBlank()) {
        items.add(item.strip());
      }
    }
    return List.copyOf(items);
  }

  /** {@code a=1,b} as a map; an option without value has an empty one. Keys are lower case. */
  static Map<String, String> options(String value) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String item : list(value)) {
      int equals = item.indexOf('=');
      String key = equals < 0 ? item : item.substring(0, equals);
      options.put(key.toLowerCase(Locale.ROOT), equals < 0 ? "" : item.substring(equals + 1));
    }
    return options;
  }

  static <E extends Enum<E>> E choice(String value, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(value)) {
        return constant;
      }
    }
    List<String> names = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      names.add(constant.name());
    }
    throw new TextFormatException(
        TextFormatException.quote(value) + " is not one of " + String.join(", ", names));
  }
}
