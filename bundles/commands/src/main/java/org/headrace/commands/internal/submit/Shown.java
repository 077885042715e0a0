package org.headrace.commands.internal.submit;

import org.headrace.slurmconf.text.TextFormatException;

/** What of a user's words may be printed back: short, and without control characters. */
final class Shown {
  private Shown() {}

  static String text(String word) {
    String quoted = TextFormatException.quote(word);
    return quoted.substring(1, quoted.length() - 1);
  }
}
