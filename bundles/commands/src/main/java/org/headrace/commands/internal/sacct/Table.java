package org.headrace.commands.internal.sacct;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Layout;
import org.headrace.commands.internal.format.Printable;
import org.headrace.slurmconf.text.TextFormatException;

/** Columns of sacct side by side: filled with blanks, or separated by a text. */
final class Table {
  private static final Pattern FORM = Pattern.compile("([^%]*)(?:%(-?)(\\d*))?.*", Pattern.DOTALL);
  private static final int MAX_FIELDS = 20_000;
  private static final int MAX_DIGITS = 6;

  private record Cell(Fields.Field field, int width, boolean left) {}

  private final List<Cell> cells = new ArrayList<>();
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
  Table(String format, Fields fields, String separator, boolean ended) {
    this.separator = separator;
    this.ended = ended;
    for (String word : format.split(",")) {
      if (!word.isEmpty() && cells.size() < MAX_FIELDS) {
        add(word.strip(), fields);
      }
    }
  }

  private void add(String word, Fields fields) {
    if (word.equalsIgnoreCase("ALL")) {
      Fields.names().forEach(name -> cells.add(cell(fields.find(name))));
      return;
    }
    Matcher matcher = FORM.matcher(word);
    Fields.Field field = matcher.matches() ? fields.find(matcher.group(1)) : null;
    if (field == null) {
      String name = matcher.matches() ? matcher.group(1) : word;
      throw Refusal.error(
          "sacct",
          1,
          "Invalid field requested: " + TextFormatException.quote(name).replace('\'', '"'));
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
        cells.add(new Cell(field, width, matcher.group(2).equals("-") || field.width() < 0));
      }
    }
  }

  private static Cell cell(Fields.Field field) {
    return new Cell(field, Math.abs(field.width()), field.width() < 0);
  }

  List<String> header() {
    StringBuilder names = new StringBuilder();
    StringBuilder dashes = new StringBuilder();
    for (Cell cell : cells) {
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

  String row(Line about) {
    StringBuilder line = new StringBuilder();
    for (Cell cell : cells) {
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
