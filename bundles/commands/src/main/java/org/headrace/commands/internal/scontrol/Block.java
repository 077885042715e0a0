package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import org.headrace.commands.internal.format.Printable;

/** A record as {@code show} prints it: several lines, or all in one. */
final class Block {
  private final List<String> lines = new ArrayList<>();

  Block line(String text) {
    lines.add(Printable.of(text));
    return this;
  }

  /** Adds a line if it has something to say. */
  Block optional(String key, String value) {
    if (!value.isEmpty()) {
      line(key + "=" + value);
    }
    return this;
  }

  /** The text with lines set in by four, and without an end; or in one line. */
  String inset(boolean oneLine) {
    return String.join(oneLine ? " " : "\n    ", lines);
  }

  /**
   * The text with its end.
   *
   * @param oneLine true for one line
   */
  String text(boolean oneLine) {
    return oneLine ? String.join(" ", lines) + "\n" : String.join("\n   ", lines) + "\n\n";
  }
}
