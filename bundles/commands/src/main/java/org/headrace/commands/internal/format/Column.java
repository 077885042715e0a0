package org.headrace.commands.internal.format;

/**
 * One thing that a listing can show.
 *
 * @param header its heading
 * @param value its text
 * @param <T> what a line of the listing is about
 */
public record Column<T>(String header, Value<T> value) {
  /** Text of a column. */
  @FunctionalInterface
  public interface Value<T> {
    /**
     * The text for one line.
     *
     * @param width characters that will be shown, or {@link Layout#ANY_WIDTH}
     */
    String of(T line, int width);
  }

  /** A column whose text doesn't depend on the width. */
  public static <T> Column<T> of(String header, java.util.function.Function<T, String> value) {
    return new Column<>(header, (line, width) -> value.apply(line));
  }
}
