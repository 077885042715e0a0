package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;

/**
 * Columns side by side, as users lay them out with {@code -o} and {@code -O}. Immutable.
 *
 * @param <T> what a line is about
 */
public final class Layout<T> {
  /** As wide as the text. */
  public static final int ANY_WIDTH = 0;

  /** Widest column; more than that is taken for this. */
  public static final int MAX_WIDTH = 8192;

  /**
   * Widest line, in characters, as far as its width is known: many could be made at one time, and
   * all are made in the controller's memory.
   */
  public static final int MAX_LINE = 256 * 1024;

  /** Longest line with columns that are as wide as their text; columns beyond are left out. */
  public static final int MAX_TEXT = 4 * 1024 * 1024;

  private static final String BLANKS = " ".repeat(64);

  private final String prefix;
  private final List<Cell<T>> cells;

  private Layout(String prefix, List<Cell<T>> cells) {
    this.prefix = prefix;
    this.cells = List.copyOf(cells);
  }

  /**
   * A column in its place.
   *
   * @param column column, or null for literal text alone
   * @param width characters, or {@link #ANY_WIDTH}
   * @param right true to align to the right
   * @param suffix text that follows
   */
  public record Cell<T>(Column<T> column, int width, boolean right, String suffix) {}

  /** Puts columns side by side, as many as fit {@link #MAX_LINE}. */
  public static <T> Layout<T> of(String prefix, List<Cell<T>> cells) {
    List<Cell<T>> fitting = new ArrayList<>();
    long line = prefix.length();
    for (Cell<T> cell : cells) {
      line += cell.width() + cell.suffix().length();
      if (line <= MAX_LINE) {
        fitting.add(cell);
      }
    }
    return new Layout<>(prefix, fitting);
  }

  /** The columns in order, as often as they occur. */
  public List<Column<T>> columns() {
    List<Column<T>> columns = new ArrayList<>();
    for (Cell<T> cell : cells) {
      if (cell.column() != null) {
        columns.add(cell.column());
      }
    }
    return columns;
  }

  /** The line of headings, without its end. */
  public String header() {
    StringBuilder line = new StringBuilder(prefix);
    for (Cell<T> cell : cells) {
      if (cell.column() != null) {
        append(line, cell.column().header(), cell.width(), cell.right());
      }
      line.append(cell.suffix());
    }
    return line.toString();
  }

  /** One line, without its end. */
  public String row(T about) {
    StringBuilder line = new StringBuilder();
    row(about, line);
    return line.toString();
  }

  /** Adds one line, without its end, to an empty text. */
  public void row(T about, StringBuilder line) {
    line.append(prefix);
    for (Cell<T> cell : cells) {
      if (line.length() > MAX_TEXT) {
        break;
      }
      if (cell.column() != null) {
        String text = Printable.of(cell.column().value().of(about, cell.width()));
        append(line, text, cell.width(), cell.right());
      }
      line.append(cell.suffix());
    }
  }

  /** Adds a text, cut or filled to the width. */
  public static void append(StringBuilder line, String text, int width, boolean right) {
    if (width == ANY_WIDTH) {
      line.append(text);
      return;
    }
    int length = text.length();
    if (length > width) {
      line.append(text, 0, width);
      return;
    }
    if (right) {
      blanks(line, width - length);
    }
    line.append(text);
    if (!right) {
      blanks(line, width - length);
    }
  }

  private static void blanks(StringBuilder line, int count) {
    int left = count;
    while (left > 0) {
      int some = Math.min(left, BLANKS.length());
      line.append(BLANKS, 0, some);
      left -= some;
    }
  }
}
