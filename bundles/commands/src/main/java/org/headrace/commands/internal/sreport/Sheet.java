package org.headrace.commands.internal.sreport;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.FieldTable;

/** A report on its way to the terminal: lines above it, columns and rows. */
final class Sheet {
  /** After the name of a column: the amount in seconds, which nobody sees. */
  static final String IN_SECONDS = "#";

  private static final String RULE = "-".repeat(80);

  private final Map<String, FieldTable.Field<Map<String, String>>> columns = new LinkedHashMap<>();
  private final List<String> above = new ArrayList<>();
  private final List<Map<String, String>> rows = new ArrayList<>();
  private final List<String> growing = new ArrayList<>();

  /** How it is printed. */
  record Style(boolean parsable, boolean ended, boolean headings) {}

  void above(String line) {
    above.add(line);
  }

  /** A column; its name in rows is that in lower case. */
  Sheet column(String name, String heading, int width) {
    String key = name.toLowerCase(Locale.ROOT);
    columns.put(key, new FieldTable.Field<>(heading, width, row -> row.getOrDefault(key, "")));
    return this;
  }

  /** A column of amounts, which is as wide as they need. */
  Sheet amounts(String name, String heading, int width) {
    growing.add(name.toLowerCase(Locale.ROOT));
    return column(name, heading, width);
  }

  /** A line: what it says by the names of columns in lower case. */
  void row(Map<String, String> texts) {
    rows.add(Map.copyOf(texts));
  }

  /**
   * Prints it.
   *
   * @param format names of columns
   * @return exit status: 1 if a column isn't known, which is left out
   */
  int print(String format, Style style, PrintStream out, PrintStream err) {
    int status = 0;
    List<String> known = new ArrayList<>();
    for (String word : format.split(",")) {
      String name = word.strip().replaceFirst("%.*", "");
      if (name.isEmpty() || find(name) != null) {
        known.add(word.strip());
      } else {
        err.println(" Unknown field '" + name + "'");
        status = 1;
      }
    }
    growing.forEach(this::grow);
    FieldTable<Map<String, String>> table =
        new FieldTable<>(
            String.join(",", known),
            new FieldTable.Columns<>(
                List.copyOf(columns.keySet()),
                this::find,
                name -> Refusal.raw(1, " Unknown field '" + name + "'")),
            style.parsable() ? "|" : null,
            style.ended());
    if (style.headings()) {
      out.println(RULE);
      above.forEach(out::println);
      out.println(RULE);
      table.header().forEach(out::println);
    }
    rows.forEach(row -> out.println(table.row(row)));
    return status;
  }

  /** As wide as its amounts in seconds are, whatever is shown of them. */
  private void grow(String key) {
    FieldTable.Field<Map<String, String>> field = columns.get(key);
    int widest = field.width();
    for (Map<String, String> row : rows) {
      widest = Math.max(widest, row.getOrDefault(key, "").length());
      widest = Math.max(widest, row.getOrDefault(key + IN_SECONDS, "").length());
    }
    columns.put(key, new FieldTable.Field<>(field.name(), widest, field.value()));
  }

  /** By name, or the first that begins so. */
  private FieldTable.Field<Map<String, String>> find(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    FieldTable.Field<Map<String, String>> exact = columns.get(key);
    if (exact != null) {
      return exact;
    }
    return columns.entrySet().stream()
        .filter(one -> one.getKey().startsWith(key))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }
}
