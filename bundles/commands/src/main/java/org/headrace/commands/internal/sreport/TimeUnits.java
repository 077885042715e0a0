package org.headrace.commands.internal.sreport;

import java.util.Locale;

/** How amounts of time are shown. */
enum TimeUnits {
  SECONDS("Seconds", 1, false),
  MINUTES("Minutes", 60, false),
  HOURS("Hours", 3600, false),
  PERCENT("Percentage of Total", 0, true),
  SECPER("Seconds/Percentage of Total", 1, true),
  MINPER("Minutes/Percentage of Total", 60, true),
  HOURPER("Hours/Percentage of Total", 3600, true);

  private static final int NARROW = 8;
  private static final int WIDE = 17;

  private final String words;
  private final int seconds;
  private final boolean percent;

  TimeUnits(String words, int seconds, boolean percent) {
    this.words = words;
    this.seconds = seconds;
    this.percent = percent;
  }

  /** By a beginning of its name; the plain ones go before those with percentages. */
  static TimeUnits of(String text) {
    String wanted = text.toUpperCase(Locale.ROOT);
    for (TimeUnits one : values()) {
      if (!wanted.isEmpty() && one.name().startsWith(wanted)) {
        return one;
      }
    }
    return null;
  }

  /** What is said above a report. */
  String words(String of) {
    return this == PERCENT ? words : of + " " + words;
  }

  String words() {
    return words;
  }

  int width() {
    return percent && seconds > 0 ? WIDE : NARROW;
  }

  /**
   * An amount as text.
   *
   * @param amount in seconds
   * @param of of how many seconds it is a part
   */
  String text(double amount, double of) {
    String number =
        seconds == 0 ? "" : String.format(Locale.ROOT, "%.0f", Math.max(0, amount) / seconds);
    if (!percent) {
      return number;
    }
    String part = String.format(Locale.ROOT, "%.2f%%", of > 0 ? 100 * amount / of : 0);
    return number.isEmpty() ? part : number + "(" + part + ")";
  }
}
