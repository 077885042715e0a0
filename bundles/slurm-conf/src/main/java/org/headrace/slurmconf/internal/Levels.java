package org.headrace.slurmconf.internal;

import java.util.List;
import java.util.Locale;
import org.headrace.slurmconf.text.TextFormatException;

/** Log levels by name, or by number as older files write them. */
final class Levels {
  private static final List<String> NAMES =
      List.of(
          "quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4",
          "debug5");

  private Levels() {}

  static String name(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (lower.matches("[0-9]")) {
      return NAMES.get(Integer.parseInt(lower));
    }
    if (NAMES.contains(lower)) {
      return lower;
    }
    throw new TextFormatException(
        TextFormatException.quote(value) + " is not one of " + String.join(", ", NAMES));
  }
}
