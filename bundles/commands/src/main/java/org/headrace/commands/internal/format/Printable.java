package org.headrace.commands.internal.format;

/**
 * What users called things, fit for the terminals and scripts of others. A name may have any
 * characters; a line break in one would look like a further line of a listing, and an escape
 * sequence be obeyed by the terminal of whoever lists it.
 */
public final class Printable {
  private static final char STAND_IN = '?';

  private Printable() {}

  /** The text with a question mark for each character that controls a terminal. */
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (controls(text.charAt(i))) {
        return replaced(text, i);
      }
    }
    return text;
  }

  private static String replaced(String text, int first) {
    StringBuilder shown = new StringBuilder(text);
    for (int i = first; i < text.length(); i++) {
      if (controls(text.charAt(i))) {
        shown.setCharAt(i, STAND_IN);
      }
    }
    return shown.toString();
  }

  /** Control characters, and those that change the direction of what follows. */
  private static boolean controls(char c) {
    return c < ' '
        || c >= 0x7f && c < 0xa0
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
