package org.headrace.slurmconf.internal;

import java.util.Locale;
import org.headrace.slurmconf.internal.KeyTable.Key;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** How {@code scontrol show config} prints a key. */
public final class ShownValue {
  private ShownValue() {}

  /** The text after the equals sign, or null where the key is not printed. */
  public static String of(Key key, String configured) {
    String value = configured == null ? key.absent() : configured;
    switch (key.shown()) {
      case "secret":
      case "run":
        return null;
      case "set":
        return configured == null ? null : value;
      case "sec":
        return unit(value, "sec");
      case "min":
        return minutes(value);
      case "usec":
        return value + " usec";
      case "percent":
        return value + " percent";
      case "rate":
        return value + " nodes/min";
      case "memory":
        return value.equals("0") || value.isEmpty() ? "UNLIMITED" : value;
      case "yesno":
        return Values.flag(value) ? "Yes" : "No";
      case "01":
        return Values.flag(value) ? "1" : "0";
      case "plain":
        return value;
      default:
        return byType(key, value);
    }
  }

  private static String byType(Key key, String value) {
    if (value.isEmpty()) {
      return key.name().equals("TaskPluginParam") ? "(null type)" : "(null)";
    }
    switch (key.type()) {
      case "duration":
        return SlurmDuration.formatFull(SlurmDuration.parseSeconds(value));
      case "seconds":
        return SlurmDuration.isInfinite(value) ? "INFINITE" : value + " sec";
      case "level":
        return Levels.name(value);
      case "list":
        return key.name().equals("SelectTypeParameters") ? value.toUpperCase(Locale.ROOT) : value;
      default:
        return value;
    }
  }

  private static String unit(String value, String unit) {
    if (SlurmDuration.isInfinite(value)) {
      return "INFINITE";
    }
    try {
      return Values.seconds(value) + " " + unit;
    } catch (TextFormatException e) {
      return value;
    }
  }

  private static String minutes(String value) {
    return SlurmDuration.isInfinite(value)
        ? "UNLIMITED"
        : SlurmDuration.parseMinutes(value) + " min";
  }
}
