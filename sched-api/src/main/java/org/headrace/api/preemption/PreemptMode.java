package org.headrace.api.preemption;

import java.util.Locale;

/** What is done with a job that is preempted. Only ever appended to. */
public enum PreemptMode {
  /** It isn't preempted. */
  OFF,
  /** It ends. */
  CANCEL,
  /** It goes back to the queue, and ends if it can't. */
  REQUEUE,
  /** It is stopped, keeps its memory and its devices, and goes on as soon as its cores are free. */
  SUSPEND;

  /**
   * The mode that a setting such as {@code SUSPEND,GANG} names.
   *
   * @return {@link #OFF} for one that names none
   */
  public static PreemptMode of(String setting) {
    for (String word : words(setting)) {
      for (PreemptMode mode : values()) {
        if (mode.name().equals(word)) {
          return mode;
        }
      }
    }
    return OFF;
  }

  /** True when the setting has that word, such as {@code WITHIN} or {@code PRIORITY}. */
  public static boolean has(String setting, String word) {
    for (String one : words(setting)) {
      if (one.equals(word)) {
        return true;
      }
    }
    return false;
  }

  private static String[] words(String setting) {
    return setting == null
        ? new String[0]
        : setting.toUpperCase(Locale.ROOT).trim().split("\\s*,\\s*");
  }
}
