package org.headrace.commands.internal.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code -O} formats: {@code name[:[.]width[text]]}, separated by commas. Names are found in
 * any case, with and without hyphens and underscores.
 *
 * @param <T> what a line is about
 */
public final class LongFormat<T> {
  private static final int DEFAULT_WIDTH = 20;

  /** What keeps a column without a width from the next one. */
  private static final String APART = " ";

  private static final Pattern FORM = Pattern.compile("(\\.?)(\\d*)(.*)", Pattern.DOTALL);

  private final Map<String, Column<T>> columns;
  private final Consumer<String> onUnknown;

  /**
   * A reader.
   *
   * @param columns columns by {@link #key}
   * @param onUnknown is told of names that there aren't
   */
  public LongFormat(Map<String, Column<T>> columns, Consumer<String> onUnknown) {
    this.columns = columns;
    this.onUnknown = onUnknown;
  }

  /** A name in the form in which it is looked up. */
  public static String key(String name) {
    return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Reads a format. Unknown names are reported and left out. */
  public Layout<T> parse(String format) {
    String text =
        format.length() > ShortFormat.MAX_LENGTH
            ? format.substring(0, ShortFormat.MAX_LENGTH)
            : format;
    List<Layout.Cell<T>> cells = new ArrayList<>();
    for (String part : text.split(",")) {
      if (!part.isEmpty()) {
        add(cells, part);
      }
    }
    int last = cells.size() - 1;
    if (last >= 0 && cells.get(last).equals(anyWidth(cells.get(last).column(), APART))) {
      cells.set(last, anyWidth(cells.get(last).column(), ""));
    }
    return Layout.of("", cells);
  }

  private void add(List<Layout.Cell<T>> cells, String part) {
    int colon = part.indexOf(':');
    String name = colon < 0 ? part : part.substring(0, colon);
    Column<T> column = columns.get(key(name.strip()));
    if (column == null) {
      onUnknown.accept(name);
    } else if (colon < 0) {
      cells.add(new Layout.Cell<>(column, DEFAULT_WIDTH, false, ""));
    } else {
      cells.add(sized(column, part.substring(colon + 1)));
    }
  }

  private static <T> Layout.Cell<T> anyWidth(Column<T> column, String suffix) {
    return new Layout.Cell<>(column, Layout.ANY_WIDTH, false, suffix);
  }

  private static <T> Layout.Cell<T> sized(Column<T> column, String size) {
    Matcher matcher = FORM.matcher(size);
    if (size.isEmpty() || size.startsWith("-") || !matcher.matches()) {
      return anyWidth(column, APART);
    }
    if (matcher.group(2).isEmpty()) {
      return anyWidth(column, matcher.group(3));
    }
    return new Layout.Cell<>(
        column, ShortFormat.width(matcher.group(2)), !matcher.group(1).isEmpty(), matcher.group(3));
  }
}
