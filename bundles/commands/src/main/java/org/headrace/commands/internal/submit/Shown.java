package org.headrace.commands.internal.submit;

import org.headrace.slurmconf.text.TextFormatException;

/** What of a user's words may be printed back: short, and without control characters. */
public final class Shown {
  private Shown() {}

  public static String text(String word) {
    String quoted = TextFormatException.quote(word);
    return quoted.substring(1, quoted.length() - 1);
  }
}
