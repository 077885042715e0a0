package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.commands.internal.cli.Refusal;

/**
 * Columns of an accounting command side by side: filled with blanks, or separated by a text.
 *
 * @param <T> what a line is about
 */
public final class FieldTable<T> {
  private static final Pattern FORM = Pattern.compile("([^%]*)(?:%(-?)(\\d*))?.*", Pattern.DOTALL);
  private static final int MAX_FIELDS = 20_000;
  private static final int MAX_DIGITS = 6;

  /**
   * A column that there is.
   *
   * @param name heading
   * @param width characters; negative to align to the left
   * @param value text for what a line is about
   */
  public record Field<T>(String name, int width, Function<T, String> value) {}

  /**
   * Which columns there are.
   *
   * @param all names of all, for {@code ALL}
   * @param find the column of a name, or null
   * @param unknown how to refuse one that there isn't
   */
  public record Columns<T>(
      List<String> all, Function<String, Field<T>> find, Function<String, Refusal> unknown) {}

  private record Cell<T>(Field<T> field, int width, boolean left) {}

  private final List<Cell<T>> cells = new ArrayList<>();
  private final String separator;
  private int total;
  private final boolean ended;

  /**
   * Reads a list of columns.
   *
   * @param separator text between columns, or null to fill with blanks
   * @param ended true to have the separator after the last column too
   * @throws Refusal for a column that there isn't
   */
  public FieldTable(String format, Columns<T> fields, String separator, boolean ended) {
    this.separator = separator;
    this.ended = ended;
    for (String word : format.split(",")) {
      if (!word.isEmpty() && cells.size() < MAX_FIELDS) {
        add(word.strip(), fields);
      }
    }
  }

  private void add(String word, Columns<T> fields) {
    if (word.equalsIgnoreCase("ALL")) {
      fields.all().forEach(name -> cells.add(cell(fields.find().apply(name))));
      return;
    }
    Matcher matcher = FORM.matcher(word);
    Field<T> field = matcher.matches() ? fields.find().apply(matcher.group(1)) : null;
    if (field == null) {
      throw fields.unknown().apply(matcher.matches() ? matcher.group(1) : word);
    }
    String digits = matcher.group(3);
    if (digits == null || digits.isEmpty()) {
      cells.add(cell(field));
    } else {
      int width =
          digits.length() > MAX_DIGITS
              ? Layout.MAX_WIDTH
              : Math.min(Layout.MAX_WIDTH, Integer.parseInt(digits));
      total += width;
      if (total <= Layout.MAX_LINE) {
        cells.add(new Cell<>(field, width, matcher.group(2).equals("-")));
      }
    }
  }

  private static <T> Cell<T> cell(Field<T> field) {
    return new Cell<>(field, Math.abs(field.width()), field.width() < 0);
  }

  /** The lines of headings, without their ends. */
  public List<String> header() {
    StringBuilder names = new StringBuilder();
    StringBuilder dashes = new StringBuilder();
    for (Cell<T> cell : cells) {
      if (separator == null) {
        Layout.append(names, cell.field().name(), Math.max(1, cell.width()), !cell.left());
        names.append(' ');
        dashes.append("-".repeat(cell.width())).append(' ');
      } else {
        names.append(cell.field().name()).append(separator);
      }
    }
    return separator == null
        ? List.of(names.toString(), dashes.toString())
        : List.of(finished(names));
  }

  private String finished(StringBuilder line) {
    if (!ended && line.length() >= separator.length()) {
      line.setLength(line.length() - separator.length());
    }
    return line.toString();
  }

  /** One line, without its end. */
  public String row(T about) {
    StringBuilder line = new StringBuilder();
    for (Cell<T> cell : cells) {
      if (line.length() > Layout.MAX_TEXT) {
        break;
      }
      String text = Printable.of(cell.field().value().apply(about));
      if (separator != null) {
        line.append(text).append(separator);
        continue;
      }
      int width = cell.width();
      boolean tooLong = width > 0 && text.length() > width;
      Layout.append(line, tooLong ? text.substring(0, width - 1) + "+" : text, width, !cell.left());
      line.append(' ');
    }
    return separator == null ? line.toString() : finished(line);
  }
}
