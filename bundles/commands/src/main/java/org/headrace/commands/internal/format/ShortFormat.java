package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.function.Consumer;

/**
 * Reads {@code -o} formats: {@code %[[.]width]letter[text]}, over and over.
 *
 * @param <T> what a line is about
 */
public final class ShortFormat<T> {
  /** Longest format that is read. */
  public static final int MAX_LENGTH = 256 * 1024;

  private static final int MAX_DIGITS = 9;

  private final Map<Character, Column<T>> columns;
  private final Consumer<String> onUnknown;

  /**
   * A reader.
   *
   * @param columns columns by letter
   * @param onUnknown is told what stands where a letter should
   */
  public ShortFormat(Map<Character, Column<T>> columns, Consumer<String> onUnknown) {
    this.columns = columns;
    this.onUnknown = onUnknown;
  }

  /** Reads a format. What can't be understood is reported, and printed as it is. */
  public Layout<T> parse(String format) {
    String text = format.length() > MAX_LENGTH ? format.substring(0, MAX_LENGTH) : format;
    StringTokenizer parts = new StringTokenizer(text, "%");
    String prefix = "";
    if (!text.startsWith("%") && parts.hasMoreTokens()) {
      prefix = parts.nextToken();
    }
    List<Layout.Cell<T>> cells = new ArrayList<>();
    while (parts.hasMoreTokens()) {
      cells.add(cell(parts.nextToken()));
    }
    return Layout.of(prefix, cells);
  }

  private Layout.Cell<T> cell(String part) {
    int at = 0;
    boolean right = part.charAt(0) == '.';
    if (right) {
      at++;
    }
    int digits = at;
    while (at < part.length() && part.charAt(at) >= '0' && part.charAt(at) <= '9') {
      at++;
    }
    Column<T> column = at < part.length() ? columns.get(part.charAt(at)) : null;
    if (column == null) {
      onUnknown.accept(at < part.length() ? part.substring(at, at + 1) : "");
      return new Layout.Cell<>(null, 0, false, "%" + part);
    }
    return new Layout.Cell<>(
        column, width(part.substring(digits, at)), right, part.substring(at + 1));
  }

  static int width(String digits) {
    if (digits.isEmpty()) {
      return Layout.ANY_WIDTH;
    }
    return digits.length() > MAX_DIGITS
        ? Layout.MAX_WIDTH
        : Math.min(Layout.MAX_WIDTH, Integer.parseInt(digits));
  }
}
