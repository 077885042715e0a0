package org.headrace.slurmconf.options;

import org.headrace.slurmconf.text.TextFormatException;

/** What of a user's words may be printed back. */
final class OptionText {
  private OptionText() {}

  /** Without control characters, and cut to a readable length. */
  static String printable(String word) {
    String quoted = TextFormatException.quote(word);
    return quoted.substring(1, quoted.length() - 1);
  }
}
