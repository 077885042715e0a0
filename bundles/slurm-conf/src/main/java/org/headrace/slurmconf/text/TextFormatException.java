package org.headrace.slurmconf.text;

/**
 * A text that does not follow its notation. The message says what was wrong and what would be
 * right; {@link #position()} says where.
 */
public class TextFormatException extends IllegalArgumentException {
  /** The position of a problem that concerns the text as a whole. */
  public static final int NO_POSITION = -1;

  private static final int SHOWN = 80;
  private static final long serialVersionUID = 1L;

  private final int position;

  /** A problem with the text as a whole. */
  public TextFormatException(String message) {
    this(message, NO_POSITION);
  }

  /**
   * A problem at one character.
   *
   * @param position index of the character, from 0
   */
  public TextFormatException(String message, int position) {
    super(message);
    this.position = position;
  }

  /** Index of the offending character, or {@link #NO_POSITION}. */
  public int position() {
    return position;
  }

  /**
   * A text as messages quote it: cut to a readable length, with control characters shown instead of
   * sent to the reader's terminal.
   */
  public static String quote(String text) {
    StringBuilder shown = new StringBuilder("'");
    int length = Math.min(text.length(), SHOWN);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || (c >= 0x7f && c < 0xa0)) {
        shown.append(String.format("\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    if (text.length() > SHOWN) {
      shown.append("... (").append(text.length()).append(" characters)");
    }
    return shown.append('\'').toString();
  }
}
